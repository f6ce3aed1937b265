import { HubError } from '../lib/errors.ts';
import { createLog, type Log } from '../lib/log.ts';
import { configText, loadConfig } from './config.ts';
import { EXIT } from './exit-codes.ts';
import { startHub } from './hub.ts';

/** How long a stop may take before the process goes regardless. Acknowledged readings are in the journal all along. */
const STOP_MS = 5000;

if (process.argv.includes('--print-config')) {
  run(() => Promise.resolve(void process.stdout.write(configText(process.env))));
} else {
  run(serve);
}

async function serve(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel);
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a failure nobody waited for'));
  const asked = new AbortController();
  const stopping = stopSignal(log, asked);
  const hub = await startHub(config, log, { signal: asked.signal }).catch((error: unknown) => {
    // A start that was asked to stop has done so.
    if (asked.signal.aborted) return null;
    throw error;
  });
  if (hub && !asked.signal.aborted) process.stdout.write(`${JSON.stringify({ event: 'ready', ...hub.addresses })}\n`);
  await stopping;
  await hub?.stop();
  process.exit(EXIT.ok);
}

function stopSignal(log: Log, asked: AbortController): Promise<void> {
  return new Promise((resolve) => {
    const stop = (signal: string) => {
      if (asked.signal.aborted) return;
      asked.abort();
      log.info({ signal }, 'stopping');
      setTimeout(() => giveUp(log), STOP_MS).unref();
      resolve();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  });
}

function giveUp(log: Log): void {
  log.error('stopping took too long');
  process.exit(EXIT.failed);
}

function run(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    const known = error instanceof HubError;
    process.stderr.write(`${known ? error.sentence : ((error as Error).stack ?? String(error))}\n`);
    process.exit(exitCode(known ? error.code : ''));
  });
}

function exitCode(code: string): number {
  if (code === 'HUB_CONFIG') return EXIT.badConfig;
  return code === 'HUB_STORAGE_BUSY' ? EXIT.storageBusy : EXIT.failed;
}

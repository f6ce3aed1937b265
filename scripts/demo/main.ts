import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findProcesses } from '../../app/connections/process.ts';
import { systemClock as clock } from '../../lib/clock.ts';
import { type HubProcess, startHubProcess } from '../campaign/hub-process.ts';
import { startDevices } from './devices.ts';
import { furnish } from './furnish.ts';
import { HOUSEHOLD } from './house.ts';
import { CREDIT } from './real-day.ts';

const HELP = `A house to look at: a hub of its own, a meter that replays a real day, six devices and their past. Nothing leaves this machine.

npm run demo -- [options]
  --storage <folder>  keeps the house there (default: a temporary folder, gone at the end)
  --days <n>          how much past to make (default: 730)
  --port <n>          where to open the pages; 0 is any free port (default: 8480)
`;

const OPTIONS = {
  storage: { type: 'string' },
  days: { type: 'string', default: '730' },
  port: { type: 'string', default: '8480' },
  help: { type: 'boolean', short: 'h' },
} as const;

const FURNISHED = 'demo.json';

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return void process.stdout.write(HELP);
  const ending = signalled();
  const started = clock.monotonic();
  const storage =
    values.storage === undefined ? await mkdtemp(join(tmpdir(), 'hearth-demo-')) : resolve(values.storage);
  try {
    const key = await furnished(storage, Number(values.days));
    if (ending.isOver()) return;
    await live(storage, key, values.port, started, ending.over);
  } finally {
    if (values.storage === undefined) await rm(storage, { recursive: true, force: true });
  }
}

/** The write key of the house, which is made where there is none yet. */
async function furnished(storage: string, days: number): Promise<string> {
  const file = join(storage, FURNISHED);
  if (existsSync(file)) return (JSON.parse(await readFile(file, 'utf8')) as { key: string }).key;
  say(`makes ${HOUSEHOLD.home} and ${days} days of its past in ${storage}`);
  const key = await furnish(storage, days);
  await writeFile(file, JSON.stringify({ key }), { mode: 0o600 });
  return key;
}

async function live(
  storage: string,
  key: string,
  port: string,
  started: number,
  over: Promise<unknown>,
): Promise<void> {
  const hub = startHubProcess(storage, {
    HEARTH_HTTP_PORT: port,
    HEARTH_LOOPBACK_DEVICES: '1',
    HEARTH_BEACON_ADDRESS: '127.255.255.255',
    HEARTH_BEACON_PORT: '0',
    HEARTH_PAIRING_PORT: '0',
    HEARTH_PRESENCE: '0',
    HEARTH_LOG_LEVEL: 'warn',
  });
  let stopDevices = async () => {};
  try {
    const { http, mqtt } = await Promise.race([hub.ready, over.then(() => Promise.reject(new Error('stopped')))]);
    stopDevices = await startDevices({ http, mqtt, key });
    const seconds = Math.round((clock.monotonic() - started) / 1000);
    const { home, username, password } = HOUSEHOLD;
    process.stdout.write(`\n${home} is alive after ${seconds} s: ${http}\n`);
    process.stdout.write(`Sign in as ${username} with the password ${password}. Ctrl-C ends it.\n${CREDIT}\n`);
    await Promise.race([over, hub.ended.then(() => Promise.reject(new Error(`the hub ended:\n${hub.stderr()}`)))]);
    say('ends');
  } finally {
    await stopDevices().catch(() => undefined);
    await end(hub, storage);
  }
}

async function end(hub: HubProcess, storage: string): Promise<void> {
  hub.signal('SIGTERM');
  const stop = clock.after(10_000, () => hub.signal('SIGKILL'));
  const code = await hub.ended;
  stop();
  if (code === 0) return;
  // A hub that was killed leaves its stores behind. This very program names the folder, too.
  for (const pid of findProcesses(storage)) if (isStore(pid)) process.kill(pid, 'SIGKILL');
}

function isStore(pid: number): boolean {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0] ?? '';
  return /(mariadbd|mysqld|redis-server|valkey-server)[^/]*$/.test(command);
}

/** Resolves at Ctrl-C; what goes on meanwhile is brought to an end in order. */
function signalled(): { over: Promise<void>; isOver: () => boolean } {
  let ended = false;
  // the clock's own timers keep no process alive
  const alive = setInterval(() => undefined, 60_000);
  const over = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => {
        ended = true;
        clearInterval(alive);
        resolve();
      });
  });
  return { over, isOver: () => ended };
}

function say(sentence: string): void {
  process.stderr.write(`hearth: ${sentence}\n`);
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findProcesses } from '../../app/connections/process.ts';
import { systemClock } from '../../lib/clock.ts';
import { projectRoot } from '../../lib/project-root.ts';

/** What the hub says when it serves. */
export interface Addresses {
  readonly http: string;
  readonly mqtt: string;
  readonly mqtts: string;
}

/** A hub in a process of its own, from the moment it was started. */
export interface HubProcess {
  readonly storage: string;
  readonly pid: number;
  /** Resolves when the hub serves; rejects, with what it wrote, when it ends before that. */
  readonly ready: Promise<Addresses & { /** From the start of the process. */ readonly ms: number }>;
  /** The exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  /** Everything the hub wrote so far. */
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
}

const READY_MS = 60_000;

/** Starts `build/app/main.js` on free ports of 127.0.0.1; `env` may say otherwise. */
export function startHubProcess(storage: string, env: Readonly<Record<string, string>> = {}): HubProcess {
  const started = systemClock.monotonic();
  const child = spawn(process.execPath, [join(projectRoot, 'build/app/main.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...ON_FREE_PORTS, HEARTH_STORAGE: storage, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const takeAlong = () => void child.kill('SIGKILL');
  process.once('exit', takeAlong);
  void ended.then(() => process.off('exit', takeAlong));
  const ready = new Promise<Addresses & { ms: number }>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      stdout += `${line}\n`;
      if (!line.startsWith('{"event":"ready"')) return;
      clearTimeout(timer);
      resolve({ ...(JSON.parse(line) as Addresses), ms: systemClock.monotonic() - started });
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the hub ended with ${code} before it served:\n${stderr}`));
    });
  });
  ready.catch(() => undefined);
  return {
    storage,
    pid: child.pid ?? 0,
    ready,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    signal: (name) => void child.kill(name),
  };
}

/** Ends the private stores that a killed hub left behind. */
export function endStores(storage: string): void {
  for (const pid of findProcesses(storage)) process.kill(pid, 'SIGKILL');
}

const ON_FREE_PORTS = {
  HEARTH_HTTP_HOST: '127.0.0.1',
  HEARTH_HTTP_PORT: '0',
  HEARTH_MQTT_HOST: '127.0.0.1',
  HEARTH_MQTT_PORT: '0',
  HEARTH_MQTTS_PORT: '0',
  // nothing of a test goes out to the network
  HEARTH_BEACON_PORT: '0',
  HEARTH_PAIRING_PORT: '0',
  HEARTH_PRESENCE: '0',
  HEARTH_LOG_LEVEL: 'info',
};

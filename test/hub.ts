import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../lib/project-root.ts';

/** A real hub in a process of its own, on free ports and a storage folder of its own. */
export interface TestHub {
  readonly http: string;
  readonly mqtt: string;
  readonly mqtts: string;
  readonly storage: string;
  readonly pid: number;
  /** Everything the hub wrote to stderr so far. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; the private stores stay behind as they would. */
  kill(): Promise<void>;
}

const READY_MS = 60_000;
const folders = new Set<string>();

/** Starts `build/app/main.js`; `storage` reuses the folder of an earlier hub. */
export async function startHub(env: Record<string, string> = {}, storage = newStorage()): Promise<TestHub> {
  const child = spawn(process.execPath, [join(projectRoot, 'build/app/main.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...ON_FREE_PORTS, HEARTH_STORAGE: storage, ...env },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const gone = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const ready = await readyLine(child, () => stderr);
  return {
    ...ready,
    storage,
    pid: child.pid ?? 0,
    log: () => stderr,
    stop: () => {
      child.kill('SIGTERM');
      return gone;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Removes the storage of every hub this file started. Stop the hubs first. */
export function removeStorages(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

export function newStorage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-test-'));
  folders.add(folder);
  return folder;
}

const ON_FREE_PORTS = {
  HEARTH_HTTP_HOST: '127.0.0.1',
  HEARTH_HTTP_PORT: '0',
  HEARTH_MQTT_HOST: '127.0.0.1',
  HEARTH_MQTT_PORT: '0',
  HEARTH_MQTTS_PORT: '0',
  HEARTH_LOG_LEVEL: 'info',
};

interface Ready {
  http: string;
  mqtt: string;
  mqtts: string;
}

async function readyLine(child: ChildProcess, stderr: () => string): Promise<Ready> {
  if (!child.stdout) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
  try {
    for await (const line of lines) {
      if (line.startsWith('{"event":"ready"')) return JSON.parse(line) as Ready;
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`the hub did not become ready:\n${stderr()}`);
}

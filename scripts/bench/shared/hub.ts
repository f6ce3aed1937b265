import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStores, startHubProcess } from '../../campaign/hub-process.ts';

/** A hub in a process of its own with an empty storage folder, where accounts may be opened. */
export interface BenchHub {
  readonly http: string;
  readonly mqtt: string;
  readonly pid: number;
  readonly storage: string;
  /** What the hub wrote into its log so far. */
  log(): string;
  /** Ends the hub and its stores; the folder goes too, unless it was the caller's. */
  stop(): Promise<void>;
}

/** Starts it in `storage`, or in a temporary folder. */
export async function startBenchHub(env: Readonly<Record<string, string>> = {}, storage?: string): Promise<BenchHub> {
  const folder = storage ?? mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  const hub = startHubProcess(folder, {
    HOME: process.env.HOME ?? '',
    HEARTH_BEACON_PORT: '0',
    HEARTH_OPEN_REGISTRATION: '1',
    HEARTH_LOG_LEVEL: 'error',
    ...env,
  });
  const { http, mqtt } = await hub.ready;
  return {
    http,
    mqtt,
    pid: hub.pid,
    storage: folder,
    log: hub.stderr,
    stop: async () => {
      hub.signal('SIGTERM');
      await hub.ended;
      endStores(folder);
      if (storage === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

import { afterAll } from 'vitest';
import { type Addresses, endStores, type HubProcess, startHubProcess } from '../scripts/campaign/hub-process.ts';
import { testFolder } from './stores.ts';

/** A real hub in a process of its own, on free ports and a storage folder of its own. */
export interface TestHub extends Addresses {
  readonly storage: string;
  readonly pid: number;
  /** Everything the hub wrote to stderr so far. */
  log(): string;
  /** Everything the hub wrote to stdout so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; the private stores stay behind as they would. */
  kill(): Promise<void>;
}

const hubs = new Set<HubProcess>();

/** Starts `build/app/main.js`; `storage` reuses the folder of an earlier hub. Whatever still runs afterwards is ended. */
export async function startHub(env: Record<string, string> = {}, storage = newStorage()): Promise<TestHub> {
  const hub = launchHub(env, storage);
  const { http, mqtt, mqtts } = await hub.ready;
  return {
    http,
    mqtt,
    mqtts,
    storage,
    pid: hub.pid,
    log: hub.stderr,
    output: hub.stdout,
    stop: () => {
      hub.signal('SIGTERM');
      return hub.ended;
    },
    kill: async () => {
      hub.signal('SIGKILL');
      await hub.ended;
    },
  };
}

/** The same without waiting until it serves. */
export function launchHub(env: Record<string, string> = {}, storage = newStorage()): HubProcess {
  const hub = startHubProcess(storage, env);
  hubs.add(hub);
  return hub;
}

/** The settings that start a hub where `hub` was reachable. */
export function onPortsOf(hub: Addresses): Record<string, string> {
  return { HEARTH_HTTP_PORT: new URL(hub.http).port, HEARTH_MQTT_PORT: new URL(hub.mqtt).port };
}

export function newStorage(): string {
  return testFolder('hub');
}

afterAll(async () => {
  for (const hub of hubs) {
    hub.signal('SIGKILL');
    await hub.ended;
    endStores(hub.storage);
  }
  hubs.clear();
});

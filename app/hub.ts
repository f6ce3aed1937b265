import { join } from 'node:path';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Random, systemRandom } from '../lib/random.ts';
import type { Fetch } from '../models/forecast/ask-source.ts';
import type { Config } from './config.ts';
import { udpBroadcast } from './connections/broadcast.ts';
import { mdnsBrowse } from './connections/mdns-browse.ts';
import { publicHttp } from './connections/public-http.ts';
import { createControllers } from './controllers.ts';
import { Doors } from './doors.ts';
import { heralds } from './heralds.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createModels, type Models } from './models.ts';
import { type OpenDoors, openDoors } from './open-doors.ts';
import { type HubStorage, openStorage } from './open-storage.ts';
import { type Route, routes } from './routes.ts';
import { Discovery } from './services/discovery.ts';
import { Plugins } from './services/plugins.ts';
import type { Service } from './services/service.ts';
import type { StoresDeps } from './stores.ts';
import type { Undo } from './undo.ts';
import { keepers, workers } from './workers.ts';

export interface Hub {
  readonly addresses: { readonly http: string; readonly mqtt: string; readonly mqtts: string };
  /** Closes the doors, files what was acknowledged and ends the private stores. */
  stop(): Promise<void>;
}

export interface HubWishes {
  /** What the hub lives by; how its stores do is looked at by the machine's own clock. */
  readonly clock?: Clock;
  readonly random?: Random;
  /** Ends a start that waits. */
  readonly signal?: AbortSignal;
}

/**
 * Builds everything, in the order in which things need one another. When it resolves the hub serves; when it rejects,
 * because something failed or `signal` ended a wait, nothing is left behind.
 */
export async function startHub(
  config: Config,
  log: Log,
  { clock = systemClock, random = systemRandom, signal }: HubWishes = {},
): Promise<Hub> {
  const undo: Undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { addresses: await start({ config, log, clock, random, ...(signal ? { signal } : {}) }, undo), stop };
  } catch (error) {
    await stop().catch((cause: unknown) => log.error({ err: cause }, 'could not be stopped cleanly'));
    throw error;
  }
}

async function start(base: StoresDeps, undo: Undo): Promise<Hub['addresses']> {
  const { clock, config } = base;
  const doors = new Doors(base);
  const { publish } = doors;
  const rules = { privateNetwork: config.forecastsFromHome, loopback: config.loopbackDevices };
  const fetchOutside = publicHttp({ clock, rules });

  const storage = await openStorage({ ...base, alias: doors.alias }, undo);
  const models = await liveModels({ ...base, ...storage, doors }, undo);
  const finders = createFinders({ ...base, models }, undo);
  const inside = { ...base, ...storage, ...finders, doors, models, fetchOutside };
  const metrics = metricsOf(inside);
  const table = tableOf({ ...inside, metrics });

  run(keepers(inside), undo);
  const opened = await openDoors({ ...inside, metrics, table }, undo);
  // The hub does not wait for plug-ins: the poller hears of them when they are there.
  void finders.plugins.start();
  run(workers({ ...inside, ...opened, publish }), undo);
  run(heralds({ ...inside, ...opened }), undo);
  return addressesOf(config, opened);
}

interface DoorsAhead extends StoresDeps, HubStorage {
  readonly doors: Doors;
}

/** The models, with the values of now. */
async function liveModels(deps: DoorsAhead, undo: Undo): Promise<Models> {
  const { doors, certificates } = deps;
  const hub = () => doors.address(certificates.fingerprint);
  const models = await createModels({ ...deps, publish: doors.publish, mqtt: doors.mqtt, hub });
  undo.push(() => models.pairing.stop());
  models.live.start();
  undo.push(() => models.live.stop());
  return models;
}

interface Finders {
  readonly plugins: Plugins;
  readonly discovery: Discovery;
}

/** What adds families of devices, and devices, to those that are known. */
function createFinders({ models, ...base }: StoresDeps & { readonly models: Models }, undo: Undo): Finders {
  const { config, log } = base;
  const memory = () => process.memoryUsage.rss();
  const plugins = new Plugins({ ...base, ...models, folder: join(config.storage, 'plugins'), memory });
  undo.push(() => plugins.stop());
  const broadcast = udpBroadcast(log, config.beaconAddress);
  const discovery = new Discovery({ ...base, ...models, broadcast, browse: mdnsBrowse(log) });
  undo.push(() => models.inbox.stop());
  undo.push(() => discovery.stop());
  return { plugins, discovery };
}

function metricsOf({ series, stores, doors }: DoorsAhead): Metrics {
  return createMetrics({
    series: () => series.health(),
    mqttClients: () => doors.broker?.stats().clients ?? 0,
    storeUp: (store) => stores[store].healthy(),
  });
}

interface Inside extends DoorsAhead, Finders {
  readonly models: Models;
  readonly metrics: Metrics;
  readonly fetchOutside: Fetch;
}

/** Who may ask what, and which controller answers. */
function tableOf({ models, plugins, doors, certificates, ...rest }: Inside): Route[] {
  return routes(
    createControllers({
      ...rest,
      ...models,
      publish: doors.publish,
      mqttPort: () => doors.broker?.addresses().mqttPort ?? 0,
      hub: () => doors.address(certificates.fingerprint),
      ca: () => certificates.ca,
      plugins: () => plugins.list(),
      answered: doors.mqtt.heard,
      network: doors.network,
    }),
  );
}

function run(services: readonly Service[], undo: Undo): void {
  for (const service of services) {
    service.start();
    undo.push(() => service.stop());
  }
}

function addressesOf(config: Config, { broker, httpPort }: OpenDoors): Hub['addresses'] {
  const { mqttPort, mqttsPort } = broker.addresses();
  return {
    http: `http://${shown(config.httpHost)}:${httpPort}`,
    mqtt: `mqtt://${shown(config.mqttHost)}:${mqttPort}`,
    mqtts: `mqtts://${shown(config.mqttHost)}:${mqttsPort}`,
  };
}

/** An address a person can open: every address of the machine includes this one. */
function shown(host: string): string {
  if (host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

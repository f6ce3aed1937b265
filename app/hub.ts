import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { projectRoot } from '../lib/project-root.ts';
import { type Random, systemRandom } from '../lib/random.ts';
import { Advice } from '../models/advice/advice.ts';
import { CarbonRecorder } from '../models/cost/carbon-recorder.ts';
import { DeviceError } from '../models/drivers/device-error.ts';
import { nodeFiles } from '../models/timeseries/file.ts';
import { openSeries } from '../models/timeseries/open.ts';
import type { Who } from '../models/who.ts';
import { type Broker, createBroker } from './broker.ts';
import type { Config } from './config.ts';
import { udpBroadcast } from './connections/broadcast.ts';
import { openCertificates, ownNames } from './connections/certificates.ts';
import { deviceMqtt } from './connections/device-mqtt.ts';
import { mdnsBrowse } from './connections/mdns-browse.ts';
import { publicHttp } from './connections/public-http.ts';
import { redisOptions } from './connections/redis.ts';
import { createControllers } from './controllers.ts';
import { createHttp } from './http.ts';
import { lastWritten } from './last-written.ts';
import { listen } from './listen.ts';
import { createMetrics } from './metrics.ts';
import { ownHostCheck } from './middleware/host.ts';
import { createSessions } from './middleware/session.ts';
import { createModels, type Models, type Publish } from './models.ts';
import { type MqttRoute, routes } from './routes.ts';
import { Advisor } from './services/advisor.ts';
import { Beacon } from './services/beacon.ts';
import { Discovery } from './services/discovery.ts';
import { Flusher } from './services/flusher.ts';
import { ForecastFetcher } from './services/forecast-fetcher.ts';
import { Forwarding } from './services/forwarder.ts';
import { type Announcement, openMdns } from './services/mdns.ts';
import { PairingDoor } from './services/pairing-door.ts';
import { PlanRunner } from './services/plan-runner.ts';
import { Plugins } from './services/plugins.ts';
import { Poller } from './services/poller.ts';
import { Presence } from './services/presence.ts';
import { Reporter } from './services/reporter.ts';
import { ShaperStatus } from './services/shaper-status.ts';
import { TlsRenewal } from './services/tls-renewal.ts';
import { lockStorage } from './storage-lock.ts';
import { connectStores, type StoresDeps } from './stores.ts';

const GRACE_MS = 500;

export interface Hub {
  readonly addresses: { readonly http: string; readonly mqtt: string; readonly mqtts: string };
  /** Closes the doors, files what was acknowledged and ends the private stores. */
  stop(): Promise<void>;
}

type Undo = () => unknown;

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
  const undo: Undo[] = [];
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

async function start(base: StoresDeps, undo: Undo[]): Promise<Hub['addresses']> {
  const { config, log, clock, random } = base;

  const lock = await lockStorage(config.storage, random);
  undo.push(() => lock.release());

  // Before the series write: what the machine's clock says now is judged by it.
  const marked = await lastWritten(join(config.storage, 'journal'));
  const opening = openSeries({
    folder: join(config.storage, 'feeds'),
    journal: join(config.storage, 'journal'),
    files: nodeFiles,
    clock,
    log,
  }).then((opened) => {
    undo.push(() => opened.close());
    return opened;
  });
  let presence: Presence | undefined;
  const alias = () => presence?.state().name ?? null;
  const findCertificates = () => {
    const names = [...new Set([...ownNames(config.hostname), alias() ?? 'localhost'])];
    return openCertificates({ folder: join(config.storage, 'tls'), names, clock, random });
  };
  const [stores, series, certificates] = await Promise.all([
    connectStores({ ...base, clock: systemClock }, undo),
    opening,
    findCertificates(),
  ]);

  let broker: Broker | undefined;
  let door: PairingDoor | undefined;
  const publish: Publish = (account, topic, value) => {
    broker?.publish(account, topic, String(value)).catch((error: unknown) => {
      log.debug({ err: error, topic }, 'a value could not be published');
    });
  };
  const mqtt = deviceMqtt(async (account, topic, payload, options) => {
    if (!broker) throw new DeviceError('unreachable', 'The broker has not started yet.');
    await broker.publish(account, topic, payload, options);
  }, clock);
  const hub = () => {
    const { mqttPort = 0, mqttsPort = 0 } = broker?.addresses() ?? {};
    return { fingerprint: certificates.fingerprint, mqttPort, mqttsPort };
  };
  const models = await createModels({ ...base, stores, series, publish, mqtt, hub, marked });
  undo.push(() => models.pairing.stop());
  models.live.start();
  undo.push(() => models.live.stop());

  const plugins = new Plugins({
    ...base,
    ...models,
    folder: join(config.storage, 'plugins'),
    memory: () => process.memoryUsage.rss(),
  });
  undo.push(() => plugins.stop());

  const discovery = new Discovery({
    ...base,
    ...models,
    broadcast: udpBroadcast(log, config.beaconAddress),
    browse: mdnsBrowse(log),
  });
  undo.push(() => models.inbox.stop());
  undo.push(() => discovery.stop());

  const metrics = createMetrics({
    series: () => series.health(),
    mqttClients: () => broker?.stats().clients ?? 0,
    storeUp: (store) => stores[store].healthy(),
  });
  const sessions = createSessions({ ...base, users: models.users, redis: stores.redis.redis, secret: stores.secret });
  const rules = { privateNetwork: config.forecastsFromHome, loopback: config.loopbackDevices };
  const fetchOutside = publicHttp({ clock, rules });
  const table = routes(
    createControllers({
      ...base,
      ...models,
      series,
      metrics,
      stores,
      publish,
      mqttPort: () => broker?.addresses().mqttPort ?? 0,
      hub,
      ca: () => certificates.ca,
      plugins: () => plugins.list(),
      fetchOutside,
      discovery,
      answered: mqtt.heard,
      network: () => ({ ...NO_NAME, ...presence?.state(), legacyPort: door?.state() ?? 'none' }),
    }),
  );

  broker = createBroker({
    ...base,
    redis: redisOptions(stores.redisUrl),
    users: {
      mqttLogin: (name, key) => models.users.mqttLogin(name, key) ?? deviceLogin(models, name, key),
      guessed: (name, address) => noteGuess(models, name, address),
    },
    routes: table.filter((route): route is MqttRoute => route.door === 'mqtt'),
    tls: certificates,
    metrics,
  });
  models.logins.onRevoke(({ id }) => broker?.cut(id));
  models.users.onWriteKeyRenewed((account) => broker?.cutKey(account));
  presence = new Presence({
    ...base,
    hostname: config.hostname,
    services: () => services(),
    open: openMdns,
    // the name it took may be another than the certificate has
    named: () => void renewal.look(),
  });
  const app = createHttp({
    ...base,
    alias,
    root: projectRoot,
    metrics,
    users: models.users,
    pairing: models.pairing,
    sessions,
    routes: table,
  });
  const server = createServer(app);
  broker.attachWebSocket(server, ({ headers }) => isOwnHost(headers.host));
  const isOwnHost = ownHostCheck({ ...config, clock, alias });

  const flusher = new Flusher({ series, clock, log, fsyncSeconds: config.fsyncSeconds });
  flusher.start();
  undo.push(() => flusher.stop());
  if (models.forwarder) {
    const forwarding = new Forwarding({ forwarder: models.forwarder, clock, log });
    forwarding.start();
    undo.push(() => forwarding.stop());
  }

  await broker.start();
  undo.push(() => broker?.stop());
  const renewal = new TlsRenewal({
    clock,
    log,
    current: certificates,
    open: findCertificates,
    use: (keys) => broker?.renewTls(keys),
  });
  renewal.start();
  undo.push(() => renewal.stop());
  const settings = ['HEARTH_HTTP_HOST', 'HEARTH_HTTP_PORT'] as const;
  await listen(server, { host: config.httpHost, port: config.httpPort, settings });
  undo.push(() => close(server));

  // The hub does not wait for plug-ins: the poller hears of them when they are there.
  void plugins.start();
  const poller = new Poller({ ...models, health: models.deviceHealth, feeds: models.deviceFeeds, clock, log });
  poller.start();
  undo.push(() => poller.stop());
  const planRunner = new PlanRunner({ ...models, settings: models.planSettings, clock, log });
  planRunner.start();
  undo.push(() => planRunner.stop());
  const shaperStatus = new ShaperStatus({ ...models, publish, clock });
  shaperStatus.start();
  undo.push(() => shaperStatus.stop());

  const advisor = new Advisor({
    ...{ ...models, advice: new Advice({ ...models, clock }), clock, log },
    publish: async (account, topic, payload) => await broker?.publish(account, topic, payload, { retain: true }),
  });
  advisor.start();
  undo.push(() => advisor.stop());

  const fetcher = new ForecastFetcher({ ...base, forecasts: models.forecasts, fetch: fetchOutside });
  fetcher.start();
  undo.push(() => fetcher.stop());

  const reporter = new Reporter({ ...models, carbon: new CarbonRecorder({ ...models, series, clock }), clock, log });
  reporter.start();
  undo.push(() => reporter.stop());

  const { mqttPort, mqttsPort } = broker.addresses();
  const { port: httpPort } = server.address() as AddressInfo;
  const services = () => announcements(httpPort, mqttPort, certificates.fingerprint);
  const beacon = new Beacon({
    ...base,
    pairing: models.pairing,
    port: config.beaconPort,
    address: config.beaconAddress,
    isLivedIn: () => !models.users.isEmpty(),
  });
  const port = config.pairingPort === httpPort ? 0 : config.pairingPort;
  door = new PairingDoor({ ...base, pairing: models.pairing, host: config.httpHost, port, to: app });
  for (const service of [beacon, door, ...(config.presence ? [presence] : [])]) {
    service.start();
    undo.push(() => service.stop());
  }
  return {
    http: `http://${shown(config.httpHost)}:${(server.address() as AddressInfo).port}`,
    mqtt: `mqtt://${shown(config.mqttHost)}:${mqttPort}`,
    mqtts: `mqtts://${shown(config.mqttHost)}:${mqttsPort}`,
  };
}

const NO_NAME = { name: null, conflict: false };

/** What the hub offers to the network. */
function announcements(httpPort: number, mqttPort: number, fingerprint: string): Announcement[] {
  return [
    { type: 'http', port: httpPort, txt: { path: '/' } },
    { type: 'mqtt', port: mqttPort },
    { type: 'hearth', port: httpPort, txt: { api: '/api/v1', mqtt: String(mqttPort), ca: fingerprint } },
  ];
}

/** Stands in the trail of the household whose login it is, which the devices page shows. */
function noteGuess({ users, logins, audit }: Models, name: string, address: string): void {
  const account = users.accountNamed(name) ?? logins.accountNamed(name);
  if (account === undefined) return;
  audit.note(account, { actor: 'somebody', action: 'login guessed', detail: `${name}, the last time from ${address}` });
}

/** A device's own login; that it came tells that its pairing is over. */
function deviceLogin({ logins, pairing }: Models, name: string, secret: string): Who | undefined {
  const who = logins.mqttLogin(name, secret);
  if (who?.topics) pairing.used(who.topics.login);
  return who;
}

/** Lets requests under way finish; streams that never end are cut. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  });
}

/** An address a person can open: every address of the machine includes this one. */
function shown(host: string): string {
  if (host === '::' || host === '0.0.0.0') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { projectRoot } from '../lib/project-root.ts';
import type { Who } from '../models/who.ts';
import { type Broker, createBroker } from './broker.ts';
import { redisOptions } from './connections/redis.ts';
import type { Doors } from './doors.ts';
import { createHttp } from './http.ts';
import { listen } from './listen.ts';
import type { Metrics } from './metrics.ts';
import { ownHostCheck } from './middleware/host.ts';
import { createSessions } from './middleware/session.ts';
import type { Models } from './models.ts';
import type { HubStorage } from './open-storage.ts';
import type { MqttRoute, Route } from './routes.ts';
import { TlsRenewal } from './services/tls-renewal.ts';
import type { StoresDeps } from './stores.ts';
import type { Undo } from './undo.ts';

export interface OpenDoorsDeps extends StoresDeps, HubStorage {
  readonly models: Models;
  readonly metrics: Metrics;
  readonly table: readonly Route[];
  readonly doors: Doors;
}

export interface OpenDoors {
  readonly broker: Broker;
  readonly app: Express;
  readonly httpPort: number;
  readonly renewal: TlsRenewal;
}

const GRACE_MS = 500;

/** Opens the broker, then HTTP; one server has the pages and the broker's WebSocket. */
export async function openDoors(deps: OpenDoorsDeps, undo: Undo): Promise<OpenDoors> {
  const { config, clock, log, doors, certificates } = deps;
  const broker = brokerOf(deps);
  doors.broker = broker;
  const app = appOf(deps);
  const server = createServer(app);
  const isOwnHost = ownHostCheck({ ...config, clock, alias: doors.alias });
  broker.attachWebSocket(server, ({ headers }) => isOwnHost(headers.host));

  await broker.start();
  undo.push(() => broker.stop());
  const use: Broker['renewTls'] = (keys) => broker.renewTls(keys);
  const renewal = new TlsRenewal({ clock, log, current: certificates, open: deps.findCertificates, use });
  renewal.start();
  undo.push(() => renewal.stop());
  const settings = ['HEARTH_HTTP_HOST', 'HEARTH_HTTP_PORT'] as const;
  await listen(server, { host: config.httpHost, port: config.httpPort, settings });
  undo.push(() => close(server));
  return { broker, app, httpPort: (server.address() as AddressInfo).port, renewal };
}

function brokerOf(deps: OpenDoorsDeps): Broker {
  const { models, stores, table, certificates } = deps;
  const broker = createBroker({
    ...deps,
    redis: redisOptions(stores.redisUrl),
    users: {
      mqttLogin: (name, key) => models.users.mqttLogin(name, key) ?? deviceLogin(models, name, key),
      isFresh: (name) => models.logins.isFresh(name),
      guessed: (name, address) => noteGuess(models, name, address),
    },
    routes: table.filter((route): route is MqttRoute => route.door === 'mqtt'),
    tls: certificates,
  });
  models.logins.onRevoke(({ id }) => broker.cut(id));
  models.users.onWriteKeyRenewed((account) => broker.cutKey(account));
  return broker;
}

function appOf(deps: OpenDoorsDeps): Express {
  const { stores, models, doors, table } = deps;
  const { users, pairing } = models;
  const sessions = createSessions({ ...deps, users, redis: stores.redis.redis, secret: stores.secret });
  return createHttp({ ...deps, alias: doors.alias, root: projectRoot, users, pairing, sessions, routes: table });
}

/** A device's own login; that it came tells that its pairing is over. */
function deviceLogin({ logins, pairing }: Models, name: string, secret: string): Who | undefined {
  const who = logins.mqttLogin(name, secret);
  if (who?.topics) pairing.used(who.topics.login);
  return who;
}

/** Stands in the trail of the household whose login it is, which the devices page shows. */
function noteGuess({ users, logins, audit }: Models, name: string, address: string): void {
  const account = users.accountNamed(name) ?? logins.accountNamed(name);
  if (account === undefined) return;
  audit.note(account, { actor: 'somebody', action: 'login guessed', detail: `${name}, the last time from ${address}` });
}

/** Lets requests under way finish; streams that never end are cut. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  });
}

import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server as TlsServer } from 'node:tls';
import type { RedisOptions } from 'ioredis';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { LogLimit } from '../lib/log-limit.ts';
import type { Who } from '../models/who.ts';
import { type DoormanDeps, receiveVisitor } from './broker/doorman.ts';
import { Household } from './broker/household.ts';
import { Households } from './broker/households.ts';
import { LIMITS } from './broker/limits.ts';
import { portOf, type TlsKeys, tcpListener, tlsListener, webSocketListener } from './broker/listeners.ts';
import { Login, type MqttLogins } from './broker/login.ts';
import { Strangers } from './broker/strangers.ts';
import { type TopicRoute, Topics } from './broker/topics.ts';
import type { Config } from './config.ts';
import { listen } from './listen.ts';
import type { Metrics } from './metrics.ts';

export interface BrokerDeps {
  readonly config: Pick<Config, 'mqttHost' | 'mqttPort' | 'mqttsPort'>;
  readonly log: Log;
  readonly clock: Clock;
  /** Where Redis is: the broker keeps connections of its own. */
  readonly redis: RedisOptions;
  readonly users: MqttLogins;
  readonly routes: readonly TopicRoute[];
  readonly tls: TlsKeys;
  readonly metrics: Pick<Metrics, 'refusals'>;
}

export interface Broker {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Sends a message of the hub's own to the subscribers of one account. It is not taken as a reading. */
  publish(account: number, topic: string, payload: string | Buffer, options?: PublishOptions): Promise<void>;
  /** Takes MQTT over WebSocket at `/mqtt` of an HTTP server; `allow` may look at the request's Host. */
  attachWebSocket(server: HttpServer, allow?: (request: IncomingMessage) => boolean): void;
  /** Serves new TLS connections with a renewed certificate. */
  renewTls(keys: TlsKeys): void;
  addresses(): { mqttPort: number; mqttsPort: number };
  stats(): { clients: number; connections: number; households: number };
  /** Cuts every connection of a device's login, at once. */
  cut(login: number): void;
  /** Cuts every connection of a household that came in by its write key, at once. */
  cutKey(account: number): void;
}

export interface PublishOptions {
  readonly retain?: boolean;
  readonly qos?: 0 | 1;
}

/** The MQTT door. Every packet of every client enters here; what the table of routes does not name is refused. */
export function createBroker(deps: BrokerDeps): Broker {
  return new FrontBroker(deps);
}

class FrontBroker implements Broker {
  readonly #deps: BrokerDeps;
  readonly #doorman: DoormanDeps;
  readonly #tcp: Server;
  readonly #tls: TlsServer;
  readonly #logLimit: LogLimit;
  readonly #households: Households;
  readonly #connections = new Set<Duplex>();
  readonly #byLogin = new Map<string, Set<Duplex>>();
  readonly #detach: (() => void)[] = [];
  readonly #strangers = new Strangers();

  constructor(deps: BrokerDeps) {
    this.#deps = deps;
    this.#logLimit = new LogLimit(deps.clock);
    const { clock, log, redis } = deps;
    const topics = new Topics(deps.routes);
    const refused = (reason: string, details: Record<string, unknown>) => this.#refused(reason, details);
    this.#households = new Households({
      clock,
      log,
      make: (who) => new Household({ clock, log, redis, topics, refused }, who),
    });
    const hasRoom = (account: number) => this.#households.hasRoom(account);
    this.#doorman = { clock, login: new Login(deps.users), topics, hasRoom, refused };
    this.#tcp = tcpListener((conn, address) => this.#enter(conn, address));
    this.#tls = tlsListener(deps.tls, (conn, address) => this.#enter(conn, address));
  }

  async start(): Promise<void> {
    const { mqttHost, mqttPort, mqttsPort } = this.#deps.config;
    const door = (port: number, setting: string) =>
      ({ host: mqttHost, port, settings: ['HEARTH_MQTT_HOST', setting] }) as const;
    await listen(this.#tcp, door(mqttPort, 'HEARTH_MQTT_PORT'));
    await listen(this.#tls, door(mqttsPort, 'HEARTH_MQTTS_PORT'));
    this.#households.start();
  }

  async stop(): Promise<void> {
    for (const detach of this.#detach) detach();
    const closed = [this.#tcp, this.#tls].map((server) => new Promise((resolve) => server.close(resolve)));
    await this.#households.stop();
    for (const conn of this.#connections) conn.destroy();
    await Promise.all(closed);
  }

  async publish(account: number, topic: string, payload: string | Buffer, options?: PublishOptions): Promise<void> {
    const who: Who = { account, user: null, role: 'adult', by: 'write key', timezone: 'UTC' };
    const household = await this.#households.open(who);
    await household.publish(topic, payload, options);
  }

  attachWebSocket(server: HttpServer, allow: (request: IncomingMessage) => boolean = () => true): void {
    this.#detach.push(webSocketListener(server, (conn, address) => this.#enter(conn, address), allow));
  }

  renewTls(keys: TlsKeys): void {
    this.#tls.setSecureContext(keys);
  }

  addresses(): { mqttPort: number; mqttsPort: number } {
    return { mqttPort: portOf(this.#tcp), mqttsPort: portOf(this.#tls) };
  }

  stats(): { clients: number; connections: number; households: number } {
    const { clients, count } = this.#households;
    return { clients, connections: this.#connections.size, households: count };
  }

  cut(login: number): void {
    this.#cut(`login ${login}`);
  }

  cutKey(account: number): void {
    this.#cut(`key ${account}`);
  }

  #cut(name: string): void {
    for (const conn of this.#byLogin.get(name) ?? []) conn.destroy();
  }

  #enter(conn: Duplex, address: string): void {
    conn.on('error', () => conn.destroy());
    if (!this.#strangers.hasRoom(address) || this.#connections.size >= LIMITS.connections) {
      this.#refused('too many connections', { address });
      conn.destroy();
      return;
    }
    this.#connections.add(conn);
    conn.once('close', () => this.#connections.delete(conn));
    this.#admit(conn, address).catch((error: unknown) => {
      this.#deps.log.error({ err: error }, 'an MQTT connection could not be served');
      conn.destroy();
    });
  }

  async #admit(conn: Duplex, address: string): Promise<void> {
    const leave = this.#strangers.enter(address);
    const visitor = await receiveVisitor(this.#doorman, conn, address).finally(leave);
    if (!visitor) return;
    this.#remember(visitor.who, conn);
    const joined = this.#households.join(visitor.who);
    conn.once('close', joined.leave);
    (await joined.household).enter(conn, visitor);
  }

  #remember({ account, topics }: Who, conn: Duplex): void {
    const name = topics ? `login ${topics.login}` : `key ${account}`;
    const conns = this.#byLogin.get(name) ?? new Set();
    this.#byLogin.set(name, conns.add(conn));
    conn.once('close', () => {
      conns.delete(conn);
      if (conns.size === 0 && this.#byLogin.get(name) === conns) this.#byLogin.delete(name);
    });
    if (topics && !topics.isOpen) conn.destroy();
  }

  #refused(reason: string, details: Record<string, unknown>): void {
    this.#deps.metrics.refusals.inc({ door: 'mqtt', reason });
    const held = this.#logLimit.allow(`${reason}\n${details.client ?? details.address ?? ''}`);
    if (held !== null) this.#deps.log.warn({ ...details, reason, held }, 'MQTT refused');
  }
}

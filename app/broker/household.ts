import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Aedes, type Client, type PublishPacket, type Subscription } from 'aedes';
import type { RedisOptions } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Who } from '../../models/who.ts';
import { Backlog } from './backlog.ts';
import { deliverInOrder } from './delivery.ts';
import type { Visitor } from './doorman.ts';
import { hurryPublishers } from './fan-out.ts';
import { gatherWrites } from './gather.ts';
import { Ingest, type IngestDeps } from './ingest.ts';
import { LIMITS } from './limits.ts';
import { guardPackets } from './packet-rules.ts';
import { SessionRedis } from './session-redis.ts';
import { Sessions } from './sessions.ts';
import type { Topics } from './topics.ts';

export interface HouseholdDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly redis: RedisOptions;
  readonly topics: Topics;
  refused(reason: string, details: Record<string, unknown>): void;
}

/**
 * One household's broker. Each has its own, with its own sessions, retained messages and client ids, so that nothing
 * said in one house can reach another by any topic, and one slow reader holds up nobody next door.
 */
export class Household {
  readonly #deps: HouseholdDeps;
  readonly #who: Who;
  readonly #sessions: Sessions;
  readonly #ingests = new WeakMap<Client, Ingest>();
  readonly #filters = new WeakMap<Client, Set<string>>();
  readonly #whos = new WeakMap<object, Who>();
  readonly #backlog = new Backlog(LIMITS.waitingBytesOfQos0);
  readonly #ingestDeps: IngestDeps;
  #aedes: Aedes | undefined;

  constructor(deps: HouseholdDeps, who: Who) {
    this.#deps = deps;
    // whoever came first: what the household itself says is not bound by a device's rights
    const { topics: _, ...whole } = who;
    this.#who = whole;
    this.#sessions = new Sessions({
      redis: new SessionRedis(deps.redis, who.account, deps.clock),
      log: deps.log,
      mayKeep: (client, filter) => this.#mayRead(client, filter),
    });
    this.#ingestDeps = {
      clock: deps.clock,
      topics: deps.topics,
      refused: deps.refused,
      isRepeated: (client, packet) => this.#sessions.hasIncoming(client, packet),
      subscribing: (client) => this.#sessions.subscribing(client),
    };
  }

  async start(): Promise<void> {
    this.#aedes = await Aedes.createBroker({
      persistence: this.#sessions,
      concurrency: 0, // nobody waits for a subscriber, see fan-out.ts
      // what a client sends along with CONNECT; one read's worth at most, since reading on waits for the login
      queueLimit: LIMITS.packetBytes,
      connectTimeout: LIMITS.connectMs,
      drainTimeout: LIMITS.drainMs,
      maxClientsIdLength: LIMITS.clientIdLength + LIMITS.loginPrefixLength,
      maxTopicLevels: LIMITS.topicLevels,
      preConnect: (client, packet, done) => {
        packet.clientId = this.#sessionName(client, packet.clientId);
        done(null, true);
      },
      authenticate: (_client, _name, _key, done) => done(null, true), // the doorman has
      authorizePublish: (client, packet, done) => this.#take(client, packet, done),
      authorizeSubscribe: (client, sub, done) => this.#subscribe(client, sub, done),
      authorizeForward: (client, packet) => (this.#mayHear(client, packet) ? packet : null),
    });
    hurryPublishers(this.#aedes, () => this.#sessions.mayQueue);
    this.#aedes.on('clientError', (client, error) => this.#tell(client, error));
    this.#aedes.on('connectionError', (client, error) => this.#tell(client, error));
    this.#aedes.on('unsubscribe', (filters, client) => {
      for (const filter of filters) this.#filters.get(client)?.delete(filter);
    });
    (this.#aedes as NodeJS.EventEmitter).on('error', (error) => this.#deps.log.error({ err: error }, 'broker'));
  }

  /** Hands over a connection whose CONNECT packet is still to be read from it. */
  enter(conn: Duplex, visitor: Visitor): void {
    if (conn.destroyed) return;
    gatherWrites(conn, LIMITS.waitingBytes);
    const client = this.#running.handle(conn);
    guardPackets(client, LIMITS.packetBytes);
    deliverInOrder(client, (packet) => this.#sessions.wasQueued(client, packet));
    this.#whos.set(client, visitor.who);
    this.#ingests.set(client, new Ingest(this.#ingestDeps, visitor.who, visitor.clientId));
  }

  /** Sends a message of the hub's own to whoever subscribed. It is not taken as a reading. */
  publish(topic: string, payload: string | Buffer, options: { retain?: boolean; qos?: 0 | 1 } = {}): Promise<void> {
    const packet: PublishPacket = {
      cmd: 'publish',
      topic,
      payload,
      qos: options.qos ?? 0,
      retain: options.retain ?? false,
      dup: false,
    };
    return new Promise((resolve, reject) => {
      this.#running.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  get clients(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /** Whether everything that is to be kept has been written. */
  get isSettled(): boolean {
    return this.#sessions.isSettled;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes?.close(() => resolve()));
    // aedes queues a message for absent sessions just after it has acknowledged it
    await nextTurn();
    await this.#sessions.destroy();
  }

  get #running(): Aedes {
    if (!this.#aedes) throw new Error('the household has not started');
    return this.#aedes;
  }

  #take(client: Client | null, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const ingest = client ? this.#ingests.get(client) : undefined;
    (ingest ?? new Ingest(this.#ingestDeps, this.#who, 'will')).take(client, packet, done);
  }

  #subscribe(client: Client, sub: Subscription, done: (error: Error | null, sub?: Subscription | null) => void): void {
    const held = this.#filters.get(client) ?? new Set();
    const allowed = sub.topic.length <= LIMITS.topicLength && this.#mayRead(client, sub.topic);
    if (allowed && (held.has(sub.topic) || held.size < LIMITS.subscriptionsPerClient)) {
      this.#filters.set(client, held.add(sub.topic));
      done(null, sub);
      return;
    }
    this.#deps.refused('forbidden subscription', { client: client.id, topic: sub.topic.slice(0, LIMITS.topicLength) });
    // [MQTT-3.9.3-2] SUBACK says 0x80 for this filter, the others of the packet stand
    done(null, null);
  }

  /** A subscriber who does not keep up misses messages of QoS 0; what he is owed waits for him, up to a limit. */
  #mayHear(client: Client, { topic, payload, qos, retain }: PublishPacket): boolean {
    return this.#mayRead(client, topic) && (qos > 0 || retain || this.#backlog.hasRoom(client, payload.length));
  }

  #mayRead(client: object, filter: string): boolean {
    return this.#deps.topics.maySubscribe(this.#whos.get(client) ?? this.#who, filter);
  }

  /** A device's sessions are its login's own: no name it gives itself takes over, or ends, the session of another. */
  #sessionName(client: Client, clientId: string): string {
    const login = this.#whos.get(client)?.topics?.login;
    return login === undefined || clientId === '' ? clientId : `login ${login} ${clientId}`;
  }

  #tell(client: Client, error: Error): void {
    this.#deps.log.debug({ client: client.id, account: this.#who.account, err: error }, 'MQTT client closed');
  }
}

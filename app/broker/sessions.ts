import { Readable } from 'node:stream';
import type { Aedes, Client } from 'aedes';
import RedisPersistence from 'aedes-persistence-redis/asyncPersistence.js';
import type { Log } from '../../lib/log.ts';
import { grantedQos, type Subscriptions } from './granted-qos.ts';
import { LIMITS } from './limits.ts';
import type { SessionRedis } from './session-redis.ts';

type Id = Pick<Client, 'id'> & { readonly clean?: boolean };
type Subscription = { topic: string; qos: 0 | 1 | 2; clientId?: string };
type Subscriber = { clientId: string };
type Connected = Client & { readonly subscriptions: Subscriptions };
type Numbered = { messageId?: number };

export interface SessionsDeps {
  readonly redis: SessionRedis;
  readonly log: Log;
  /** Whether a session may hold this subscription; what a client asked for in vain is not kept. */
  readonly mayKeep: (client: object, filter: string) => boolean;
}

/**
 * What aedes keeps beyond a connection: subscriptions, queued messages, retained messages and wills, in Redis through
 * aedes-persistence-redis. While Redis is away nothing waits and nothing fails: reads answer "nothing", writes are
 * kept in order and made up for when it is back. Sessions that end with their connection never touch Redis.
 */
export class Sessions {
  readonly #redis: SessionRedis;
  readonly #log: Log;
  readonly #mayKeep: (client: object, filter: string) => boolean;
  readonly #store: RedisPersistence;
  readonly #writing = new Set<Promise<void>>();
  readonly #later: (() => Promise<unknown>)[] = [];
  readonly #incoming = new Map<string, Map<number, object>>();
  readonly #added = new WeakMap<object, Promise<void>>();
  readonly #subscribing = new Map<string, Promise<void>>();
  /** What each connection of a kept session was sent from its queue. */
  readonly #sent = new WeakMap<object, Set<string>>();
  readonly #queued = new Map<string, number>();
  #broker: Aedes | undefined;
  #loaded = false;
  /** False while no subscription was ever kept: most houses' meters then skip the search for one. */
  #anySession = false;
  #catchingUp: Promise<void> | undefined;

  constructor({ redis, log, mayKeep }: SessionsDeps) {
    this.#redis = redis;
    this.#log = log;
    this.#mayKeep = mayKeep;
    this.#store = new RedisPersistence({
      conn: redis,
      maxSessionDelivery: LIMITS.queuedPerSession,
      packetTTL: () => LIMITS.queuedSeconds,
    });
  }

  /** Reads the subscriptions of the sessions that are away, now or as soon as Redis is there. */
  async setup(broker: Aedes): Promise<void> {
    this.#broker = broker;
    this.#redis.on('ready', () => void this.#catchUp());
    await this.#redis.connect().catch(() => undefined);
    await this.#catchUp();
  }

  async storeRetained(packet: object): Promise<void> {
    await this.#write(() => this.#store.storeRetained(packet));
  }

  createRetainedStreamCombi(patterns: string[]): Readable {
    return this.#stream(() => this.#store.createRetainedStreamCombi(patterns));
  }

  createRetainedStream(pattern: string): Readable {
    return this.createRetainedStreamCombi([pattern]);
  }

  /** aedes calls this once per topic with the whole SUBSCRIBE; it is stored once. */
  addSubscriptions(client: Id, subs: Subscription[]): Promise<void> {
    const known = this.#added.get(subs);
    if (known) return known;
    const kept = subs.filter((sub) => this.#mayKeep(client, sub.topic));
    this.#anySession ||= kept.length > 0;
    const adding = kept.length ? this.#write(() => this.#store.addSubscriptions({ id: client.id }, kept)) : NOTHING;
    this.#added.set(subs, adding);
    this.#remember(client.id, adding);
    return adding;
  }

  /** Resolves when what the client subscribed to so far is known here; undefined when it is. Never rejects. */
  subscribing(client: Id): Promise<void> | undefined {
    return this.#subscribing.get(client.id);
  }

  #remember(id: string, adding: Promise<void>): void {
    if (adding === NOTHING) return;
    const noted = adding.then(noop, noop).then(() => {
      if (this.#subscribing.get(id) === noted) this.#subscribing.delete(id);
    });
    this.#subscribing.set(id, noted);
  }

  async removeSubscriptions(client: Id, topics: string[]): Promise<void> {
    await this.#write(() => this.#store.removeSubscriptions({ id: client.id }, topics));
  }

  async subscriptionsByClient(client: Id): Promise<Subscription[]> {
    return await this.#read(() => this.#store.subscriptionsByClient(client), []);
  }

  /** From memory: this is on the way of every message with QoS 1 or 2. */
  subscriptionsByTopic(topic: string): Promise<Subscriber[]> {
    return this.#anySession ? this.#store.subscriptionsByTopic(topic) : NOBODY;
  }

  async cleanSubscriptions(client: Id): Promise<void> {
    await this.#write(() => this.#store.cleanSubscriptions({ id: client.id }));
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    return await this.#read(() => this.#store.countOffline(), { subsCount: 0, clientsCount: 0 });
  }

  async outgoingEnqueue(sub: Subscriber, packet: object): Promise<void> {
    await this.outgoingEnqueueCombi([sub], packet);
  }

  outgoingEnqueueCombi(subs: Subscriber[], packet: object): Promise<void> {
    if (subs.length === 0) return NOTHING;
    const roomy = subs.filter((sub) => this.#hasRoom(sub.clientId));
    return roomy.length ? this.#write(() => this.#store.outgoingEnqueueCombi(roomy, packet)) : NOTHING;
  }

  async outgoingUpdate(client: Id, packet: object): Promise<void> {
    await this.#read(() => this.#store.outgoingUpdate(client, packet), undefined);
  }

  async outgoingClearMessageId(client: Id, packet: object): Promise<object | undefined> {
    return await this.#read(() => this.#store.outgoingClearMessageId(client, packet), undefined);
  }

  outgoingStream(client: Id): Readable {
    this.#queued.delete(client.id);
    const { subscriptions = {} } = this.#clients()[client.id] ?? {};
    const sent = new Set<string>();
    this.#sent.set(client, sent);
    return this.#stream(() => readied(this.#store.outgoingStream(client), subscriptions, sent));
  }

  /** Whether this connection has been sent the message from its session's queue. */
  wasQueued(client: Id, packet: object): boolean {
    return this.#sent.get(client)?.has(nameOf(packet as Queued)) ?? false;
  }

  async incomingStorePacket(client: Id, packet: Numbered): Promise<void> {
    if (this.#answers && !client.clean) return await this.#write(() => this.#store.incomingStorePacket(client, packet));
    const packets = this.#incoming.get(client.id) ?? new Map<number, object>();
    this.#incoming.set(client.id, packets.set(packet.messageId ?? 0, packet));
  }

  async incomingGetPacket(client: Id, packet: Numbered): Promise<object> {
    const here = this.#incoming.get(client.id)?.get(packet.messageId ?? 0);
    const found =
      here ?? (client.clean ? null : await this.#read(() => this.#store.incomingGetPacket(client, packet), null));
    if (!found) throw new Error('no such packet');
    return found;
  }

  hasIncoming(client: Id, packet: Numbered): Promise<boolean> {
    return this.incomingGetPacket(client, packet).then(
      () => true,
      () => false,
    );
  }

  async incomingDelPacket(client: Id, packet: Numbered): Promise<void> {
    this.#incoming.get(client.id)?.delete(packet.messageId ?? 0);
    if (!client.clean) await this.#write(() => this.#store.incomingDelPacket(client, packet));
  }

  async cleanIncoming(client: Id): Promise<void> {
    this.#incoming.delete(client.id);
  }

  async putWill(client: Id, packet: object): Promise<void> {
    await this.#write(() => this.#store.putWill({ id: client.id }, packet));
  }

  async delWill(client: Id & { brokerId?: string }): Promise<object | null> {
    const brokerId = client.brokerId ?? this.#broker?.id ?? '';
    return await this.#read(() => this.#store.delWill({ id: client.id, brokerId }), null);
  }

  streamWill(brokers: object): Readable {
    return this.#stream(() => this.#store.streamWill(brokers));
  }

  getClientList(topic: string): Readable {
    return Readable.from(this.#store.getClientList(topic));
  }

  /** Whether a message may have to be kept for a session that is away. */
  get mayQueue(): boolean {
    return this.#anySession;
  }

  get isSettled(): boolean {
    return this.#later.length === 0 && this.#writing.size === 0;
  }

  /** Lets go of Redis once everything begun is written. */
  async destroy(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    if (this.#later.length) this.#log.warn({ waiting: this.#later.length }, 'session changes lost: Redis is away');
    this.#redis.disconnect();
  }

  get #answers(): boolean {
    return this.#loaded && this.#redis.answers;
  }

  async #read<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    if (!this.#answers) return otherwise;
    return await work().catch(() => otherwise);
  }

  #write(work: () => Promise<unknown>): Promise<void> {
    if (this.#answers && this.#later.length === 0) {
      const written = work().then(
        () => undefined,
        () => this.#postpone(work),
      );
      this.#writing.add(written);
      return written.finally(() => this.#writing.delete(written));
    }
    this.#postpone(work);
    if (this.#answers) void this.#catchUp();
    return NOTHING;
  }

  #postpone(work: () => Promise<unknown>): void {
    if (this.#later.length < MOST_POSTPONED) this.#later.push(work);
  }

  /** Redis is there: loads what was not loaded yet, then makes up for what waited, in order. */
  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#makeUp().finally(() => {
      this.#catchingUp = undefined;
    });
    return this.#catchingUp;
  }

  async #makeUp(): Promise<void> {
    if (!this.#redis.answers) return;
    try {
      if (this.#loaded) await this.#renew();
      else await this.#store.setup(this.#broker);
      this.#loaded = true;
      this.#anySession ||= (await this.#store.countOffline()).subsCount > 0;
      for (let work = this.#later[0]; work; work = this.#later[0]) {
        await work().catch((error) => this.#giveUp(error));
        this.#later.shift();
      }
    } catch (error) {
      this.#log.debug({ err: error }, 'sessions wait for Redis');
    }
  }

  /** A failure while Redis answers is the change's own: it is dropped, the others go on. */
  #giveUp(error: unknown): void {
    if (!this.#redis.answers) throw error;
    this.#log.warn({ err: error }, 'a session change was dropped');
  }

  /** Redis may have come back with an older copy: the sessions that are here tell it what they hold. */
  async #renew(): Promise<void> {
    for (const client of Object.values(this.#clients())) {
      const subs = Object.entries(client.subscriptions).map(([topic, { qos }]) => ({ topic, qos }));
      if (!client.clean && subs.length > 0) await this.#store.addSubscriptions({ id: client.id }, subs);
    }
  }

  #hasRoom(clientId: string): boolean {
    const queued = this.#queued.get(clientId) ?? 0;
    if (queued >= LIMITS.queuedPerSession) return false;
    if (!this.#isConnected(clientId)) this.#queued.set(clientId, queued + 1);
    return true;
  }

  #isConnected(clientId: string): boolean {
    return this.#clients()[clientId] !== undefined;
  }

  /** Those aedes serves now; its types leave the table out. */
  #clients(): Record<string, Connected> {
    return (this.#broker as unknown as { clients?: Record<string, Connected> } | undefined)?.clients ?? {};
  }

  #stream(open: () => AsyncIterable<object>): Readable {
    return Readable.from(this.#answers ? untilFailure(open()) : []);
  }
}

const noop = () => undefined;
const NOTHING = Promise.resolve();
const NOBODY: Promise<Subscriber[]> = Promise.resolve([]);

/** Changes kept while Redis is away. Later ones are dropped: the store holds only what can be rebuilt. */
const MOST_POSTPONED = 10_000;

interface Queued {
  readonly cmd: string;
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly messageId?: number;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
}

function nameOf({ brokerId, brokerCounter }: Queued): string {
  return `${brokerId}:${brokerCounter}`;
}

/**
 * Queued messages as they are to leave: with the QoS that was granted, and marked as sent again where their identifier
 * shows that they were sent before [MQTT-3.3.1-1].
 */
async function* readied(
  packets: AsyncIterable<object>,
  subscriptions: Subscriptions,
  sent: Set<string>,
): AsyncIterable<object> {
  for await (const packet of packets as AsyncIterable<Queued>) {
    sent.add(nameOf(packet));
    if (packet.cmd !== 'publish') yield packet;
    else if (packet.messageId) yield { ...packet, dup: true };
    // one whose subscription is gone keeps its own, or it would never leave the queue
    else yield { ...packet, qos: grantedQos(subscriptions, packet) || packet.qos };
  }
}

async function* untilFailure(items: AsyncIterable<object>): AsyncIterable<object> {
  try {
    yield* items;
  } catch {
    // Redis went away in the middle: the rest comes with the next connection.
  }
}

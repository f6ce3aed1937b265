import type { Client, PublishPacket } from 'aedes';
import { type Clock, sleep } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Who } from '../../models/who.ts';
import { InOrder } from './in-order.ts';
import { LIMITS } from './limits.ts';
import { Pace } from './pace.ts';
import type { MqttMessage, TopicRoute, Topics } from './topics.ts';

export interface IngestDeps {
  readonly clock: Clock;
  readonly topics: Topics;
  refused(reason: string, details: Record<string, unknown>): void;
  /** Whether this QoS 2 message was taken before and only its answer got lost. */
  isRepeated(client: Client, packet: PublishPacket): Promise<boolean>;
  /** What the client subscribed to and is still being noted. */
  subscribing(client: Client): Promise<void> | undefined;
}

type Done = (error?: Error | null) => void;

/**
 * One client's messages on their way in. aedes acknowledges as soon as `done` is called without an error, so it is
 * called only when the controller's promise has resolved; with an error aedes closes the client, nothing is
 * acknowledged, and the client sends again.
 */
export class Ingest {
  readonly #deps: IngestDeps;
  readonly #who: Who;
  readonly #clientId: string;
  readonly #order = new InOrder();
  readonly #pace: Pace;

  constructor(deps: IngestDeps, who: Who, clientId: string) {
    this.#deps = deps;
    this.#who = who;
    this.#clientId = clientId;
    this.#pace = new Pace(deps.clock, LIMITS.messagesPerSecond);
  }

  take(client: Client | null, packet: PublishPacket, done: Done): void {
    if (packet.topic.startsWith('$')) {
      this.#passOver(packet);
      this.#order.push(undefined, done);
      return;
    }
    const { topic } = packet;
    this.#who.topics?.claim(topic);
    const route = topic.length <= LIMITS.topicLength ? this.#deps.topics.toPublish(this.#who, topic) : undefined;
    if (!route) {
      this.#deps.refused('forbidden topic', { client: this.#clientId, topic: topic.slice(0, LIMITS.topicLength) });
      done(new Error('forbidden topic'));
      return;
    }
    const message = {
      who: this.#who,
      clientId: this.#clientId,
      topic,
      payload: bytesOf(packet),
      retain: packet.retain,
    };
    const wait = this.#pace.next();
    const again = packet.qos === 2 && packet.dup;
    packet.dup = false; // it is the sender's, and not handed on [MQTT-3.3.1-3]
    const plain = wait === 0 && !again;
    const called = plain ? call(route, message) : this.#later(wait, again ? client : null, packet, route, message);
    const work = packet.qos === 0 ? called?.catch((error) => this.#lose(topic, error)) : called;
    const subscribing = client ? this.#deps.subscribing(client) : undefined;
    // what a client says after SUBSCRIBE it may have to hear itself, so aedes gets it only once it knows of that
    this.#order.push(subscribing ? both(work, subscribing) : work, done);
  }

  /**
   * Topics with `$` are the hub's own [MQTT-4.7.2-1], but bridges tell their state on them: closing the connection would
   * keep them out. The message is acknowledged and goes nowhere, as MQTT 3.1.1 allows [MQTT-3.3.5-2].
   */
  #passOver(packet: PublishPacket): void {
    this.#deps.refused('topic of the hub', {
      client: this.#clientId,
      topic: packet.topic.slice(0, LIMITS.topicLength),
    });
    Object.assign(packet, { topic: NOWHERE, payload: Buffer.alloc(0), retain: false });
  }

  /**
   * What nobody sends again is lost when it cannot be kept just now (a disk that takes nothing, a clock nobody believes): closing
   * the connection would not bring it back, and would cut a device off from what the hub has to say to it.
   */
  #lose(topic: string, error: unknown): void {
    if (!(error instanceof HubError) || error.status !== PASSING) throw error;
    this.#deps.refused(error.code, { client: this.#clientId, topic: topic.slice(0, LIMITS.topicLength) });
  }

  /** `repeater`: the client, where the message may have been taken before. */
  async #later(ms: number, repeater: Client | null, packet: PublishPacket, route: TopicRoute, message: MqttMessage) {
    if (ms > 0) await sleep(this.#deps.clock, ms);
    // [MQTT-4.3.3] aedes looks for a repetition only after this hook
    if (repeater && (await this.#deps.isRepeated(repeater, packet))) return;
    await call(route, message);
  }
}

/** Nobody may subscribe to it, and aedes itself listens only below `$SYS`. */
const NOWHERE = '$nowhere';

const PASSING = 503;

function call(route: TopicRoute, message: MqttMessage): Promise<void> | undefined {
  try {
    return route.to(message);
  } catch (error) {
    return Promise.reject(error);
  }
}

async function both(work: Promise<void> | undefined, subscribing: Promise<void>): Promise<void> {
  await Promise.all([work, subscribing]);
}

function bytesOf({ payload }: PublishPacket): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

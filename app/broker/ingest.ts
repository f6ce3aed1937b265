import type { Client, PublishPacket } from 'aedes';
import type { Clock } from '../../lib/clock.ts';
import type { Who } from '../../models/who.ts';
import { InOrder } from './in-order.ts';
import { LIMITS } from './limits.ts';
import { Pace } from './pace.ts';
import type { Topics } from './topics.ts';

export interface IngestDeps {
  readonly clock: Clock;
  readonly topics: Topics;
  refused(reason: string, details: Record<string, unknown>): void;
  /** Whether this QoS 2 message was taken before and only its answer got lost. */
  isRepeated(client: Client, packet: PublishPacket): Promise<boolean>;
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
    const { topic } = packet;
    const route = topic.length <= LIMITS.topicLength ? this.#deps.topics.toPublish(this.#who, topic) : undefined;
    if (!route) {
      this.#deps.refused('forbidden topic', { client: this.#clientId, topic: topic.slice(0, LIMITS.topicLength) });
      done(new Error('forbidden topic'));
      return;
    }
    const wait = this.#pace.next();
    if (wait > 0) this.#order.push(this.#later(wait, client, packet), done);
    else this.#order.push(this.#handle(client, packet), done);
  }

  async #later(ms: number, client: Client | null, packet: PublishPacket): Promise<void> {
    await new Promise<void>((resolve) => this.#deps.clock.after(ms, resolve));
    await this.#handle(client, packet);
  }

  #handle(client: Client | null, packet: PublishPacket): Promise<void> | undefined {
    // [MQTT-4.3.3] aedes looks for a repetition only after this hook
    if (client && packet.qos === 2 && packet.dup) return this.#unlessRepeated(client, packet);
    return this.#call(packet);
  }

  async #unlessRepeated(client: Client, packet: PublishPacket): Promise<void> {
    if (!(await this.#deps.isRepeated(client, packet))) await this.#call(packet);
  }

  #call({ topic, payload, retain }: PublishPacket): Promise<void> | undefined {
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const message = { who: this.#who, clientId: this.#clientId, topic, payload: bytes, retain };
    try {
      return this.#deps.topics.toPublish(this.#who, topic)?.to(message);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

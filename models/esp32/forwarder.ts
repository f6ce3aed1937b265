import { Mutex } from '../../lib/mutex.ts';
import type { Recorded } from './sensors.ts';
import type { UpstreamQueue } from './upstream-queue.ts';

export interface ForwarderDeps {
  queue: UpstreamQueue;
  /** What the hub calls itself as a gateway. */
  name: string;
  /** Posts to upstream; resolves with the status, rejects where nobody answers. */
  post(body: string): Promise<number>;
}

/** Batches that go up together. */
const TOGETHER = 50;

/** The hub as a gateway: what its sensors measured goes up in envelopes, oldest first, and stays on disk until upstream has taken it. */
export class Forwarder {
  readonly #deps: ForwarderDeps;
  readonly #sending = new Mutex();

  constructor(deps: ForwarderDeps) {
    this.#deps = deps;
  }

  /** Resolves when the readings are on disk. */
  keep(readings: readonly Recorded[]): Promise<void> {
    return this.#deps.queue.add(readings);
  }

  /** Sends all that waits; stops at the first envelope that upstream does not take. True when nothing is left. */
  send(): Promise<boolean> {
    return this.#sending.run(async () => {
      const { queue, post } = this.#deps;
      while (queue.length > 0) {
        const batches = await queue.oldest(TOGETHER);
        if (batches.length === 0) continue;
        const status = await post(this.#envelope(batches.flatMap(({ readings }) => readings)));
        if (status < 200 || status > 299) return false;
        await queue.remove(batches.map(({ file }) => file));
      }
      return true;
    });
  }

  /** With real times, because upstream cannot know how long a batch has waited. */
  #envelope(readings: readonly Recorded[]): string {
    const data = readings.map(({ identity, time, values }) => ({ name: shown(identity), timestamp: time, ...values }));
    return JSON.stringify({ name: this.#deps.name, data });
  }
}

/** A MAC address as sensors write it. */
function shown(identity: string): string {
  return /^[0-9a-f]{12}$/.test(identity) ? (identity.match(/../g) ?? []).join(':') : identity;
}

import type { Clock } from '../../lib/clock.ts';

/** Counts events per key in windows of one minute. Keys come from outside, so their number is bounded. */
export class Rate {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #counts = new Map<string, { start: number; count: number }>();

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  /** Counts one event; false once there were too many in this minute. */
  take(key: string): boolean {
    const now = this.#clock.monotonic();
    const known = this.#counts.get(key);
    if (known && now - known.start < MINUTE_MS) {
      known.count += 1;
      return known.count <= this.#most;
    }
    this.#counts.delete(key);
    if (this.#counts.size >= MOST_KEYS) this.#counts.clear();
    this.#counts.set(key, { start: now, count: 1 });
    return true;
  }

  /** Whether a further event would be too many, without counting one. */
  isSpent(key: string): boolean {
    const known = this.#counts.get(key);
    return known !== undefined && known.count >= this.#most && this.#clock.monotonic() - known.start < MINUTE_MS;
  }
}

const MINUTE_MS = 60_000;
const MOST_KEYS = 4096;

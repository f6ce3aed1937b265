import type { Clock } from '../../lib/clock.ts';

/** A sensor tells something every few seconds; a gateway that was offline brings an hour of it at once. */
const MOST = 1200;
const PER_SECOND = 4;
const MOST_KEYS = 4096;

/** How many entries each device may still send: so many at once, and so many a second after that. */
export class Allowance {
  readonly #clock: Clock;
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many of `wanted` may pass; these are used up. */
  take(key: string, wanted: number): number {
    const now = this.#clock.monotonic();
    const known = this.#left.get(key) ?? { count: MOST, at: now };
    const count = Math.min(MOST, known.count + ((now - known.at) / 1000) * PER_SECOND);
    const passed = Math.min(wanted, Math.floor(count));
    if (this.#left.size >= MOST_KEYS) this.#left.clear();
    this.#left.set(key, { count: count - passed, at: now });
    return passed;
  }
}

import type { Clock } from './clock.ts';

/** Says of each key when it may be logged again: once a minute, with the number of times it was held back since. */
export class LogLimit {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #keys = new Map<string, { at: number; held: number }>();

  constructor(clock: Clock, everyMs = 60_000) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  /** How many were held back before this one, when it may be logged; null when it may not. */
  allow(key: string): number | null {
    const now = this.#clock.monotonic();
    const entry = this.#keys.get(key);
    if (entry && now - entry.at < this.#everyMs) {
      entry.held += 1;
      return null;
    }
    this.#keys.delete(key);
    if (this.#keys.size >= MOST_KEYS) this.#forgetOldest();
    this.#keys.set(key, { at: now, held: 0 });
    return entry?.held ?? 0;
  }

  #forgetOldest(): void {
    const [oldest] = this.#keys.keys();
    if (oldest !== undefined) this.#keys.delete(oldest);
  }
}

/** Keys come from outside, so their number is bounded. */
const MOST_KEYS = 10_000;

import type { Clock } from '../../lib/clock.ts';

/** Slows one client down to `perSecond` messages by telling it how long to wait; nothing is refused. */
export class Pace {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #left: number;
  #since: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#since = clock.monotonic();
  }

  /** Milliseconds to hold the next message back, mostly 0. The clock is asked once per `perSecond` messages. */
  next(): number {
    this.#left -= 1;
    if (this.#left >= 0) return 0;
    const now = this.#clock.monotonic();
    const wait = Math.max(0, this.#since + 1000 - now);
    this.#since = now + wait;
    this.#left = this.#perSecond - 1;
    return wait;
  }
}

import type { Clock } from '../../lib/clock.ts';

/** A wall clock that goes apart from the monotonic one by more than this has been set. */
const SET_MS = 60_000;
/** So long after it was set it is not given to devices: what was set once may be set again. */
const UNSURE_MS = 3_600_000;

/** Knows whether the wall clock has gone evenly for long enough that devices may be given times by it. */
export class ClockWatch {
  readonly #clock: Clock;
  #offset: number;
  #setAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.monotonic();
  }

  /** To be asked at every look: what happens between two is seen at the second. */
  isSteady(): boolean {
    const monotonic = this.#clock.monotonic();
    const offset = this.#clock.now() - monotonic;
    if (Math.abs(offset - this.#offset) > SET_MS) {
      this.#offset = offset;
      this.#setAt = monotonic;
    }
    return monotonic - this.#setAt > UNSURE_MS;
  }
}

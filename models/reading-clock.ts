import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { checkReadingTime } from './reading-time.ts';

/** Why the machine's clock is not believed: never set, put back behind what it said before, or far ahead of it. */
export type ClockTrouble = 'unset' | 'behind' | 'ahead';

export interface ReadingClockDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What the clock said when a hub last wrote here, Unix seconds; 0 where none has. */
  readonly marked: number;
  /** Before it no clock that runs right can be, Unix seconds. */
  readonly released?: number;
}

const RELEASED = Date.UTC(2025, 0, 1) / 1000;
const DAY = 86_400;
/** The hub may have been switched off this long. */
const LONGEST_REST = 400 * DAY;
/** A machine may have slept this long while the hub ran. */
const LONGEST_SLEEP = 30 * DAY;
/** Whoever sets a clock by less than this many seconds does not put it back. */
const PUT_BACK = 2;
/** So many seconds after it has caught up: the slot of the last reading before is not to be written again. */
const MARGIN = 10;
/** A clock that goes on steadily for so long is believed after all: nobody is there to set it right. */
const PATIENCE = 3 * 3600;

/**
 * Judges the machine's clock by what it said before. While it cannot be believed, a reading that needs it is refused with
 * HUB_CLOCK: what sent it keeps it and sends it again. So no slot of up to ten seconds is written a second time after the
 * clock was put back, none lies in 1970, and no file is padded up to a year that has not come. A reading whose own time is
 * the very second of the machine's clock counts as one without.
 */
export class ReadingClock {
  readonly #deps: ReadingClockDeps;
  /** The latest time that was believed, and when that was on the monotonic clock, in seconds. */
  #believed: number;
  #believedAt: number;
  #leap = LONGEST_REST;
  #doubt: { readonly since: number; readonly offset: number } | null = null;
  #told: ClockTrouble | null = null;

  constructor(deps: ReadingClockDeps) {
    this.#deps = deps;
    this.#believed = deps.marked;
    this.#believedAt = deps.clock.monotonic() / 1000;
  }

  /** Null while the clock is believed. */
  trouble(): ClockTrouble | null {
    const { clock, log } = this.#deps;
    const [wall, steady] = [clock.seconds(), clock.monotonic() / 1000];
    const trouble = this.#judge(wall, steady);
    if (trouble === null) {
      this.#believed = wall;
      this.#believedAt = steady;
      this.#leap = LONGEST_SLEEP;
      this.#doubt = null;
    }
    if (trouble !== this.#told) {
      this.#told = trouble;
      if (trouble === null) log.info({ clock: wall }, 'the clock is believed again');
      else log.error({ clock: wall, trouble }, 'the clock cannot be right; readings that need it are refused');
    }
    return trouble;
  }

  /** `checkReadingTime` for a reading that has the time `now` where it came without one; throws HUB_CLOCK, too. */
  check(time: number, now: number): void {
    this.#check(this.trouble(), time, now);
  }

  /** The same for all readings of a packet. */
  checkAll(readings: readonly { readonly time: number }[], now: number): void {
    const trouble = this.trouble();
    for (const { time } of readings) this.#check(trouble, time, now);
  }

  #check(trouble: ClockTrouble | null, time: number, now: number): void {
    if (trouble === null) checkReadingTime(time, now);
    else if (time === now || time > this.#expected() + DAY) throw new HubError('HUB_CLOCK');
    else checkReadingTime(time, Number.POSITIVE_INFINITY);
  }

  /** What the clock would say had it run on from when it was last believed. */
  #expected(): number {
    return this.#believed + this.#deps.clock.monotonic() / 1000 - this.#believedAt;
  }

  #judge(wall: number, steady: number): ClockTrouble | null {
    if (wall < (this.#deps.released ?? RELEASED)) return 'unset';
    if (this.#believed === 0) return null;
    const ahead = wall > this.#expected() + this.#leap;
    const behind = this.#expected() - wall >= PUT_BACK && wall < this.#believed + MARGIN;
    if (!ahead && !behind) return null;
    const offset = wall - steady;
    if (this.#doubt === null || Math.abs(offset - this.#doubt.offset) > 2) this.#doubt = { since: steady, offset };
    if (steady - this.#doubt.since >= PATIENCE) return null;
    return ahead ? 'ahead' : 'behind';
  }
}

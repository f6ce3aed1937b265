import { beganOn, weekdayOf } from '../../lib/time-of-day.ts';

/** A price between two minutes of the wall clock. `to` at or before `from` goes over midnight. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly price: number;
  /** Of the day on which it begins; Monday is 1. Absent: every day. */
  readonly days?: readonly number[] | undefined;
}

/** The first band that holds at a minute of a local day (days since 1970-01-01). */
export function bandAt(bands: readonly Band[], day: number, minute: number): Band | undefined {
  return bands.find(({ from, to, days }) => {
    const own = beganOn(from, to, day, minute);
    return own !== null && (!days || days.includes(weekdayOf(own)));
  });
}

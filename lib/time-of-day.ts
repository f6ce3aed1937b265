/** Minutes after midnight of a time such as `07:30`. */
export function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
}

/** The time such as `07:30` so many minutes after midnight, or before it. */
export function clockOf(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const within = ((minutes % DAY_MIN) + DAY_MIN) % DAY_MIN;
  return `${two(Math.floor(within / 60))}:${two(within % 60)}`;
}

/** Monday is 1. `day` counts from 1970-01-01, which was a Thursday. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * The day on which the hours `from` to before `to` began that hold at a minute of `day`; null where they do not hold then.
 * Where `to` is at or before `from`, they go over midnight and belong to the day on which they begin.
 */
export function beganOn(from: number, to: number, day: number, minute: number): number | null {
  if (from < to) return minute >= from && minute < to ? day : null;
  if (minute >= from) return day;
  return minute < to ? day - 1 : null;
}

const DAY_MIN = 24 * 60;

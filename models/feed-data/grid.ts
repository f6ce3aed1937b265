import { DateTime } from 'luxon';
import { dayStart } from '../../lib/local-day.ts';
import { dayOf } from '../../lib/wall-clock.ts';
import type { CalendarUnit } from './request.ts';

/** Row times, and the edge that closes the last row. */
export interface Grid {
  readonly times: readonly number[];
  readonly next: number;
}

export type Step = number | CalendarUnit;

/** start, start + interval … while not after end. */
export function fixedGrid(start: number, end: number, interval: number): Grid {
  const count = Math.max(0, Math.floor((end - start) / interval) + 1);
  const times = new Array<number>(count);
  for (let i = 0; i < count; i += 1) times[i] = start + i * interval;
  return { times, next: start + count * interval };
}

/**
 * Local midnights from the first day of the unit on, while not after end. A week's first is the Monday at or *after* the
 * start's day; a month's and a year's are the ones that hold the start.
 */
export function calendarGrid(start: number, end: number, unit: CalendarUnit, zone: string, first = firstDay): Grid {
  const base = first(DateTime.fromSeconds(start, { zone }).startOf('day'), unit);
  const times: number[] = [];
  let next = base.toSeconds();
  for (let i = 1; next <= end && times.length < MOST_CALENDAR_ROWS; i += 1) {
    times.push(next);
    next = dayStart(step(base, unit, i), zone);
  }
  return { times, next };
}

/** As `calendarGrid` for feeds that are not of fixed interval: their year begins with the first day of the start's month. */
export function looseCalendarGrid(start: number, end: number, unit: CalendarUnit, zone: string): Grid {
  return calendarGrid(start, end, unit, zone, (day) => firstDay(day, unit === 'annual' ? 'monthly' : unit));
}

/** The end moved to the edge after it, so that the last row has a follower to be subtracted from. */
export function deltaEnd(end: number, step: Step, zone: string): number {
  if (typeof step === 'number') return Math.floor(end / step) * step + step;
  const day = DateTime.fromSeconds(end, { zone }).startOf('day');
  if (step === 'daily') return day.plus({ days: 1 }).startOf('day').toSeconds();
  if (step === 'weekly')
    return day
      .plus({ days: 8 - day.weekday })
      .startOf('day')
      .toSeconds();
  return day
    .startOf(step === 'monthly' ? 'month' : 'year')
    .plus(step === 'monthly' ? { months: 1 } : { years: 1 })
    .toSeconds();
}

/** Enough for two centuries of days; a bound on the work one request may cause. */
const MOST_CALENDAR_ROWS = 75_000;

function firstDay(day: DateTime, unit: CalendarUnit): DateTime {
  if (unit === 'weekly') return day.plus({ days: (8 - day.weekday) % 7 }).startOf('day');
  if (unit === 'monthly') return day.startOf('month');
  return unit === 'annual' ? day.startOf('year') : day;
}

/** The day `count` units after the base, counted from the base. Months and years have a first of the month as their base. */
function step({ year, month, day }: DateTime, unit: CalendarUnit, count: number): number {
  if (unit === 'annual') return dayOf(year + count, month, day);
  if (unit === 'monthly') return dayOf(year, month + count, day);
  return dayOf(year, month, day + count * (unit === 'weekly' ? 7 : 1));
}

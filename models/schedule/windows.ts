import { minutesOf, weekdayOf } from '../../lib/time-of-day.ts';
import { momentAt, wallDay } from '../../lib/wall-clock.ts';
import type { Period } from '../planner/problem.ts';
import type { Schedule } from './schedule.ts';

/**
 * The daily windows that touch `from` to `to`, whole, in order and joined where they meet. Both ends are wall-clock times; `end` says
 * which one ends it where the wall shows it twice. `isOn` says on which days, counted since 1970-01-01, one may begin.
 */
export function windowsBetween(
  windows: Schedule['never'],
  from: number,
  to: number,
  zone: string,
  end: 'first' | 'last',
  isOn: (day: number) => boolean = () => true,
): Period[] {
  if (windows.length === 0 || to <= from) return [];
  const found: Period[] = [];
  const last = wallDay(to, zone);
  for (let day = wallDay(from, zone) - 1; day <= last; day += 1)
    for (const window of windows) {
      const [opens, closes] = [minutesOf(window.from), minutesOf(window.to)];
      if ((window.weekdays && !window.weekdays.includes(weekdayOf(day))) || !isOn(day)) continue;
      const start = momentAt(day * DAY_S + opens * 60, zone);
      const stop = momentAt((closes <= opens ? day + 1 : day) * DAY_S + closes * 60, zone, end);
      if (stop > start && stop > from && start < to) found.push([start, stop]);
    }
  return joined(found);
}

/** Periods in order, those that touch made one. */
export function joined(periods: readonly Period[]): Period[] {
  const result: Period[] = [];
  for (const [start, end] of [...periods].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}

const DAY_S = 86_400;

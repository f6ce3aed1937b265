import type { Forecast } from '../models/forecast/forecast.ts';
import type { Words } from './page.ts';
import type { Cell } from './schedule-plot.ts';

type Curve = Pick<Forecast, 'start' | 'interval' | 'profile'>;

/** A curve as cells between two moments. Short neighbours of the same value are one. */
export function cellsOf(curve: Curve, start: number, end: number): Cell[] {
  const cells: { start: number; end: number; value: number | null }[] = [];
  const first = Math.floor((start - curve.start) / curve.interval);
  for (let at = first; curve.start + at * curve.interval < end; at += 1) {
    const value = curve.profile[at] ?? null;
    const from = Math.max(start, curve.start + at * curve.interval);
    const to = Math.min(end, curve.start + (at + 1) * curve.interval);
    const before = cells.at(-1);
    if (before && before.value === value && !(curve.interval >= HALF_HOUR)) before.end = to;
    else cells.push({ start: from, end: to, value });
  }
  return cells;
}

/** Where days begin, with the first word of their names. */
export function midnights(start: number, end: number, words: Pick<Words, 'clockTime' | 'day'>) {
  const marks: { at: number; word: string }[] = [];
  for (let at = Math.ceil(start / 900) * 900; at < end; at += 900)
    if (words.clockTime(at * 1000) === '00:00') marks.push({ at, word: nameOf(words.day(at * 1000)) });
  return marks;
}

/** "Sunday", "Sul": Welsh puts the word for day before it. */
function nameOf(day: string): string {
  return day.replace(/^Dydd /, '').split(/[ ,]/)[0] ?? '';
}

const HALF_HOUR = 1800;

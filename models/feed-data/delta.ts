import type { LastValue } from '../timeseries/series.ts';
import type { Rows } from './request.ts';

/**
 * Each row's follower minus the row; the last row has none and goes. Where the follower has no value and the feed's newest
 * reading lies between the two, that reading stands in, so that the current day is counted so far.
 */
export function differences(rows: Rows, last: LastValue | undefined): Rows {
  const count = Math.max(0, rows.times.length - 1);
  const values = new Array<number | null>(count);
  for (let i = 0; i < count; i += 1) {
    const from = rows.values[i] ?? null;
    let to = rows.values[i + 1] ?? null;
    if (to === null && last && last.time > rows.times[i]! && last.time <= rows.times[i + 1]!) to = last.value;
    values[i] = from === null || to === null ? null : to - from;
  }
  return { times: rows.times.slice(0, count), values };
}

/** The rows that have a value. */
export function present(rows: Rows): Rows {
  const kept = rows.times.map((_, i) => i).filter((i) => rows.values[i] !== null);
  return { times: kept.map((i) => rows.times[i]!), values: kept.map((i) => rows.values[i] ?? null) };
}

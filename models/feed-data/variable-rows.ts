import type { Series } from '../timeseries/series.ts';
import type { Grid } from './grid.ts';
import type { Rows } from './request.ts';

/** The first record from each row's time to before the next row's; with `ownTimes` under the record's own time. */
export async function firstRows(series: Series, feed: number, grid: Grid, ownTimes: boolean): Promise<Rows> {
  const times = [...grid.times];
  const values = new Array<number | null>(times.length).fill(null);
  let row = -1;
  await eachRecord(series, feed, grid, (time, value) => {
    const at = rowOf(grid, time, row);
    if (at === row) return;
    row = at;
    values[row] = Number.isNaN(value) ? null : value;
    if (ownTimes) times[row] = time;
  });
  return { times, values };
}

/**
 * The mean of the records of each row, as EmonCMS counts them: the last record before a row's end belongs to the next row,
 * unless a record lies exactly on that end or none follows at all.
 */
export async function meanRows(series: Series, feed: number, grid: Grid): Promise<Rows> {
  const edges = [...grid.times, grid.next];
  const sums = new Float64Array(grid.times.length);
  const counts = new Uint32Array(grid.times.length);
  let row = 0;
  let held: number | null = null;
  const settle = () => {
    if (held !== null && !Number.isNaN(held)) {
      sums[row] = sums[row]! + held;
      counts[row] = counts[row]! + 1;
    }
    held = null;
  };
  await eachRecord(series, feed, grid, (time, value) => {
    for (; row < sums.length && edges[row + 1]! <= time; row += 1) if (edges[row + 1] === time) settle();
    if (row >= sums.length) return;
    settle();
    held = value;
  });
  const end = series.meta(feed)?.endTime ?? 0;
  if (row < sums.length && grid.next > end) settle();
  return { times: grid.times, values: Array.from(sums, (sum, i) => (counts[i] ? sum / counts[i]! : null)) };
}

async function eachRecord(series: Series, feed: number, grid: Grid, take: (time: number, value: number) => void) {
  const from = grid.times[0];
  if (from === undefined || !series.meta(feed)?.npoints) return;
  await series.scan(feed, from, grid.next, (times, values) => {
    for (let i = 0; i < times.length; i += 1) take(times[i]!, values[i]!);
  });
}

/** The row that holds the time, searched from `row` on; `row` itself where the time is past the grid. */
function rowOf(grid: Grid, time: number, row: number): number {
  if (time >= grid.next) return row;
  let low = Math.max(row, 0);
  let high = grid.times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (grid.times[middle]! <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

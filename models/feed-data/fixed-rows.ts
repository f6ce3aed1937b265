import type { Series } from '../timeseries/series.ts';
import type { Grid } from './grid.ts';
import type { Rows } from './request.ts';

/** The value of the slot that holds each row's time. */
export async function sampledRows(series: Series, feed: number, grid: Grid): Promise<Rows> {
  return { times: grid.times, values: await series.samples(feed, grid.times) };
}

/** The mean of the values from each row's slot to before the next row's; null where there is none. */
export async function averagedRows(series: Series, feed: number, grid: Grid): Promise<Rows> {
  if (grid.times.length === 0) return { times: [], values: [] };
  const windows = await series.windows(feed, [...grid.times, grid.next]);
  return { times: grid.times, values: windows.map((window) => (window.count ? window.sum / window.count : null)) };
}

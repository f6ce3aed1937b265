import type { SeriesMeta, Window } from '../models/timeseries/series.ts';

/** One fixed-interval feed, number 1, as plain arithmetic over an array: what a real engine's answers can be held against. */
export function plainSeries(values: readonly number[], interval: number, startTime: number) {
  const endTime = startTime + Math.max(0, values.length - 1) * interval;
  const meta: SeriesMeta = { engine: 5, interval, startTime, endTime, npoints: values.length };
  const place = (time: number) => Math.floor((time - startTime) / interval);
  const windowOf = (from: number, to: number): Window => {
    const own = values.slice(Math.max(0, place(from)), Math.max(0, place(to))).filter((value) => !Number.isNaN(value));
    if (own.length === 0) return { min: Number.NaN, max: Number.NaN, sum: 0, count: 0 };
    return { min: Math.min(...own), max: Math.max(...own), sum: own.reduce((a, b) => a + b), count: own.length };
  };
  return {
    meta: (feed: number) => (feed === 1 ? meta : undefined),
    windows: (_feed: number, edges: readonly number[]) =>
      Promise.resolve(edges.slice(1).map((end, i) => windowOf(edges[i]!, end))),
    scan: (_feed: number, from: number, to: number, chunk: (times: Float64Array, values: Float64Array) => void) => {
      const places = values
        .map((_, i) => i)
        .filter((i) => startTime + i * interval >= from && startTime + i * interval <= to);
      chunk(
        Float64Array.from(places, (i) => startTime + i * interval),
        Float64Array.from(places, (i) => values[i]!),
      );
      return Promise.resolve();
    },
  };
}

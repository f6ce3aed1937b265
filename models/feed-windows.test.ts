import { describe, expect, it } from 'vitest';
import { windowsOf } from './feed-windows.ts';
import type { SeriesMeta, Window } from './timeseries/series.ts';

const START = 1_170_284_400;

/** A feed in memory: one value an interval from START on, NaN where there is none. */
function feedOf(values: readonly number[], interval = 10) {
  const meta: SeriesMeta = { engine: 5, interval, startTime: START, endTime: START, npoints: values.length };
  return {
    meta: (feed: number) => (feed === 1 ? meta : undefined),
    windows: (_feed: number, edges: readonly number[]) =>
      Promise.resolve(edges.slice(1).map((end, i) => windowOf(values, interval, edges[i]!, end))),
  };
}

function windowOf(values: readonly number[], interval: number, from: number, to: number): Window {
  const place = (time: number) => Math.max(0, Math.floor((time - START) / interval));
  const own = values.slice(place(from), place(to)).filter((value) => !Number.isNaN(value));
  if (own.length === 0) return { min: Number.NaN, max: Number.NaN, sum: 0, count: 0 };
  return { min: Math.min(...own), max: Math.max(...own), sum: own.reduce((a, b) => a + b), count: own.length };
}

describe('windowsOf', () => {
  const CASES: readonly [name: string, span: number, count: number, interval: number, step: number, windows: number][] =
    [
      ['one window a reading when there is room', 60, 100, 10, 10, 6],
      ['a round length when there is not', 86_400, 170, 60, 600, 144],
      ['never shorter than the interval', 100, 50, 60, 60, 2],
      ['a whole number of odd intervals', 3600, 100, 7, 42, 86],
      ['a year of ten-second readings', 365 * 86_400, 600, 10, 86_400, 365],
      ['at most a thousand, whatever is asked', 10_000, 1_000_000, 1, 10, 1000],
      ['at least one', 100, 0, 10, 120, 1],
    ];
  it.each(CASES)('%s', async (_name, span, count, interval, step, windows) => {
    const answer = await windowsOf(feedOf([1], interval), 1, START, START + span, count);
    expect([answer.start, answer.end, answer.step, answer.windows.length]).toEqual([
      START,
      START + span,
      step,
      windows,
    ]);
  });

  it('tells lowest, highest and mean, and null where nothing was recorded', async () => {
    const gap = Number.NaN;
    const answer = await windowsOf(feedOf([100, 300, gap, gap, gap, 5]), 1, START, START + 60, 3);
    expect(answer.windows).toEqual([[100, 300, 200], null, [5, 5, 5]]);
  });

  it('keeps five digits of the range shown, so a far counter still tells its steps', async () => {
    const counter = feedOf([12_345.678_91, 12_345.679_12]);
    expect((await windowsOf(counter, 1, START, START + 20, 2)).windows).toEqual([
      [12_345.678_91, 12_345.678_91, 12_345.678_91],
      [12_345.679_12, 12_345.679_12, 12_345.679_12],
    ]);
    const power = feedOf([7481.23456, 0]);
    expect((await windowsOf(power, 1, START, START + 20, 2)).windows[0]).toEqual([7481.2, 7481.2, 7481.2]);
  });

  it('answers nulls for an unknown feed and nothing for an empty range', async () => {
    expect((await windowsOf(feedOf([1]), 2, START, START + 30, 3)).windows).toEqual([null, null, null]);
    expect((await windowsOf(feedOf([1]), 1, START, START, 3)).windows).toEqual([]);
  });

  it('keeps a view of six hundred windows below 15 kB', async () => {
    const power = feedOf(Array.from({ length: 6000 }, (_, i) => 3000 + 2999 * Math.sin(i)));
    const answer = await windowsOf(power, 1, START, START + 60_000, 600);
    expect(JSON.stringify(answer).length).toBeLessThan(15_000);
  });
});

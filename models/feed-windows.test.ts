import { describe, expect, it } from 'vitest';
import { plainSeries } from '../test/plain-series.ts';
import { windowsOf } from './feed-windows.ts';

const START = 1_170_284_400;

const feedOf = (values: readonly number[], interval = 10) => plainSeries(values, interval, START);

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

import { describe, expect, it } from 'vitest';
import { plainSeries } from '../test/plain-series.ts';
import { type ExportWish, exportCsv, exportName } from './feed-export.ts';

/** 25 October 2026, 00:30 UTC: half an hour before London's clocks go back. */
const START = Date.UTC(2026, 9, 25, 0, 30) / 1000;
const WISH: ExportWish = {
  feed: 1,
  name: 'House',
  unit: 'W',
  start: START,
  end: START + 7200,
  each: 0,
  zone: 'Europe/London',
};

async function textOf(values: readonly number[], interval: number, over: Partial<ExportWish> = {}): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of exportCsv(plainSeries(values, interval, START), { ...WISH, ...over })) pieces.push(piece);
  return pieces.join('').split('\r\n');
}

describe('exportCsv', () => {
  it('tells both of the two half past ones', async () => {
    expect(await textOf([1, 2, 3], 3600)).toEqual([
      'unix_time,local_time,House (W)',
      `${START},2026-10-25 01:30:00,1`,
      `${START + 3600},2026-10-25 01:30:00,2`,
      '',
    ]);
  });

  it('writes a decimal point and seven digits, as a float32 holds', async () => {
    expect((await textOf([Math.fround(243.15)], 10)).at(1)).toMatch(/,243\.15$/);
  });

  it('gives days as long as they are', async () => {
    const lines = await textOf(
      Array.from({ length: 60 }, (_, i) => i),
      3600,
      { each: 'day', end: START + 60 * 3600 },
    );
    expect(lines.slice(1, -1).map((line) => line.split(',')[1])).toEqual([
      '2026-10-25 01:30:00',
      '2026-10-26 00:00:00',
      '2026-10-27 00:00:00',
    ]);
  });

  it('comes in pieces, none missing and none twice', async () => {
    const values = Array.from({ length: 9001 }, (_, i) => i + 1);
    const lines = await textOf(values, 10, { end: START + 100_000 });
    expect(lines.slice(1, -1).map((line) => Number(line.split(',')[2]))).toEqual(values);
  });

  it('quotes a name that would break the line', async () => {
    expect((await textOf([], 10, { name: 'a "b", c' })).at(0)).toBe('unix_time,local_time,"a ""b"", c (W)"');
  });
});

describe('exportName', () => {
  const CASES: readonly [over: Partial<ExportWish>, name: string][] = [
    [{}, 'house-2026-10-25.csv'],
    [{ name: 'Gwrés / Pŵer' }, 'gwre-s-pw-er-2026-10-25.csv'],
    [{ name: '../../etc' }, 'etc-2026-10-25.csv'],
    [{ name: '…' }, 'feed-1-2026-10-25.csv'],
    [{ end: START + 86_400 }, 'house-2026-10-25-to-2026-10-26.csv'],
  ];
  it.each(CASES)('%j: %s', (over, name) => {
    expect(exportName({ ...WISH, ...over })).toBe(name);
  });
});

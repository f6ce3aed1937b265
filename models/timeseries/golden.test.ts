import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { nodeFiles } from './file.ts';
import { openSeries } from './open.ts';
import type { Series } from './series.ts';

const TESTDATA = fileURLToPath(new URL('testdata', import.meta.url));
const START = 1_700_000_000;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-golden-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

function open(folder: string): Promise<Series> {
  const log = createLog('silent');
  const clock = new ManualClock();
  return openSeries({ folder, journal: join(root, 'journal'), files: nodeFiles, clock, log });
}

async function all(series: Series, feed: number): Promise<[number, number | null][]> {
  const rows: [number, number | null][] = [];
  await series.scan(feed, 0, 0xffff_ffff, (times, values) => {
    times.forEach((time, i) => void rows.push([time - START, Number.isNaN(values[i]!) ? null : values[i]!]));
  });
  return rows;
}

describe('a folder of EmonCMS', () => {
  beforeEach(() => cp(join(TESTDATA, 'emoncms'), join(root, 'feeds'), { recursive: true }));

  test('opens with every value', async () => {
    const series = await open(join(root, 'feeds'));
    expect(series.meta(1)).toEqual({ engine: 5, interval: 10, startTime: START, endTime: START + 50, npoints: 6 });
    expect(await all(series, 1)).toEqual([
      [0, 1],
      [10, null],
      [20, 3.299999952316284],
      [30, null],
      [40, -5],
      [50, 6],
    ]);
    expect(series.meta(2)).toEqual({ engine: 5, interval: 60, startTime: 0, endTime: 0, npoints: 0 });
    expect(series.last(2)).toBeUndefined();
    expect(series.meta(3)).toEqual({ engine: 2, interval: 54.5, startTime: START, endTime: START + 109, npoints: 3 });
    expect(await all(series, 3)).toEqual([
      [0, 1],
      [5, null],
      [109, 3],
    ]);
    expect(await all(series, 4)).toEqual([
      [-5, 2],
      [32, null],
      [69, 12],
    ]);
    expect([1, 2, 3, 4].map((feed) => series.size(feed))).toEqual([40, 16, 27, 28]);
    expect(series.last(1)).toEqual({ time: START + 50, value: 6 });
    expect(series.last(3)).toEqual({ time: START + 109, value: 3 });
    expect(series.health().damages).toMatchObject([{ offset: 12, what: '1 bytes of a torn value ignored' }]);
    await series.close();
  });

  test('keeps every byte that nobody changed, and writes the ones EmonCMS would', async () => {
    const feeds = join(root, 'feeds');
    const series = await open(feeds);
    await series.append([
      { kind: 'point', feed: 1, time: START + 12, value: 7 },
      { kind: 'point', feed: 1, time: START + 80, value: 9, join: true },
      { kind: 'point', feed: 1, time: START + 100, value: 2 },
      { kind: 'point', feed: 2, time: START + 5, value: 0.5 },
      { kind: 'point', feed: 3, time: START + 5, value: 8 },
      { kind: 'point', feed: 3, time: START + 6, value: 8 },
      { kind: 'point', feed: 3, time: START + 110, value: 0.1 },
      { kind: 'point', feed: 4, time: START + 110, value: 1 },
    ]);
    await series.close();
    const hex = (name: string) => readFile(join(feeds, name), 'hex');
    expect(await hex('1.meta')).toBe('00000000000000000a00000000f15365');
    const values = '0000803f0000e040333353400000c07f0000a0c00000c0400000e040000000410000104' + '10000c07f00000040';
    expect(await hex('1.dat')).toBe(values);
    expect(await hex('2.meta')).toBe('00000000000000003c000000ecf05365');
    expect(await hex('2.dat')).toBe('0000003f');
    expect(await hex('feed_3.MYD')).toBe(
      'f900f153650000803f' + 'f905f1536500000041' + 'f96df1536500004040' + 'f96ef15365cdcccc3d',
    );
    expect(await hex('4.dat')).toBe('00000040' + '0100c0ff' + '00004041' + '0000803f');
  });
});

test('a journal of version 1, left by a killed hub', async () => {
  await cp(join(TESTDATA, 'journal-1'), root, { recursive: true });
  const series = await open(join(root, 'feeds'));
  expect(series.health().damages).toEqual([]);
  expect(await all(series, 1)).toEqual([
    [0, Math.fround(0.1)],
    [10, 2.5],
    [20, 3],
    [30, 4],
    [40, 5],
    [50, 6],
  ]);
  expect(series.last(1)).toEqual({ time: START + 10, value: 2.5 });
  expect(series.state(1, 7)).toBe(123456.789);
  expect(await all(series, 2)).toEqual([
    [-20, 20],
    [40, null],
    [100, null],
    [160, null],
    [220, 24],
  ]);
  expect(series.last(2)).toEqual({ time: START + 250, value: null });
  expect(await all(series, 3)).toEqual([
    [0, 1.5],
    [7, 2],
  ]);
  expect(await all(series, 4)).toEqual([
    [20, 2],
    [30, 3],
    [40, 4],
  ]);
  expect(series.has(5)).toBe(false);
  await series.close();
});

import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { TrialDisk } from '../../test/trial-disk.ts';
import { openSeries } from './open.ts';
import type { Change, Series, Window } from './series.ts';

const START = 1_700_000_000;

let series: Series;

beforeEach(async () => {
  const log = createLog('silent');
  const clock = new ManualClock();
  series = await openSeries({ folder: '/s/feeds', journal: '/s/journal', files: new TrialDisk(), clock, log });
  await series.create(1, 5, 10);
  await series.create(2, 2, 1);
});

function point(feed: number, after: number, value: number, join = false): Change {
  return { kind: 'point', feed, time: START + after, value, join };
}

async function rows(feed: number, from: number, to: number): Promise<[number, number][]> {
  const all: [number, number][] = [];
  await series.scan(feed, START + from, START + to, (times, values) =>
    times.forEach((time, i) => void all.push([time - START, values[i]!])),
  );
  return all;
}

const at = (...after: number[]) => after.map((seconds) => START + seconds);
const window = (...values: number[]): Window => ({
  min: values.length > 0 ? Math.min(...values) : Number.NaN,
  max: values.length > 0 ? Math.max(...values) : Number.NaN,
  sum: values.reduce((sum, value) => sum + value, 0),
  count: values.length,
});

/** Slots 0 to 5: 1, 2, none, 4, 5, 6; the first four in the file, one of those changed since, the rest waiting. */
async function six(): Promise<void> {
  await series.append([point(1, 0, 1), point(1, 10, 99), point(1, 30, 4)]);
  await series.flush('all');
  await series.append([point(1, 10, 2), point(1, 40, 5), point(1, 50, 6)]);
}

/** Records at 0, 7, 7.., 30 and 100: the first two in the file, one of those changed since. */
async function four(): Promise<void> {
  await series.append([point(2, 0, 1), point(2, 7, 99)]);
  await series.flush('all');
  await series.append([point(2, 7, 2), point(2, 30, 3), point(2, 100, 4), point(2, 50, 77), point(2, 30, 3.5)]);
}

describe('fixed interval', () => {
  beforeEach(six);

  const samples: [name: string, after: number[], mode: 'slot' | 'nearest', values: (number | null)[]][] = [
    ['on the grid', [0, 10, 20, 30, 40, 50], 'slot', [1, 2, null, 4, 5, 6]],
    ['inside slots', [9, 19, 39, 49.9], 'slot', [1, 2, 4, 5]],
    ['before the first', [-1, -1000], 'slot', [null, null]],
    ['inside the last slot', [51, 59], 'slot', [null, null]],
    ['backwards and twice', [50, 0, 50], 'slot', [6, 1, 6]],
    ['nearest rounds half up', [4, 5, 14, 15, 45, 54, 55], 'nearest', [1, 2, 2, null, 6, 6, null]],
    ['nearest before the first', [-4, -5, -6], 'nearest', [1, null, null]],
  ];
  test.each(samples)('samples %s', async (_name, after, mode, values) => {
    expect(await series.samples(1, at(...after), mode)).toEqual(values);
  });

  const windows: [name: string, edges: number[], expected: Window[]][] = [
    ['of two slots', [0, 20, 40, 60], [window(1, 2), window(4), window(5, 6)]],
    ['off the grid', [5, 25, 45], [window(1, 2), window(4)]],
    ['narrower than a slot', [0, 5, 10, 15], [window(), window(1), window()]],
    ['without a value', [20, 30], [window()]],
    ['before, around and after', [-100, -50, 200, 300], [window(), window(1, 2, 4, 5, 6), window()]],
    ['of one edge', [0], []],
    ['of no edge', [], []],
  ];
  test.each(windows)('windows %s', async (_name, edges, expected) => {
    expect(await series.windows(1, at(...edges))).toEqual(expected);
  });

  const scans: [from: number, to: number, found: [number, number][]][] = [
    [
      10,
      30,
      [
        [10, 2],
        [20, Number.NaN],
        [30, 4],
      ],
    ],
    [
      11,
      39,
      [
        [20, Number.NaN],
        [30, 4],
      ],
    ],
    [45, 1000, [[50, 6]]],
    [60, 1000, []],
    [-50, 0, [[0, 1]]],
    [30, 10, []],
  ];
  test.each(scans)('scan from %i to %i', async (from, to, found) => {
    expect(await rows(1, from, to)).toEqual(found);
  });

  test('bytes are those of the file after a flush', async () => {
    const joined = async (offset: number) => {
      const parts: Buffer[] = [];
      for await (const part of series.bytes(1, offset)) parts.push(part);
      return Buffer.concat(parts).toString('hex');
    };
    const hex = Buffer.from(Float32Array.of(1, 2, Number.NaN, 4, 5, 6).buffer).toString('hex');
    expect(await joined(0)).toBe(hex);
    expect(await joined(8)).toBe(hex.slice(16));
    expect(await joined(9)).toBe(hex.slice(18));
    expect(await joined(24)).toBe('');
    await series.flush('all');
    expect(await joined(0)).toBe(hex);
  });

  test('size and meta count what waits', () => {
    expect(series.size(1)).toBe(40);
    expect(series.meta(1)).toMatchObject({ npoints: 6, endTime: START + 50 });
    expect(series.health().pendingPoints).toBe(3);
  });

  test('a time before the start is ignored, but is the newest reading', async () => {
    await series.append([point(1, -10, 42)]);
    expect(series.meta(1)).toMatchObject({ npoints: 6, startTime: START });
    expect(series.last(1)).toEqual({ time: START - 10, value: 42 });
  });

  test('a jump of more than 15,768,000 slots is dropped', async () => {
    const end = 50;
    await series.append([point(1, end + 15_768_002 * 10, 1)]);
    expect(series.meta(1)?.npoints).toBe(6);
    await series.append([point(1, end + 5_000 * 10, 1)]);
    expect(series.meta(1)?.npoints).toBe(5006);
  });

  test('a line into a slot without a value before it stays empty', async () => {
    await series.append([point(1, 60, Number.NaN)]);
    await series.append([point(1, 90, 9, true)]);
    expect(await series.samples(1, at(60, 70, 80, 90))).toEqual([null, null, null, 9]);
  });

  test('a NaN from a calculation is stored as EmonCMS stores it', async () => {
    const none = Number.POSITIVE_INFINITY - Number.POSITIVE_INFINITY;
    await series.append([point(1, 60, -none)]);
    const parts: Buffer[] = [];
    for await (const part of series.bytes(1, 24)) parts.push(part);
    expect(Buffer.concat(parts).toString('hex')).toBe('0000c07f');
  });
});

describe('variable interval', () => {
  beforeEach(four);

  test('keeps ascending times; an old time counts only where a record has it', async () => {
    expect(await rows(2, -10, 1000)).toEqual([
      [0, 1],
      [7, 2],
      [30, 3.5],
      [100, 4],
    ]);
    expect(series.meta(2)).toMatchObject({ npoints: 4, startTime: START, endTime: START + 100 });
    expect(series.meta(2)?.interval).toBeCloseTo(100 / 3, 12);
    expect(series.size(2)).toBe(36);
    await series.flush('all');
    await series.append([point(2, 0, 9), point(2, 3, 9), point(2, -5, 9)]);
    const expected = [
      [0, 9],
      [7, 2],
      [30, 3.5],
      [100, 4],
    ];
    expect(await rows(2, -10, 1000)).toEqual(expected);
    await series.flush('all');
    expect(await rows(2, -10, 1000)).toEqual(expected);
  });

  test('samples give the first record at or after a time', async () => {
    const found = await series.samples(2, at(-50, 0, 1, 7, 8, 30, 31, 100, 101, 0));
    expect(found).toEqual([1, 1, 2, 2, 3.5, 3.5, 4, 4, null, 1]);
  });

  test('windows hold the records from an edge to before the next', async () => {
    const found = await series.windows(2, at(-10, 0, 7, 31, 100, 101));
    expect(found).toEqual([window(), window(1), window(2, 3.5), window(), window(4)]);
  });

  test('scan keeps to its ends', async () => {
    expect(await rows(2, 7, 30)).toEqual([
      [7, 2],
      [30, 3.5],
    ]);
    expect(await rows(2, 8, 29)).toEqual([]);
  });

  test('trim keeps what is at or after the time', async () => {
    expect(await series.trim(2, START + 8)).toBe(18);
    expect(await rows(2, -10, 1000)).toEqual([
      [30, 3.5],
      [100, 4],
    ]);
    await expect(series.trim(2, START + 101)).rejects.toThrow(RangeError);
  });
});

test('trim moves no reading: an odd time takes the next slot', async () => {
  await six();
  await expect(series.trim(1, START - 1)).rejects.toThrow(RangeError);
  await expect(series.trim(1, START + 51)).rejects.toThrow(RangeError);
  expect(await series.trim(1, START + 25)).toBe(12);
  expect(await rows(1, 0, 100)).toEqual([
    [30, 4],
    [40, 5],
    [50, 6],
  ]);
  await series.append([point(1, 60, 7), point(1, 30, 3)]);
  expect(await rows(1, 0, 100)).toEqual([
    [30, 3],
    [40, 5],
    [50, 6],
    [60, 7],
  ]);
});

test('clear keeps the engine, the interval and the newest reading', async () => {
  await six();
  await series.clear(1);
  expect(series.meta(1)).toEqual({ engine: 5, interval: 10, startTime: 0, endTime: 0, npoints: 0 });
  expect(series.last(1)).toEqual({ time: START + 50, value: 6 });
  await series.append([point(1, -1000, 3)]);
  expect(await rows(1, -2000, 0)).toEqual([[-1000, 3]]);
  await expect(series.trim(2, START)).rejects.toThrow(RangeError);
});

test('feeds that are not there', async () => {
  expect(series.has(9)).toBe(false);
  expect(series.meta(9)).toBeUndefined();
  expect(series.last(9)).toBeUndefined();
  expect(series.size(9)).toBe(0);
  await series.append([point(9, 0, 1)]);
  expect(await series.samples(9, at(0))).toEqual([null]);
  expect(await series.windows(9, at(0, 1))).toEqual([window()]);
  await series.remove(9);
  await expect(series.create(1, 5, 10)).rejects.toThrow('already');
  await expect(series.create(9, 5, 0)).rejects.toThrow(RangeError);
});

test('a long series is read in pieces that merge file and memory, while flushes and a trim go on', async () => {
  const count = 150_000;
  for (let n = 0; n < count; n += 10_000) {
    await series.append(Array.from({ length: 10_000 }, (_, i) => point(1, (n + i) * 10, (n + i) % 1000)));
    if (n % 40_000 === 0) void series.flush('due');
  }
  let pieces = 0;
  let seen = 0;
  const scanned = series.scan(1, START, START + count * 10, (times, values) => {
    pieces += 1;
    for (let i = 0; i < times.length; i++) {
      const n = (times[i]! - START) / 10;
      if (values[i] !== n % 1000) throw new Error(`${values[i]} at ${n}`);
    }
    seen += times.length;
    expect(times.length).toBeLessThanOrEqual(65_536);
  });
  const edges = Array.from({ length: 151 }, (_, i) => START + i * 10_000);
  const [windows] = await Promise.all([series.windows(1, edges), scanned, series.flush('all')]);
  expect([pieces, seen]).toEqual([3, count]);
  expect(
    windows.every(({ min, max, sum, count: n }) => min === 0 && max === 999 && sum === 499_500 && n === 1000),
  ).toBe(true);
  const times = [START + 5_000, START + 700_010, START + 1_499_990];
  const [values] = await Promise.all([series.samples(1, times), series.trim(1, START + 1000)]);
  expect(values).toEqual([500, 1, 999]);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EPOCH, testFeeds } from '../test/feeds.ts';
import { testStores } from '../test/stores.ts';
import { feedCsv, feedsCsv } from './feed-data/csv.ts';
import type { DataRequest } from './feed-data/request.ts';

const stores = await testStores();
const t = await testFeeds(stores.db);
afterAll(() => t.series.close());

const GAP = [3, 4, 5];
const RECORDS: readonly (readonly [number, number])[] = [
  [3, 1],
  [14, 2.5],
  [15, 3],
  [33, 4],
  [60, 5],
  [61, 6],
  [95, 7],
  [100, 8],
];

/** `index`: 0, 1, 2 … every 10 s with a gap at 3 to 5. `records`: as above, at their own times. `empty`: nothing. */
const ids = { index: 0, records: 0, empty: 0 };
type Name = keyof typeof ids;

beforeAll(async () => {
  ids.index = await t.feeds.create(1, { name: 'index', tag: 't', engine: 5, interval: 10 });
  ids.records = await t.feeds.create(1, { name: 'records', tag: 't', engine: 2 });
  ids.empty = await t.feeds.create(1, { name: 'empty', tag: 't', engine: 5, interval: 10 });
  const slots = Array.from({ length: 20 }, (_, i) => i).filter((i) => !GAP.includes(i));
  const point = (feed: number, after: number, value: number) =>
    ({ kind: 'point', feed, time: EPOCH + after, value }) as const;
  await t.feeds.write(
    ids.index,
    slots.map((i) => point(ids.index, i * 10, i)),
  );
  await t.feeds.write(
    ids.records,
    RECORDS.map(([after, value]) => point(ids.records, after, value)),
  );
});

function request(from: number, to: number, interval: DataRequest['interval'], more: Partial<DataRequest> = {}) {
  return {
    start: EPOCH + from,
    end: EPOCH + to,
    interval,
    average: false,
    delta: false,
    skipMissing: false,
    limitInterval: 0,
    timeFormat: 'notime',
    zone: 'UTC',
    places: -1,
    split: null,
    ...more,
  } satisfies DataRequest;
}

const find = (name: Name) => t.feeds.find(ids[name])!;

describe('read', () => {
  const average = { average: true };
  const delta = { delta: true };
  const skipMissing = { skipMissing: true };
  const cases: [string, Name, DataRequest, unknown][] = [
    ['the slots’ own interval', 'index', request(0, 70, 10), [0, 1, 2, null, null, null, 6, 7]],
    ['a start off the slots keeps its own times', 'index', request(13, 33, 10), [1, 2, null]],
    ['nothing before the first slot and after the last one’s start', 'index', request(-10, 5, 5), [null, null, 0, 0]],
    ['an unaligned time in the last slot', 'index', request(185, 195, 10), [18, null]],
    ['only rows that have a value', 'index', request(-20, 70, 10, skipMissing), [0, 1, 2, 6, 7]],
    ['the mean of each window', 'index', request(0, 59, 20, average), [0.5, 2, null]],
    ['windows that do not fit the slots', 'index', request(100, 150, 25, average), [10.5, 13, 15.5]],
    ['no mean of less than a slot', 'index', request(0, 15, 5, average), [0, 0, 1, 1]],
    ['an interval no shorter than the feed’s', 'index', request(0, 20, 5, { limitInterval: 1 }), [0, 1, 2]],
    ['an interval that is a multiple of the feed’s', 'index', request(0, 60, 25, { limitInterval: 1 }), [0, null, 6]],
    ['differences, null across a gap', 'index', request(0, 49, 10, delta), [1, 1, null, null, null]],
    ['differences that span a gap', 'index', request(0, 69, 10, { ...delta, ...skipMissing }), [1, 1, 4, 1]],
    ['the newest reading closes the last difference', 'index', request(160, 229, 40, delta), [3, null]],
    ['rounded', 'index', request(0, 19, 20, { ...average, places: 0 }), [1]],
    ['the span in 800 steps', 'index', request(0, 8000, 0, skipMissing), [0, 1, 2, ...range(6, 20)]],
    ['the feed’s own interval', 'index', request(0, 20, 'original'), [0, 1, 2]],
    ['a feed without values', 'empty', request(0, 20, 10), [null, null, null]],
    ['a feed without values, as differences', 'empty', request(0, 15, 10, delta), [null, null]],
    ['hours of a day', 'index', request(-80_000, 0, 'daily', { split: [22.25, 0] }), [[10, null]]],
    ['hours of a fixed step', 'index', request(0, 100, 10, { split: [0] }), false],
    ['the first record of each row', 'records', request(0, 100, 20), [1, 4, null, 5, 7, 8]],
    ['records as EmonCMS averages them', 'records', request(0, 99, 33, average), [6.5 / 3, 4.5, 6, 7.5]],
  ];
  test.each(cases)('%s', async (_, name, wanted, expected) => {
    expect(await t.data.read(find(name), wanted)).toEqual(expected);
  });

  const refused: [string, DataRequest, string][] = [
    ['an end before the start', request(10, 0, 10), 'Request end time before start time'],
    ['an end that is the start', request(10, 10, 10), 'Request end time before start time'],
    ['a span too short for 800 steps', request(0, 90, 0), 'Invalid interval'],
    [
      'more rows than one answer has',
      request(0, 20_001, 1),
      'request datapoint limit reached (20000), increase request interval or reduce time range, requested datapoints = 20001',
    ],
  ];
  test.each(refused)('refuses %s', async (_, wanted, message) => {
    expect(await t.data.read(find('index'), wanted)).toEqual({ success: false, message });
  });

  test('a variable feed’s own times', async () => {
    const wanted = request(0, 59, 20, { limitInterval: 2, skipMissing: true, timeFormat: 'unix' });
    expect(await t.data.read(find('records'), wanted)).toEqual([
      [EPOCH + 3, 1],
      [EPOCH + 33, 4],
    ]);
  });
});

describe('csv', () => {
  const text = async (csv: unknown) => {
    let all = '';
    for await (const block of csv as AsyncIterable<Buffer>) all += block.toString();
    return all;
  };

  test('has two decimal places, seconds, and null for gaps', async () => {
    const csv = await text(await feedCsv(t.data, find('index'), request(20, 30, 10, { timeFormat: 'unixms' })));
    expect(csv).toBe(`${EPOCH + 20},2.00\n${EPOCH + 30},null\n`);
  });

  test('goes past the limit of rows, without a seam', async () => {
    const csv = await text(await feedCsv(t.data, find('index'), request(0, 30_000, 1, { timeFormat: 'unix' })));
    const times = csv
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split(',')[0]));
    expect(times).toEqual(range(EPOCH, EPOCH + 30_001));
  });

  test('skips ages without values at once', async () => {
    const wanted = { ...request(0, 200, 1, { skipMissing: true }), start: 0 };
    expect((await text(await feedCsv(t.data, find('index'), wanted))).split('\n')[0]).toBe(`${EPOCH},0.00`);
  });

  test('of several feeds has a column each', async () => {
    const wanted = request(20, 60, 20, { timeFormat: 'unix' });
    expect(await feedsCsv(t.data, [find('index'), find('records')], wanted)).toBe(
      [`${EPOCH + 20},2.00,4.00`, `${EPOCH + 40},null,null`, `${EPOCH + 60},6.00,5.00`, ''].join('\n'),
    );
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

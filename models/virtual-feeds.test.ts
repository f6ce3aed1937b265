import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EPOCH, testFeeds } from '../test/feeds.ts';
import { testStores } from '../test/stores.ts';
import type { DataRequest } from './feed-data/request.ts';

const stores = await testStores();
const t = await testFeeds(stores.db);
afterAll(() => t.series.close());

const HOME = 1;
const ids: Record<string, number> = {};

/** A virtual feed whose list is written with names of feeds. */
async function computed(name: string, list: string) {
  const id = await t.feeds.create(HOME, { name, tag: null, engine: 7 });
  ids[name] = id;
  await t.feeds.set(id, { processList: list.replace(/[a-z]\w*(?=,|$)/g, (source) => String(ids[source] ?? id)) });
  return id;
}

/** Six slots of a fixed feed from EPOCH on. */
async function stored(name: string, values: readonly number[], account = HOME) {
  const feed = await t.feeds.create(account, { name, tag: null, engine: 5, interval: 10 });
  ids[name] = feed;
  await t.feeds.write(
    feed,
    values.map((value, i) => ({ kind: 'point', feed, time: EPOCH + i * 10, value })),
  );
}

beforeAll(async () => {
  await stored('a', [1, 2, Number.NaN, 4, 5, 6]);
  await stored('b', [10, 0, 10, 10, 10]);
  await stored('foreign', [7, 7, 7], 2);
});

async function values(name: string, wish: Partial<DataRequest> = {}) {
  const feed = t.feeds.find(ids[name] ?? 0);
  if (!feed) throw new Error(name);
  const request: DataRequest = {
    start: EPOCH,
    end: EPOCH + 50,
    interval: 10,
    average: false,
    delta: false,
    skipMissing: false,
    limitInterval: 0,
    timeFormat: 'notime',
    zone: 'UTC',
    places: -1,
    split: null,
    ...wish,
  };
  return await t.data.read(feed, request);
}

describe('row by row', () => {
  const cases: readonly [string, string, unknown][] = [
    ['one source', '53:a', [1, 2, null, 4, 5, 6]],
    ['a sum has no value where one of them has none', '53:a,55:b', [11, 2, null, 14, 15, null]],
    ['difference', '53:a,56:b', [-9, 2, null, -6, -5, null]],
    ['product', '53:a,57:b', [10, 0, null, 40, 50, null]],
    ['quotient never by zero', '53:a,58:b', [0.1, null, null, 0.4, 0.5, null]],
    ['the other way round', '53:b,59:a', [0.1, null, null, 0.4, 0.5, null]],
    ['without a source there is nothing to begin with', '3:5', [null, null, null, null, null, null]],
    ['a feed of another household', '53:foreign', [null, null, null, null, null, null]],
    ['a source that is not there', '53:4000000', [null, null, null, null, null, null]],
    ['a list that goes in a circle', '53:a,52:1', [null, null, null, null, null, null]],
    ['no list', '', false],
  ];
  test.each(cases)('%s', async (name, list, expected) => {
    await computed(name, list);
    expect(await values(name)).toEqual(expected);
  });

  test('averages, differences and skipping work on what the sources’ answers are', async () => {
    await computed('double', '53:a,2:2');
    expect(await values('double', { interval: 20, average: true })).toEqual([3, 8, 11]);
    expect(await values('double', { skipMissing: true })).toEqual([2, 4, 8, 10, 12]);
    expect(await values('double', { delta: true, end: EPOCH + 10 })).toEqual([2, null]);
    expect(await values('double', { interval: 'daily', average: true })).toEqual([7.2]);
  });

  test('a virtual feed may be the source of another, though not of itself', async () => {
    await computed('inner', '53:a,2:10');
    await computed('outer', '53:inner,55:a');
    expect(await values('outer')).toEqual([11, 22, null, 44, 55, 66]);
    await computed('self', '53:a,55:self');
    expect(await values('self')).toEqual([null, null, null, null, null, null]);
  });

  test('circles through several feeds end', async () => {
    const [one, two, three] = [await computed('one', ''), await computed('two', ''), await computed('three', '')];
    await t.feeds.set(one, { processList: `53:${two},55:${three}` });
    await t.feeds.set(two, { processList: `53:${three}` });
    await t.feeds.set(three, { processList: `53:${two}` });
    expect(await values('one')).toEqual([null, null, null, null, null, null]);
    expect(t.feeds.last(one)).toEqual({ time: EPOCH, value: null });
  });

  test('a tower of feeds that each read the one below twice is read once', async () => {
    await computed('tower0', '53:a');
    for (let level = 1; level <= 40; level += 1)
      await computed(`tower${level}`, `53:tower${level - 1},56:tower${level - 1}`);
    expect(await values('tower40')).toEqual([0, 0, null, 0, 0, 0]);
    expect(t.feeds.last(ids.tower40 ?? 0)?.value).toBe(0);
  });
});

describe('now', () => {
  test('the newest value is made of the sources’ newest values, as of now', async () => {
    const id = await computed('sum', '53:a,2:10,55:b');
    expect(t.feeds.last(id)).toEqual({ time: EPOCH, value: 70 });
  });

  test('spans its sources', async () => {
    const id = await computed('span', '53:a,55:b');
    expect(t.virtual.meta(t.feeds.find(id)!)).toEqual({
      startTime: EPOCH,
      endTime: EPOCH + 50,
      interval: 10,
      npoints: 6,
    });
  });

  test('asks schedules at the row’s own time', async () => {
    const schedule = await t.calendars.create(HOME);
    await t.calendars.set(schedule, { expression: '22:13-22:14' });
    await computed('peak', `53:a,schedule__if_not_schedule_zero:${schedule}`);
    expect(await values('peak')).toEqual([1, 2, null, 4, 0, 0]);
  });
});

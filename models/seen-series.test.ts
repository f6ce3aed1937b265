import { afterAll, expect, test } from 'vitest';
import { EPOCH, testFeeds } from '../test/feeds.ts';
import { testStores } from '../test/stores.ts';
import { SeenSeries } from './seen-series.ts';

const stores = await testStores();
const t = await testFeeds(stores.db);
afterAll(() => t.series.close());
const seen = new SeenSeries({ ...t, find: (id) => t.feeds.find(id) });

test('a virtual feed looks like a stored one', async () => {
  const a = await t.feeds.create(1, { name: 'a', tag: null, engine: 5, interval: 10 });
  const values = [1, 2, Number.NaN, 4, 5, 6];
  await t.feeds.write(
    a,
    values.map((value, i) => ({ kind: 'point', feed: a, time: EPOCH + i * 10, value })),
  );
  const v = await t.feeds.create(1, { name: 'v', tag: null, engine: 7 });
  expect(seen.meta(v)).toBeUndefined();
  await t.feeds.set(v, { processList: `53:${a},2:10` });
  expect(seen.meta(v)).toEqual({ ...t.series.meta(a), engine: 5 });
  const edges = [EPOCH, EPOCH + 20, EPOCH + 30, EPOCH + 60];
  expect(await seen.windows(v, edges)).toEqual([
    { min: 15, max: 15, sum: 15, count: 1 },
    { min: Number.NaN, max: Number.NaN, sum: 0, count: 0 },
    { min: 50, max: 50, sum: 50, count: 1 },
  ]);
  const scanned: [number, number][] = [];
  const take = (times: Float64Array, found: Float64Array) => {
    for (const [i, time] of times.entries()) scanned.push([time, found[i]!]);
  };
  await seen.scan(v, EPOCH + 5, EPOCH + 35, take);
  expect(scanned).toEqual([
    [EPOCH + 10, 20],
    [EPOCH + 20, Number.NaN],
    [EPOCH + 30, 40],
  ]);
  expect(await seen.windows(a, edges)).toEqual(await t.series.windows(a, edges));
});

import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { EPOCH, testFeeds } from '../test/feeds.ts';
import { testStores } from '../test/stores.ts';
import { FeedModel } from './feed.ts';
import type { FeedWish } from './feed-rules.ts';

const stores = await testStores();
const t = await testFeeds(stores.db);
afterAll(() => t.series.close());

/** Households of each test's own. */
let HOME = 0;
let NEIGHBOUR = 0;
beforeEach(() => {
  HOME = NEIGHBOUR + 1;
  NEIGHBOUR = HOME + 1;
  t.told.length = 0;
});

const fixed = (name: string, more: Partial<FeedWish> = {}): FeedWish => ({ name, tag: 'meter', engine: 5, ...more });

describe('create', () => {
  const refused: [string, FeedWish, string][] = [
    ['a slash in the name', fixed('a/b'), 'HUB_FEED_NAME'],
    ['a dot in the name', fixed('a.b'), 'HUB_FEED_NAME'],
    ['a name too long', fixed('a'.repeat(129)), 'HUB_FEED_NAME'],
    ['markup in the tag', fixed('a', { tag: 't<' }), 'HUB_FEED_TAG'],
    ['a long unit', fixed('a', { unit: '12345678901' }), 'HUB_FEED_UNIT_LONG'],
    ['markup in the unit', fixed('a', { unit: '<b>' }), 'HUB_FEED_UNIT'],
    ['an engine that is not there', fixed('a', { engine: 99 }), 'HUB_FEED_ENGINE'],
  ];
  test.each(refused)('refuses %s', async (_, wish, code) => {
    await expect(async () => t.feeds.create(HOME, wish)).rejects.toMatchObject({ code });
    expect(t.feeds.list(HOME)).toEqual([]);
  });

  const intervals: [string, Partial<FeedWish>, number][] = [
    ['none is 10', {}, 10],
    ['5 becomes 10', { interval: 5 }, 10],
    ['37 stays', { interval: 37 }, 37],
    ['a variable feed has none', { engine: 2, interval: 37 }, 0],
    ['a virtual feed has none', { engine: 7, interval: 37 }, 0],
  ];
  test.each(intervals)('interval: %s', async (_, wish, interval) => {
    const id = await t.feeds.create(HOME, fixed('a', wish));
    expect(t.feeds.find(id)?.interval).toBe(interval);
  });

  test('takes the same name once per tag, case and household', async () => {
    await t.feeds.create(HOME, fixed('solar'));
    await expect(t.feeds.create(HOME, fixed('solar'))).rejects.toMatchObject({ code: 'HUB_FEED_EXISTS' });
    await t.feeds.create(HOME, fixed('Solar'));
    await t.feeds.create(HOME, fixed('solar', { tag: 'roof' }));
    await t.feeds.create(HOME, fixed('solar', { tag: null }));
    await t.feeds.create(NEIGHBOUR, fixed('solar'));
    expect(t.feeds.list(HOME).map(({ name, tag }) => `${tag}:${name}`)).toEqual([
      'meter:solar',
      'meter:Solar',
      'roof:solar',
      'null:solar',
    ]);
  });

  test('of two at once one wins', async () => {
    const both = await Promise.allSettled([t.feeds.create(HOME, fixed('a')), t.feeds.create(HOME, fixed('a'))]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

test('after a restart every feed is as it was, and one cut short in its making gets its series', async () => {
  const id = await t.feeds.create(HOME, fixed('größe_1:é', { unit: 'kWh', interval: 30 }));
  await t.feeds.set(id, { public: true });
  const { insertId } = await stores.db
    .insertInto('feeds')
    .values({ account: HOME, name: 'half', tag: 'meter', engine: 5, interval: 60, created: EPOCH })
    .executeTakeFirstOrThrow();
  const again = new FeedModel({
    db: stores.db,
    series: t.series,
    clock: t.clock,
    live: { put: () => undefined, forget: () => undefined },
    virtual: t.virtual,
  });
  await again.load();
  expect(again.find(id)).toEqual(t.feeds.find(id));
  expect(t.series.meta(Number(insertId))).toMatchObject({ interval: 60, npoints: 0 });
});

describe('set', () => {
  test('changes what is given and nothing else', async () => {
    const id = await t.feeds.create(HOME, fixed('a', { unit: 'W' }));
    await t.feeds.set(id, { name: 'b' });
    expect(t.feeds.find(id)).toMatchObject({ name: 'b', tag: 'meter', unit: 'W', public: false });
    expect(await stores.db.selectFrom('feeds').select('name').where('id', '=', id).executeTakeFirst()).toEqual({
      name: 'b',
    });
  });

  test('refuses another feed’s tag and name', async () => {
    await t.feeds.create(HOME, fixed('a'));
    const id = await t.feeds.create(HOME, fixed('b'));
    await expect(t.feeds.set(id, { name: 'a' })).rejects.toMatchObject({ code: 'HUB_FEED_EXISTS' });
    await expect(t.feeds.set(999, { name: 'a' })).rejects.toMatchObject({ code: 'HUB_FEED_NOT_FOUND' });
    expect(t.feeds.find(id)?.name).toBe('b');
  });
});

describe('apply', () => {
  test('keeps points and newest readings, and tells the listener', async () => {
    const id = await t.feeds.create(HOME, fixed('a'));
    await t.feeds.apply(HOME, [
      { kind: 'post', feed: id, time: EPOCH, value: 10 },
      { kind: 'post', feed: id, time: EPOCH + 30, value: 40, join: true },
      { kind: 'publish', topic: 'x', value: 1 },
    ]);
    const times = [EPOCH, EPOCH + 10, EPOCH + 20, EPOCH + 30];
    expect(await t.series.samples(id, times)).toEqual([10, 20, 30, 40]);
    expect(t.feeds.last(id)).toEqual({ time: EPOCH + 30, value: 40 });
    expect(t.told).toEqual([
      [HOME, id, EPOCH, 10],
      [HOME, id, EPOCH + 30, 40],
    ]);
  });

  test('an older reading becomes the newest one, as the last to arrive', async () => {
    const id = await t.feeds.create(HOME, fixed('a'));
    await t.feeds.apply(HOME, [{ kind: 'post', feed: id, time: EPOCH + 60, value: 1 }]);
    await t.feeds.apply(HOME, [{ kind: 'post', feed: id, time: EPOCH, value: 2 }]);
    expect(t.feeds.last(id)).toEqual({ time: EPOCH, value: 2 });
  });

  test('never writes into another household’s feed', async () => {
    const id = await t.feeds.create(NEIGHBOUR, fixed('a'));
    await t.feeds.apply(HOME, [
      { kind: 'post', feed: id, time: EPOCH, value: 1 },
      { kind: 'last', feed: id, time: EPOCH, value: 1 },
      { kind: 'state', feed: id, slot: 0, value: 1 },
      { kind: 'post', feed: 999, time: EPOCH, value: 1 },
    ]);
    expect(t.series.meta(id)?.npoints).toBe(0);
    expect(t.feeds.last(id)).toBeUndefined();
    expect(t.series.state(id, 0)).toBeUndefined();
    expect(t.told).toEqual([]);
  });

  test('the newest reading has 14 significant digits, the state every one', async () => {
    const id = await t.feeds.create(HOME, fixed('a'));
    await t.feeds.apply(HOME, [
      { kind: 'post', feed: id, time: EPOCH, value: 1 / 3 },
      { kind: 'state', feed: id, slot: 3, value: 1 / 3 },
    ]);
    expect(t.feeds.last(id)?.value).toBe(0.33333333333333);
    expect(t.series.state(id, 3)).toBe(1 / 3);
  });
});

test('a cleared feed is empty; its newest reading is 0 at the time it had', async () => {
  const id = await t.feeds.create(HOME, fixed('a'));
  await t.feeds.apply(HOME, [{ kind: 'post', feed: id, time: EPOCH, value: 7 }]);
  await t.feeds.clear(id);
  expect(t.series.meta(id)).toMatchObject({ npoints: 0, startTime: 0 });
  expect(t.feeds.last(id)).toEqual({ time: EPOCH, value: 0 });
});

test('a removed feed is gone from memory, MySQL and the series', async () => {
  const id = await t.feeds.create(HOME, fixed('a'));
  await t.feeds.remove(id);
  expect(t.feeds.find(id)).toBeUndefined();
  expect(t.feeds.list(HOME)).toEqual([]);
  expect(t.series.has(id)).toBe(false);
  expect(await stores.db.selectFrom('feeds').selectAll().where('id', '=', id).execute()).toEqual([]);
  await expect(t.feeds.remove(id)).rejects.toMatchObject({ code: 'HUB_FEED_NOT_FOUND' });
});

test('sizes are as last measured', async () => {
  const id = await t.feeds.create(HOME, fixed('a'));
  await t.feeds.apply(HOME, [{ kind: 'post', feed: id, time: EPOCH, value: 7 }]);
  expect(t.feeds.measuredSize(id)).toBe(0);
  expect(t.feeds.measure(HOME)).toBe(20);
  expect(t.feeds.measuredSize(id)).toBe(20);
});

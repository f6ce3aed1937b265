import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { testStores } from '../test/stores.ts';
import { LiveModel, type LiveValue } from './live.ts';

const stores = await testStores();
const log = createLog('silent');
const ACCOUNT = 1;

let clock: ManualClock;
let live: LiveModel;

beforeEach(async () => {
  await stores.clear();
  clock = new ManualClock();
  live = new LiveModel({ redis: stores.redis, clock, log });
});

test('knows the newest value and when it was heard', () => {
  live.put(ACCOUNT, 'feed', 7, 1000, 1.5);
  clock.advance(5000);
  live.put(ACCOUNT, 'feed', 7, 1010, null);
  expect(live.get('feed', 7)).toMatchObject({ kind: 'feed', id: 7, time: 1010, value: null, at: clock.now() });
  expect(live.get('input', 7)).toBeUndefined();
});

test('tells a household’s listeners until they stop listening', () => {
  const heard: LiveValue[] = [];
  const stop = live.listen(ACCOUNT, (value) => heard.push(value));
  live.put(ACCOUNT, 'feed', 7, 1000, 1);
  live.put(2, 'feed', 8, 1000, 2);
  stop();
  stop();
  live.put(ACCOUNT, 'feed', 7, 1010, 3);
  expect(heard.map(({ id, value }) => [id, value])).toEqual([[7, 1]]);
});

test('a listener that fails keeps no one else from hearing', () => {
  const heard: number[] = [];
  live.listen(ACCOUNT, () => {
    throw new Error('gone');
  });
  live.listen(ACCOUNT, ({ id }) => heard.push(id));
  live.put(ACCOUNT, 'feed', 7, 1000, 1);
  expect(heard).toEqual([7]);
});

test('gives what changed after a sequence number, also one from before a restart', () => {
  live.put(ACCOUNT, 'feed', 7, 1000, 1);
  const { seq } = live;
  live.put(ACCOUNT, 'input', 9, 1000, 2);
  live.put(ACCOUNT, 'feed', 8, 1000, 3);
  expect(live.since(ACCOUNT, seq).map(({ kind, id }) => [kind, id])).toEqual([
    ['input', 9],
    ['feed', 8],
  ]);
  expect(live.since(2, 0)).toEqual([]);
  clock.advance(1000);
  const restarted = new LiveModel({ redis: null, clock, log });
  restarted.put(ACCOUNT, 'feed', 7, 1010, 4);
  expect(restarted.since(ACCOUNT, live.seq).map(({ value }) => value)).toEqual([4]);
});

describe('the copy in Redis', () => {
  test('is written once a second with the newest values of inputs', async () => {
    live.start();
    live.put(ACCOUNT, 'input', 9, 1000, 1);
    live.put(ACCOUNT, 'input', 9, 1010, 2);
    live.put(ACCOUNT, 'input', 10, 1010, null);
    live.put(ACCOUNT, 'feed', 7, 1010, 3);
    await live.stop();
    const again = new LiveModel({ redis: stores.redis, clock, log });
    expect(await again.remembered()).toEqual(
      new Map([
        [9, { time: 1010, value: 2, at: clock.now() }],
        [10, { time: 1010, value: null, at: clock.now() }],
      ]),
    );
  });

  test('loses an input that was deleted', async () => {
    live.put(ACCOUNT, 'input', 9, 1000, 1);
    await live.stop();
    live.forget(ACCOUNT, 'input', 9);
    await live.stop();
    expect(await live.remembered()).toEqual(new Map());
  });

  test('is not needed: without Redis values are known and told all the same', async () => {
    const alone = new LiveModel({ redis: null, clock, log });
    alone.start();
    alone.put(ACCOUNT, 'input', 9, 1000, 1);
    clock.advance(10_000);
    expect(alone.get('input', 9)?.value).toBe(1);
    expect(await alone.remembered()).toEqual(new Map());
    await alone.stop();
  });

  test('catches up with the newest value after a failed write', async () => {
    let away = true;
    const redis = {
      status: 'ready' as const,
      hset: (...args: Parameters<typeof stores.redis.hset>) =>
        away ? Promise.reject(new Error('away')) : stores.redis.hset(...args),
      hgetall: (key: string) => stores.redis.hgetall(key),
      hdel: (key: string, ...fields: string[]) => stores.redis.hdel(key, ...fields),
    };
    const flaky = new LiveModel({ redis: redis as never, clock, log });
    flaky.put(ACCOUNT, 'input', 9, 1000, 1);
    await flaky.stop();
    flaky.put(ACCOUNT, 'input', 9, 1010, 2);
    away = false;
    await flaky.stop();
    expect((await live.remembered()).get(9)?.value).toBe(2);
  });

  test('that cannot be read is left out', async () => {
    await stores.redis.hset('live:inputs', { 9: 'rubbish', 10: '["x",1,2]', 11: '[1000,5,2000]', x: '[1,2,3]' });
    expect([...(await live.remembered()).keys()]).toEqual([11]);
  });
});

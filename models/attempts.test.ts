import type { Redis } from 'ioredis';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { endMortalRedis, mortalRedis } from '../test/mortal-redis.ts';
import { testStores } from '../test/stores.ts';
import { Attempts, addressKey, type Limit } from './attempts.ts';

const stores = await testStores();
endMortalRedis();
const clock = new ManualClock();
const THREE: Limit = { name: 'test', points: 3, seconds: 900 };

beforeEach(stores.clear);

async function tries(attempts: Attempts, count: number, key = 'megan'): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (let i = 0; i < count; i++) answers.push((await attempts.take(THREE, key)).ok);
  return answers;
}

const STORES: [name: string, redis: () => Redis | null][] = [
  ['with Redis', () => stores.redis],
  ['without Redis', () => null],
];

describe.each(STORES)('%s', (_name, redis) => {
  test('as many tries as the limit says, and no more', async () => {
    const attempts = new Attempts({ redis: redis(), clock });
    expect(await tries(attempts, 5)).toEqual([true, true, true, false, false]);
    expect(await tries(attempts, 1, 'tomos')).toEqual([true]);
  });

  test('tries at the same moment are counted one by one', async () => {
    const attempts = new Attempts({ redis: redis(), clock });
    const taken = await Promise.all(Array.from({ length: 20 }, () => attempts.take(THREE, 'megan')));
    expect(taken.filter((one) => one.ok)).toHaveLength(3);
  });

  test('it tells how many are left and how long the pause is', async () => {
    const attempts = new Attempts({ redis: redis(), clock });
    expect((await attempts.take(THREE, 'megan')).left).toBe(2);
    await tries(attempts, 2);
    const over = await attempts.take(THREE, 'megan');
    expect(over).toMatchObject({ ok: false, left: 0 });
    expect(over.wait).toBeGreaterThan(890);
    expect(over.wait).toBeLessThanOrEqual(900);
  });

  test('a try given back is one more; a key forgotten begins anew', async () => {
    const attempts = new Attempts({ redis: redis(), clock });
    await tries(attempts, 3);
    await attempts.giveBack(THREE, 'megan');
    expect(await tries(attempts, 2)).toEqual([true, false]);
    await attempts.forget(THREE, 'megan');
    expect(await tries(attempts, 1)).toEqual([true]);
  });
});

test('a restarted hub goes on counting where Redis kept the count', async () => {
  expect(await tries(new Attempts({ redis: stores.redis, clock }), 2)).toEqual([true, true]);
  expect(await tries(new Attempts({ redis: stores.redis, clock }), 2)).toEqual([true, false]);
});

test('names are not kept in Redis, and counts leave it by themselves', async () => {
  await tries(new Attempts({ redis: stores.redis, clock }), 1, 'megan@example.org');
  const keys = await stores.redis.keys('*');
  expect(keys).toHaveLength(1);
  expect(keys.join()).not.toContain('megan');
  expect(await stores.redis.ttl(keys[0] ?? '')).toBeGreaterThan(890);
});

test('a Redis that dies: blocks go on, and those who did nothing are not locked out', async () => {
  const { redis, kill } = await mortalRedis();
  const attempts = new Attempts({ redis, clock });
  expect(await tries(attempts, 4)).toEqual([true, true, true, false]);
  expect(await tries(attempts, 2, 'tomos')).toEqual([true, true]);
  await kill();
  expect(await tries(attempts, 2)).toEqual([false, false]);
  expect(await tries(attempts, 2, 'tomos')).toEqual([true, false]);
  expect(await tries(attempts, 1, 'nia')).toEqual([true]);
  redis.disconnect();
});

test('a Redis that hangs holds nobody up for long', async () => {
  const { redis, freeze } = await mortalRedis();
  const attempts = new Attempts({ redis, clock });
  await tries(attempts, 1);
  freeze();
  const answer = attempts.take(THREE, 'megan');
  clock.advance(1000);
  expect(await answer).toMatchObject({ ok: true, left: 1 });
  redis.disconnect();
});

const ADDRESSES: [ip: string, key: string][] = [
  ['192.168.1.20', '192.168.1.20'],
  ['::ffff:192.168.1.20', '192.168.1.20'],
  ['::1', '0:0:0:0'],
  ['fe80::1ff:fe23:4567:890a%eth0', 'fe80:0:0:0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
  ['', ''],
];

test.each(ADDRESSES)('the address %j counts as %j', (ip, key) => {
  expect(addressKey(ip)).toBe(key);
});

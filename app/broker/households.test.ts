import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Who } from '../../models/who.ts';
import { eventually } from '../../test/broker.ts';
import { testStores } from '../../test/stores.ts';
import { redisOptions } from '../connections/redis.ts';
import { Household } from './household.ts';
import { Households } from './households.ts';
import { LIMITS } from './limits.ts';
import { Topics } from './topics.ts';

const stores = await testStores();
const clock = new ManualClock();
const log = createLog('silent');
const topics = new Topics([{ path: 'emon/#', who: 'write', to: () => undefined }]);
const redis = redisOptions(stores.redisUrl);

const households = new Households({
  clock,
  log,
  make: (who) => new Household({ clock, log, redis, topics, refused: () => undefined }, who),
});
households.start();
afterEach(() => households.stop());

const who = (account: number): Who => ({ account, user: null, role: 'adult', by: 'write key', timezone: 'UTC' });

/** Connections to Redis other than the test's own. */
async function redisConnections(): Promise<number> {
  const list = String(await stores.redis.client('LIST'));
  const db = ` db=${redis.db} `;
  return list.split('\n').filter((line) => line.includes(db)).length - 1;
}

test('a household nobody uses is closed after a while, and opened again when needed', async () => {
  const { household, leave } = households.join(who(1));
  await household;
  await households.open(who(2));
  expect(households.count).toBe(2);
  clock.advance(LIMITS.idleMs * 2);
  expect(households.count, 'the one with a connection stays').toBe(1);
  await eventually(async () => expect(await redisConnections()).toBe(1));
  leave();
  clock.advance(LIMITS.idleMs / 2);
  expect(households.count, 'just left').toBe(1);
  clock.advance(LIMITS.idleMs);
  expect(households.count).toBe(0);
  await eventually(async () => expect(await redisConnections()).toBe(0));
  await (await households.open(who(1))).publish('emon/a', '1', { retain: true });
  expect(await stores.redis.exists('mqtt:1:retained')).toBe(1);
});

test('one account may not take every connection', async () => {
  const leaves = Array.from({ length: LIMITS.connectionsPerAccount }, () => households.join(who(1)).leave);
  expect([households.hasRoom(1), households.hasRoom(2)]).toEqual([false, true]);
  leaves[0]?.();
  expect(households.hasRoom(1)).toBe(true);
});

import { expect, test } from 'vitest';
import { LogLimit } from './log-limit.ts';
import { ManualClock } from './manual-clock.ts';

test('each key speaks once a minute and then says how often it was held back', () => {
  const clock = new ManualClock();
  const limit = new LogLimit(clock);
  expect([limit.allow('a'), limit.allow('a'), limit.allow('b'), limit.allow('a')]).toEqual([0, null, 0, null]);
  clock.advance(59_999);
  expect(limit.allow('a')).toBeNull();
  clock.advance(1);
  expect([limit.allow('a'), limit.allow('a'), limit.allow('b')]).toEqual([3, null, 0]);
});

test('keys from outside take bounded room', () => {
  const limit = new LogLimit(new ManualClock());
  for (let key = 0; key <= 10_000; key += 1) limit.allow(`${key}`);
  expect([limit.allow('0'), limit.allow('10000')]).toEqual([0, null]);
});

import { expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { Pace } from './pace.ts';

test('a burst within the rate waits for nothing; what is over it waits for the next second', () => {
  const clock = new ManualClock();
  const pace = new Pace(clock, 3);
  const next = (count: number) => Array.from({ length: count }, () => pace.next());
  expect(next(3)).toEqual([0, 0, 0]);
  clock.advance(400);
  expect(pace.next()).toBe(600);
  expect(next(2)).toEqual([0, 0]);
  clock.advance(5000);
  expect(next(4)).toEqual([0, 0, 0, 0].map((_, index) => (index === 3 ? 1000 : 0)));
});

import { expect, it } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { TimeBudget } from './time-budget.ts';

it('gives each caller its time, takes no more once that is used up, and begins anew', () => {
  const clock = new ManualClock();
  const budget = new TimeBudget(clock, { ms: 1000, perMs: 60_000 });
  const work = (ms: number) => () => {
    clock.advance(ms);
    return ms;
  };
  expect([budget.run('a', work(900)), budget.run('a', work(500))]).toEqual([900, 500]);
  expect(() => budget.run('a', work(1))).toThrow('Too many');
  expect(budget.run('b', work(1))).toBe(1);
  clock.advance(60_000);
  expect(budget.run('a', work(1))).toBe(1);
});

it('counts work that fails', () => {
  const clock = new ManualClock();
  const budget = new TimeBudget(clock, { ms: 10, perMs: 60_000 });
  const fails = () => {
    clock.advance(10);
    throw new Error('no');
  };
  expect(() => budget.run('a', fails)).toThrow('no');
  expect(() => budget.run('a', fails)).toThrow('Too many');
});

import { expect, test } from 'vitest';
import { seeded } from '../../scripts/campaign/chance.ts';
import { enumerateBest } from '../../test/planner/enumerate.ts';
import { randomProblem } from '../../test/planner/problems.ts';
import { plan } from './plan.ts';
import { isPlan, type Problem } from './problem.ts';
import { type Binding, type Why, whyOf } from './why.ts';

const T0 = 1_750_032_000;
const BASE: Problem = {
  ...{ start: T0, interval: 1800, profile: [10, 8, 6, 9, 4, 4, 7, 12], optimise: 'min' },
  ...{ now: T0, readyBy: T0 + 14_400, run: 3600, interruptible: true },
};

const CASES: readonly [string, Partial<Problem>, Binding, saving: number][] = [
  ['nothing binds', {}, 'price', 0],
  ['ready too early', { readyBy: T0 + 7200 }, 'deadline', 3],
  ['the whole time is needed', { run: 14_400 }, 'deadline', 0],
  ['in one piece', { run: 5400, interruptible: false }, 'one-piece', 0.5],
  ['runs of an hour and a half', { run: 5400, minRun: 5400 }, 'min-run', 0.5],
  ['rests of two hours', { run: 5400, minRest: 7200 }, 'min-rest', 0.5],
  ['one start', { run: 5400, maxStarts: 1 }, 'starts', 0.5],
  ['never in the best hour', { never: [[T0 + 7200, T0 + 10_800]] }, 'never', 2.5],
  ['only dear times allowed', { optimise: 'max', limit: 11, run: 1800 }, 'price', 0],
];

test.each(CASES)('what keeps it from being better: %s', (_name, change, binding, saving) => {
  const { why } = told({ ...BASE, ...change });
  expect([why.binding, why.saving]).toEqual([binding, expect.closeTo(saving, 9)]);
});

test('the cost of now, and the best for who comes too late', () => {
  expect(told(BASE).why).toMatchObject({ cost: 4, costNow: 9, next: { start: T0 + 9000, cost: 5.5 } });
  expect(told({ ...BASE, readyBy: T0 + 10_800, run: 10_800 }).why.next).toBe(null);
  expect(told({ ...BASE, profile: [1], run: 1800, readyBy: T0 + 1800, now: T0 }).why.costNow).toBe(0.5);
  expect(told({ ...BASE, profile: [1, 5], run: 5400 }).why.costNow).toBe(null);
});

test('the figures are those of every combination tried', () => {
  const [chance, cell] = [seeded(5), 600];
  for (let trial = 0; trial < 150; trial += 1) {
    const { within: _, ...problem } = randomProblem(chance, cell, 10);
    if (problem.profile.includes(null) || !isPlan(plan(problem))) continue;
    const { why, first } = told(problem);
    const sign = problem.optimise === 'max' ? -1 : 1;
    const best = (one: Problem) => (enumerateBest(one, cell)?.weight ?? Number.NaN) / 3600 / sign;
    expect(why.cost).toBeCloseTo(best(problem), 6);
    const { start, interval } = problem;
    const later = start + (Math.floor((first - start) / interval) + 1) * interval;
    if ((later - problem.now) % cell === 0) {
      const { running, rested = 1e6, ...off } = problem;
      const waited = (running === undefined ? rested : 0) + later - problem.now;
      const next = best({ ...off, rested: waited, now: later });
      expect(why.next === null).toBe(Number.isNaN(next));
      if (why.next) expect(why.next.cost).toBeCloseTo(next, 6);
    }
    const end = Math.max(start + interval * problem.profile.length, problem.readyBy);
    if (why.binding === 'deadline' && why.saving > 0 && end - problem.now <= 14 * cell)
      expect(sign * (why.cost - best({ ...problem, readyBy: end - ((end - problem.now) % cell) }))).toBeCloseTo(
        why.saving,
        6,
      );
    if (why.binding === 'one-piece')
      expect(sign * (why.cost - best({ ...problem, interruptible: true }))).toBeCloseTo(why.saving, 6);
    const { never: __, ...always } = problem;
    if (why.binding === 'never') expect(sign * (why.cost - best(always))).toBeCloseTo(why.saving, 6);
  }
});

function told(problem: Problem): { why: Why; first: number } {
  const outcome = plan(problem);
  if (!isPlan(outcome)) throw new Error('no plan');
  return { why: whyOf(problem, outcome), first: outcome.periods[0]?.[0] ?? 0 };
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../../scripts/campaign/chance.ts';
import { enumerateBest } from '../../test/planner/enumerate.ts';
import { randomProblem } from '../../test/planner/problems.ts';
import { secondOpinion } from '../../test/planner/second-solver.ts';
import { plan } from './plan.ts';
import { deadlineOf, isPlan, type Plan, type Problem } from './problem.ts';
import { keepsRules, rulesOf } from './rules.ts';

const CELL = 420;
const some = (most: number) => fc.integer({ min: 0 }).map((seed) => randomProblem(seeded(seed), CELL, most));
const check = (most: number, property: (problem: Problem) => void, numRuns = 300) =>
  fc.assert(fc.property(some(most), property), { numRuns, seed: 20 });

test('no combination of cells is better, none that is as good has fewer starts', () => {
  check(12, (problem) => {
    const [outcome, best] = [plan(problem), enumerateBest(problem, CELL)];
    expect(isPlan(outcome)).toBe(best !== null);
    if (!isPlan(outcome) || !best) return;
    expect(weightOf(problem, outcome)).toBeCloseTo(best.weight, 4);
    const goesOn = problem.running !== undefined && outcome.periods[0]?.[0] === problem.now;
    expect(outcome.periods.length - (goesOn ? 1 : 0)).toBe(best.starts);
  });
});

test('nothing is gained by switching within the cells that all times and lengths are multiples of', () => {
  check(
    10,
    (problem) => {
      const outcome = plan(problem);
      const finer = secondOpinion(problem, CELL / 2);
      if (isPlan(outcome)) expect(weightOf(problem, outcome)).toBeLessThanOrEqual((finer ?? 0) + 1e-4);
      else expect(finer).toBe(null);
    },
    80,
  );
});

test('a plan ends by the deadline, begins at now or later, and runs as long as was asked', () => {
  check(60, (problem) => {
    const outcome = plan(problem);
    if (!isPlan(outcome)) return;
    const { periods } = outcome;
    expect(periods[0]?.[0]).toBeGreaterThanOrEqual(problem.now);
    expect(periods.at(-1)?.[1]).toBeLessThanOrEqual(deadlineOf(problem));
    expect(periods.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(problem.run);
    expect(periods.every(([start], index) => start > (periods[index - 1]?.[1] ?? 0))).toBe(true);
  });
});

test('without room for the programme a plan keeps the rules, and its gap reaches to the best', () => {
  let [exact, far] = [0, 0];
  check(40, (problem) => {
    const [best, outcome] = [plan(problem), plan(problem, { cells: 0, nodes: 1_000_000 })];
    if (!isPlan(best) || !isPlan(outcome)) return;
    expect(outcome.periods.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(problem.run);
    if (problem.interruptible) expect(keepsRules(outcome.periods, rulesOf(problem), problem.now)).toBe(true);
    const over = weightOf(problem, outcome) - weightOf(problem, best);
    expect(over).toBeGreaterThanOrEqual(-1e-4);
    expect(over).toBeLessThanOrEqual(outcome.gap * 3600 + 1e-4);
    if (over < 1e-4) exact += 1;
    else far += 1;
  });
  expect(far).toBeLessThan(exact / 10);
});

test('the least of the negative is the most', () => {
  check(40, (problem) => {
    const turned: Problem = {
      ...problem,
      ...(problem.limit === undefined ? {} : { limit: -problem.limit }),
      profile: problem.profile.map((price) => (price === null ? null : -price)),
      optimise: problem.optimise === 'min' ? 'max' : 'min',
    };
    const [outcome, other] = [plan(problem), plan(turned)];
    expect(isPlan(outcome) ? outcome.periods : outcome).toEqual(isPlan(other) ? other.periods : other);
  });
});

test('another day is another plan by exactly a day', () => {
  check(40, ({ never, ...problem }) => {
    const [outcome, later] = [plan(problem), plan(shifted(problem, 86_400))];
    expect(isPlan(later)).toBe(isPlan(outcome));
    if (!isPlan(outcome) || !isPlan(later)) return;
    expect(later.periods).toEqual(outcome.periods.map((period) => period.map((time) => time + 86_400)));
  });
});

test('a plan that is spread costs no more than the earliest', () => {
  check(40, (problem) => {
    const outcome = plan(problem);
    for (const spread of [0, 0.37, 0.999]) {
      const other = plan({ ...problem, spread });
      expect(isPlan(other)).toBe(isPlan(outcome));
      if (isPlan(outcome) && isPlan(other)) expect(other.cost).toBeCloseTo(outcome.cost, 6);
    }
  });
});

function weightOf({ optimise }: Problem, { cost }: Plan): number {
  return cost * 3600 * (optimise === 'max' ? -1 : 1);
}

function shifted(problem: Problem, by: number): Problem {
  const { start, now, readyBy } = problem;
  return { ...problem, start: start + by, now: now + by, readyBy: readyBy + by };
}

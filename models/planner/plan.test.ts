import { expect, test } from 'vitest';
import { plan } from './plan.ts';
import { isPlan, type Problem } from './problem.ts';

const T0 = 1_750_032_000;
/** Half-hours; times and lengths in minutes from T0. */
const BASE: Wish = { profile: [10, 8, 6, 9, 4, 4, 7, 12], by: 240, run: 60 };
interface Wish {
  readonly profile: readonly (number | null)[];
  readonly by: number;
  readonly run: number;
  readonly now?: number;
  readonly whole?: boolean;
  readonly more?: Partial<Problem>;
}

const CASES: readonly [string, Partial<Wish>, readonly (readonly number[])[]][] = [
  ['from now and not from the slot’s start', { now: 50, run: 60, by: 110, whole: true }, [[50, 110]]],
  ['a block that begins at any second', { profile: [9, 1, 1, 1, 9], run: 100, whole: true }, [[20, 120]]],
  ['a fraction of a slot', { run: 7 }, [[120, 127]]],
  [
    'the deadline in the middle of a slot',
    { by: 135, run: 45 },
    [
      [60, 90],
      [120, 135],
    ],
  ],
  ['equal prices: as early as can be', { profile: [5, 5, 5, 5] }, [[0, 60]]],
  ['equal prices: what joins two runs', { profile: [5, 1, 5, 1, 5], run: 90 }, [[30, 120]]],
  ['equal prices: what lengthens a run', { profile: [5, 9, 1, 5], run: 45 }, [[60, 105]]],
  ['equal prices: one run rather than two', { profile: [5, 9, 5, 5], run: 60 }, [[60, 120]]],
  [
    'the shortest run joins dear slots',
    { more: { minRun: 3600 }, run: 120 },
    [
      [30, 90],
      [120, 180],
    ],
  ],
  ['a shortest run longer than the run', { profile: [1, 9, 1, 9], run: 30, more: { minRun: 3600 } }, [[0, 30]]],
  [
    'rests of an hour',
    { profile: [1, 9, 1, 9, 1, 9, 1, 9], run: 60, more: { minRest: 3600 } },
    [
      [0, 30],
      [120, 150],
    ],
  ],
  [
    'two starts',
    { profile: [1, 9, 9, 1, 9, 9, 1, 9], run: 90, more: { maxStarts: 2 } },
    [
      [0, 60],
      [90, 120],
    ],
  ],
  [
    'what is on goes on until its shortest run is over',
    { more: { running: 600, minRun: 2400 }, run: 90 },
    [
      [0, 30],
      [120, 180],
    ],
  ],
  ['what has been on for long may stop', { more: { running: 3600, minRun: 3600 } }, [[120, 180]]],
  [
    'going on is no start',
    { profile: [1, 9, 9, 1, 1, 9], run: 90, more: { running: 60, minRun: 1800, maxStarts: 1 } },
    [
      [0, 30],
      [90, 150],
    ],
  ],
  ['no start is left, but what is on', { more: { running: 60, maxStarts: 0 } }, [[0, 60]]],
  ['a piece that has begun is not cut', { more: { running: 600 }, whole: true }, [[0, 60]]],
  [
    'the rest after the last run',
    { profile: [1, 1, 1, 9, 9, 9], run: 30, more: { rested: 1200, minRest: 3600 } },
    [[40, 70]],
  ],
  [
    'the rest after a run that stops now',
    { profile: [5, 1, 1, 1, 9, 9], run: 30, more: { running: 1200, minRest: 3600 } },
    [[60, 90]],
  ],
  [
    'exactly three runs',
    { profile: [1, 1, 1, 1], run: 60, more: { blocks: 3 } },
    [
      [0, 58],
      [59, 60],
      [61, 62],
    ],
  ],
  [
    'never between',
    { more: { never: [[T0 + 7200, T0 + 9000]] } },
    [
      [60, 90],
      [150, 180],
    ],
  ],
  [
    'never dearer than',
    { run: 90, more: { limit: 6 } },
    [
      [60, 90],
      [120, 180],
    ],
  ],
  ['within an hour and a half', { more: { within: 5400 } }, [[30, 90]]],
  ['a time without a price is no cheap time', { profile: [5, null, 4, 5] }, [[30, 90]].map(() => [60, 120])],
  ['a time without a price, where it cannot be done otherwise', { profile: [5, null, 4], by: 90, run: 90 }, [[0, 90]]],
  ['a deadline beyond the prices', { profile: [5, 4], by: 120, run: 90 }, [[0, 90]]],
  [
    'prices that begin later',
    { profile: [3], now: -60, run: 60, by: 60 },
    [
      [-60, -30],
      [0, 30],
    ].slice(0, 0),
  ],
  ['a negative price', { profile: [1, -2, -1, 3], run: 60 }, [[30, 90]]],
];

test.each(CASES.filter(([, , periods]) => periods.length > 0))('%s', (_name, change, periods) => {
  expect(minutes({ ...BASE, ...change })).toEqual(periods);
});

test('time without a price is counted, and costs the worst price known', () => {
  const outcome = plan(problemOf({ ...BASE, profile: [5, null, 4], by: 90, run: 90 }));
  expect(outcome).toMatchObject({ cost: 7, unpriced: 1800, gap: 0 });
});

test('what does not fit says how much would, and when it could be ready', () => {
  expect(plan(problemOf({ ...BASE, run: 300 }))).toEqual({ longest: 240 * 60, earliest: T0 + 300 * 60 });
  const runs = { ...BASE, run: 180, more: { minRun: 3600, never: [[T0 + 5400, T0 + 7200]] as [number, number][] } };
  expect(plan(problemOf({ ...runs, by: 180 }))).toEqual({ longest: 150 * 60, earliest: T0 + 210 * 60 });
  expect(plan(problemOf({ ...BASE, more: { limit: 0 } }))).toEqual({ longest: 0, earliest: null });
});

test('seconds that are all equal are spread: no home’s plan costs more, and they do not start together', () => {
  const wish = { ...BASE, profile: [9, 5, 5, 5, 5, 5, 5, 9] };
  for (const whole of [true, false]) {
    const starts = new Set<number>();
    for (let home = 0; home < 100; home += 1) {
      const outcome = plan(problemOf({ ...wish, whole, more: { spread: home / 100 } }));
      if (!isPlan(outcome)) throw new Error('no plan');
      expect(outcome.cost).toBeCloseTo(5, 9);
      starts.add(outcome.periods[0]?.[0] ?? 0);
    }
    expect(starts.size).toBeGreaterThan(50);
  }
});

test('too many moments for the exact programme: the plan keeps the rules and says how far off it may be', () => {
  const profile = Array.from({ length: 2016 }, (_, slot) => 10 + ((slot * 7919) % 101) / 10);
  const problem: Problem = {
    ...{ start: T0, interval: 300, profile, optimise: 'min', now: T0 + 17, readyBy: T0 + 604_800 - 41 },
    ...{ run: 40_123, interruptible: true, minRun: 1801, minRest: 601, maxStarts: 9 },
  };
  const outcome = plan(problem);
  if (!isPlan(outcome)) throw new Error('no plan');
  expect(outcome.periods.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(problem.run);
  expect(outcome.periods.length).toBeLessThanOrEqual(9);
  expect(outcome.gap).toBeGreaterThan(0);
  expect(outcome.gap).toBeLessThan(outcome.cost);
});

test('fifty runs, a week of half-hours and an odd now: planned exactly', () => {
  const profile = Array.from({ length: 340 }, (_, slot) => (slot % 48 < 10 ? 0.075 : 0.2485));
  const problem: Problem = {
    ...{
      start: T0,
      interval: 1800,
      profile,
      optimise: 'min',
      now: T0 + 583,
      readyBy: T0 + 408_600,
      interruptible: true,
    },
    ...{ run: 172_800, minRun: 1800, minRest: 900, blocks: 50 },
  };
  const outcome = plan(problem);
  if (!isPlan(outcome)) throw new Error('no plan');
  expect(outcome.periods).toHaveLength(50);
  expect(outcome.gap).toBe(0);
});

test('fifty starts, three days of running and a week of five minutes: two in a hundred above the bound at most', () => {
  const profile = Array.from({ length: 2016 }, (_, slot) => Math.sin(slot) * 10 + (slot % 7));
  const problem: Problem = {
    ...{ start: T0, interval: 300, profile, optimise: 'min', now: T0, readyBy: T0 + 604_800, interruptible: true },
    ...{ run: 259_200, minRun: 1800, minRest: 900, maxStarts: 50 },
  };
  const outcome = plan(problem);
  if (!isPlan(outcome)) throw new Error('no plan');
  expect(outcome.gap).toBeLessThan(0.02 * outcome.cost);
});

test('a now between two prices, over a week of five minutes: next to nothing is lost', () => {
  const profile = Array.from({ length: 2016 }, (_, slot) => 10 + ((slot * 7919) % 101) / 10);
  const rules = { run: 18_000, interruptible: true, minRun: 1800, maxStarts: 4 };
  const base = { start: T0, interval: 300, profile, optimise: 'min', readyBy: T0 + 604_800, ...rules } as const;
  const outcome = plan({ ...base, now: T0 + 443 });
  if (!isPlan(outcome)) throw new Error('no plan');
  const sooner = plan({ ...base, now: T0 + 300 });
  expect(outcome.gap).toBeLessThan(0.01 * outcome.cost);
  expect(outcome.cost - outcome.gap).toBeLessThanOrEqual((isPlan(sooner) ? sooner.cost : 0) + 1e-9);
});

function problemOf({ profile, by, run, now = 0, whole = false, more = {} }: Wish): Problem {
  return {
    ...{ start: T0, interval: 1800, profile, optimise: 'min', now: T0 + now * 60, readyBy: T0 + by * 60 },
    ...{ run: run * 60, interruptible: !whole, ...more },
  };
}

function minutes(wish: Wish): number[][] {
  const outcome = plan(problemOf(wish));
  return isPlan(outcome) ? outcome.periods.map((period) => period.map((time) => (time - T0) / 60)) : [];
}

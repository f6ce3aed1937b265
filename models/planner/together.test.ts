import { expect, test } from 'vitest';
import { seeded } from '../../scripts/campaign/chance.ts';
import { enumeratePlans } from '../../test/planner/enumerate.ts';
import { levelsOf } from './load.ts';
import { isPlan, type Problem } from './problem.ts';
import { type Member, planTogether, type Supply } from './together.ts';

const T0 = 1_750_032_000;
const SLOT = 1800;

function member(power: number, run: number, interruptible: boolean, more: Partial<Problem> = {}): Member {
  const profile = [10, 8, 6, 9, 4, 4, 7, 12];
  const base = { start: T0, interval: SLOT, profile, optimise: 'min', now: T0, readyBy: T0 + 8 * SLOT } as const;
  return { power, problem: { ...base, run: run * SLOT, interruptible, ...more } };
}

const CASES: readonly [
  string,
  Member[],
  Supply,
  cost: number | null,
  periods: (readonly (readonly number[])[] | null)[],
][] = [
  ['room for both', [member(3, 2, false), member(4, 2, false)], { limit: 7 }, 28, [[[4, 6]], [[4, 6]]]],
  [
    'the stronger one takes the cheaper time',
    [member(3, 2, false), member(4, 2, false)],
    { limit: 6 },
    37,
    [[[1, 3]], [[4, 6]]],
  ],
  ['turns within the cheap time', [member(3, 1, true), member(3, 1, true)], { limit: 5 }, 12, [[[4, 5]], [[5, 6]]]],
  [
    'beside what the house draws',
    [member(3, 2, true)],
    { limit: 5, others: [[T0 + 4 * SLOT, T0 + 5 * SLOT, 2.5]] },
    15,
    [
      [
        [2, 3],
        [5, 6],
      ],
    ],
  ],
  ['no room for one of them', [member(3, 8, false), member(3, 8, false)], { limit: 5 }, null, [[[0, 8]], null]],
];

test.each(CASES)('%s', (_name, members, supply, cost, periods) => {
  const { plans, ...told } = planTogether(members, supply);
  const slots = plans.map((one) => one?.periods.map((period) => period.map((time) => (time - T0) / SLOT)) ?? null);
  expect(slots).toEqual(periods);
  if (cost === null) expect(told.gap).toBe(Number.POSITIVE_INFINITY);
  else expect([told.cost, told.gap]).toEqual([expect.closeTo(cost, 9), 0]);
});

test('no combination of whole intervals is better, and the limit is kept', () => {
  const chance = seeded(11);
  const below = (count: number) => Math.floor(chance() * count);
  let met = 0;
  for (let trial = 0; trial < 150; trial += 1) {
    const slots = 4 + below(3);
    const profile = Array.from({ length: slots }, () => below(9));
    const members = Array.from({ length: 2 + below(2) }, () =>
      member(1 + below(4), 1 + below(3), chance() < 0.6, {
        ...{ profile, readyBy: T0 + (slots - below(2)) * SLOT },
        ...(chance() < 0.2 ? { running: SLOT, minRun: SLOT * (1 + below(3)) } : {}),
      }),
    );
    const supply = { limit: 3 + below(4) };
    const best = leastTogether(members, supply, slots);
    const { plans, cost, gap } = planTogether(members, supply);
    if (best === null) {
      expect(plans).toContain(null);
      continue;
    }
    met += 1;
    expect(gap).toBe(0);
    expect(cost).toBeLessThanOrEqual(best + 1e-9);
    expect(peakOf(members, plans)).toBeLessThanOrEqual(supply.limit + 1e-9);
  }
  expect(met).toBeGreaterThan(80);
});

/** Every way of running each device in whole slots, together. */
function leastTogether(members: readonly Member[], { limit }: Supply, slots: number): number | null {
  const ways = members.map(({ problem }) => enumeratePlans(problem, SLOT));
  let best: number | null = null;
  const add = (index: number, load: readonly number[], cost: number): void => {
    const one = members[index];
    if (!one) {
      best = Math.min(best ?? Number.POSITIVE_INFINITY, cost);
      return;
    }
    for (const { cells, weight } of ways[index] ?? []) {
      const next = load.map((kW, slot) => kW + (cells.includes(slot) ? one.power : 0));
      if (next.every((kW) => kW <= limit)) add(index + 1, next, cost + (weight / 3600) * one.power);
    }
  };
  add(0, Array(slots).fill(0), 0);
  return best;
}

function peakOf(members: readonly Member[], plans: ReturnType<typeof planTogether>['plans']): number {
  const draws = plans.flatMap((one, index) =>
    one && isPlan(one) ? one.periods.map(([start, end]) => [start, end, members[index]?.power ?? 0] as const) : [],
  );
  return Math.max(...levelsOf(draws).map(({ kW }) => kW));
}

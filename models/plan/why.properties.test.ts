import { expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { tickHome } from '../../scripts/bench/tick/home.ts';
import { seeded } from '../../scripts/campaign/chance.ts';
import { enumerateBest } from '../../test/planner/enumerate.ts';
import type { Problem } from '../planner/problem.ts';
import { parseSchedule } from '../schedule/schedule.ts';

const CELL = 1800;
const START = Date.UTC(2026, 0, 5, 18);
const NOW = START / 1000;
const TRIALS = 1000;

const best = (problem: Problem) => {
  const found = enumerateBest(problem, CELL);
  return found && found.weight / 3600;
};

/** One device with a schedule by chance, planned by the hub at prices by chance; what the hub answers when it is asked why. */
async function asked(chance: () => number) {
  const pick = <T>(...all: T[]): T => all[Math.floor(chance() * all.length)] as T;
  const [cells, values] = [
    4 + Math.floor(chance() * 7),
    Array.from({ length: 200 }, () => Math.floor(chance() * 6) / 20),
  ];
  const clock = (cell: number) => new Date(START + cell * CELL * 1000).toISOString().slice(11, 16);
  const closed = Math.floor(chance() * cells);
  const schedule = parseSchedule({
    ...{ device: 1, powerW: 2000, readyBy: clock(cells), interruptible: pick(true, false), minRun: pick(0, 0, 3600) },
    ...{
      minRest: pick(0, 0, 1800, 3600),
      maxStarts: pick(null, 1, 2),
      never: pick([], [{ from: clock(closed), to: clock(closed + 1) }]),
    },
    need: { kind: 'time', seconds: CELL * (1 + Math.floor(chance() * (cells - 1))) },
    ceiling: pick({}, {}, { price: 200_000 }),
  });
  const provenance = { source: 'chance', fetched: null, stale: false, fault: null };
  const forecasts = {
    combined: (_account: number, _mix: unknown, from: number, to: number) => {
      const first = Math.floor((from - NOW) / CELL);
      const profile = Array.from(
        { length: Math.ceil((to - NOW) / CELL) - first },
        (_, at) => values[(first + at + 200) % 200] ?? 0,
      );
      return {
        ...({ name: 'tariff', unit: 'price', optimise: 'min', interval: CELL, provenance } as const),
        start: NOW + first * CELL,
        profile,
      };
    },
    ...{ sources: () => [], carbonSource: () => null, listen: () => () => undefined, revise: () => undefined },
  };
  const home = tickHome(new ManualClock(START), 1, { schedules: [{ ...schedule, id: 1, account: 1 }], forecasts });
  await home.plans.tick();
  return {
    plan: home.plans.of(1),
    facts: await home.plans.why(1, NOW),
    priceAt: (cell: number) => values[cell % 200] ?? 0,
  };
}

test(`what the hub says of ${TRIALS} schedules is what every combination tried says`, { timeout: 60_000 }, async () => {
  const chance = seeded(11);
  let [planned, bound] = [0, 0];
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const { plan, facts, priceAt } = await asked(chance);
    const { made } = facts;
    if (!made || made.impossible) {
      if (made?.impossible) expect(enumerateBest(made.problem, CELL)).toBeNull();
      continue;
    }
    planned += 1;
    const { problem, why } = made;
    expect(facts.on).toBe(plan?.periods.some(([start, end]) => start <= NOW && NOW < end));
    expect(why.cost).toBeCloseTo(best(problem) ?? Number.NaN, 9);
    const now = Array.from({ length: problem.run / CELL }, (_, cell) => priceAt(cell) / 2);
    expect(why.costNow).toBeCloseTo(
      now.reduce((sum, each) => sum + each, 0),
      9,
    );
    const begun = made.plan.periods[0]?.[0] ?? 0;
    const later = NOW + (Math.floor((begun - NOW) / CELL) + 1) * CELL;
    const { running: _, rested, ...off } = problem;
    const waited = rested === undefined ? {} : { rested: rested + later - NOW };
    const next = best({ ...off, ...waited, now: later });
    expect(why.next?.cost ?? null).toEqual(next === null ? null : expect.closeTo(next, 9));
    if (why.saving > 0) bound += 1;
    for (const [binding, freer] of freed(problem)) {
      const without = best(freer);
      if (binding === why.binding) expect(why.cost - (without ?? Number.NaN)).toBeCloseTo(why.saving, 9);
      else if (without !== null) expect(why.cost - without).toBeLessThan(why.saving + 1e-9);
    }
  }
  expect([planned, bound].every((count) => count > TRIALS / 8)).toBe(true);
});

/** The problem without each of its rules, as far as every combination can be tried. */
function freed(problem: Problem): [string, Problem][] {
  const { never: _, ...always } = problem;
  const { limit: __, ...dear } = problem;
  const { minRun: ___, ...brief } = problem;
  const { minRest: ____, ...restless } = problem;
  const { maxStarts: _____, ...often } = problem;
  const inPieces = problem.interruptible
    ? [
        ['min-run', brief],
        ['min-rest', restless],
        ['starts', often],
      ]
    : [];
  return [['never', always], ['limit', dear], ['one-piece', { ...problem, interruptible: true }], ...inPieces] as [
    string,
    Problem,
  ][];
}

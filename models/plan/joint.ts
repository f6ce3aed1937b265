import { type Draw, fullTimes } from '../planner/load.ts';
import { costOf, plan } from '../planner/plan.ts';
import { type Impossible, isPlan, type Period, type Plan, type Problem } from '../planner/problem.ts';
import { planTogether, type Supply } from '../planner/together.ts';

/** What one device of a household needs. */
export interface Wish {
  readonly device: number;
  readonly problem: Problem;
  /** What it draws while it runs, kW. */
  readonly kW: number;
  /** 9 goes first where the limit is short. */
  readonly priority: number;
}

/** What a device does. Where not all of it can be, the longest run that can, and why. */
export interface Settled {
  readonly plan: Plan;
  readonly impossible: Impossible | null;
}

/**
 * When the devices of a household run. Without a limit each as is best for it. With one they never draw more together than it
 * leaves beside `others`: all together as is best in sum; where not all find a place, those of higher priority first.
 */
export function planHousehold(wishes: readonly Wish[], supply: Supply | null): Map<number, Settled> {
  if (!supply) return new Map(wishes.map((wish) => [wish.device, alone(wish.problem)]));
  const all = together(wishes, supply);
  if (all) return all;
  const settled = new Map<number, Settled>();
  const others: Draw[] = [...(supply.others ?? [])];
  for (const priority of [...new Set(wishes.map((wish) => wish.priority))].sort((a, b) => b - a)) {
    const group = wishes.filter((wish) => wish.priority === priority);
    const placed = together(group, { ...supply, others }) ?? oneByOne(group, { ...supply, others });
    for (const wish of group) {
      const one = placed.get(wish.device) as Settled;
      settled.set(wish.device, one);
      others.push(...drawsOf(one.plan.periods, wish.kW));
    }
  }
  return settled;
}

/** What a device draws in its periods. */
export function drawsOf(periods: readonly Period[], kW: number): Draw[] {
  return periods.map(([start, end]): Draw => [start, end, kW]);
}

/** The best plan; where there is none, the best plan of the longest run there is. */
function alone(problem: Problem): Settled {
  const outcome = plan(problem);
  if (isPlan(outcome)) return { plan: outcome, impossible: null };
  if (outcome.longest < 1) return { plan: nothing(problem), impossible: outcome };
  const shorter = plan({ ...problem, run: outcome.longest });
  return { plan: isPlan(shorter) ? shorter : nothing(problem), impossible: outcome };
}

/** Null where one of them finds no place. */
function together(wishes: readonly Wish[], supply: Supply): Map<number, Settled> | null {
  const members = wishes.map(({ problem, kW }) => ({ problem, power: kW }));
  const { plans } = planTogether(members, supply);
  if (plans.some((one) => one === null)) return null;
  return new Map(wishes.map(({ device }, at) => [device, { plan: plans[at] as Plan, impossible: null }]));
}

/** Those with least time to spare first; each takes what the earlier ones left. */
function oneByOne(wishes: readonly Wish[], supply: Supply): Map<number, Settled> {
  const slack = ({ problem }: Wish) => problem.readyBy - problem.now - problem.run;
  const settled = new Map<number, Settled>();
  const others: Draw[] = [...(supply.others ?? [])];
  for (const wish of [...wishes].sort((a, b) => slack(a) - slack(b))) {
    const full = fullTimes(others, wish.kW, supply.limit);
    const never = [...(wish.problem.never ?? []), ...full, ...tooStrong(wish, supply)];
    const one = alone({ ...wish.problem, never });
    settled.set(wish.device, one);
    others.push(...drawsOf(one.plan.periods, wish.kW));
  }
  return settled;
}

/** A device that draws more than the limit by itself has no time at all. */
function tooStrong({ problem, kW }: Wish, { limit }: Supply): Period[] {
  return kW > limit ? [[problem.now, problem.readyBy]] : [];
}

function nothing(problem: Problem): Plan {
  return { periods: [], ...costOf(problem, []), gap: 0 };
}

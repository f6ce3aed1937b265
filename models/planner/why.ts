import { lengthOf } from './cheapest-seconds.ts';
import { costOf, FEW, plan } from './plan.ts';
import { deadlineOf, isPlan, type Plan, type Problem } from './problem.ts';
import { stretchesOf } from './stretches.ts';
import { isTie } from './tie.ts';

/** The rule that keeps a plan from being better; `household`: the others and what the home may draw; `price`: none does. */
export type Binding =
  | 'deadline'
  | 'one-piece'
  | 'min-run'
  | 'min-rest'
  | 'starts'
  | 'never'
  | 'limit'
  | 'household'
  | 'price';

/** What a person wants to know of a plan, in figures. Costs are Σ price × hours at 1 kW. */
export interface Why {
  readonly cost: number;
  /** Of starting now and running through, whatever the rules say; null where not all of that time has a price. */
  readonly costNow: number | null;
  /** The best plan for somebody who misses the price interval in which this one starts, and is off until then; null: there is none. */
  readonly next: { readonly start: number; readonly cost: number } | null;
  readonly binding: Binding;
  /** What the plan would be better by without that rule. */
  readonly saving: number;
}

/** Why the plan is as it is: what binds it, and what would be otherwise. `shared`: it was made together with others'. */
export function whyOf(problem: Problem, chosen: Plan, { shared = false }: { readonly shared?: boolean } = {}): Why {
  const now = costOf(problem, [[problem.now, problem.now + problem.run]]);
  return {
    cost: chosen.cost,
    costNow: now.unpriced > 0 ? null : now.cost,
    next: nextBest(problem, chosen),
    ...((shared && crowdedOut(problem, chosen)) || bindingOf(problem, chosen)),
  };
}

function nextBest(problem: Problem, { periods }: Plan): Why['next'] {
  const { start, interval } = problem;
  const begun = periods[0]?.[0] ?? problem.now;
  const { within: _, running, rested, ...rest } = problem;
  const later = start + (Math.floor((begun - start) / interval) + 1) * interval;
  const off = running === undefined ? rested : 0;
  const waited = off === undefined ? {} : { rested: off + later - problem.now };
  const outcome = plan({ ...rest, ...waited, readyBy: deadlineOf(problem), now: later }, FEW);
  const first = isPlan(outcome) ? outcome.periods[0] : undefined;
  return first && isPlan(outcome) ? { start: first[0], cost: outcome.cost } : null;
}

/** It would run at another time were it alone. */
function crowdedOut(problem: Problem, chosen: Plan): Pick<Why, 'binding' | 'saving'> | null {
  const alone = plan(problem);
  if (!isPlan(alone) || JSON.stringify(alone.periods) === JSON.stringify(chosen.periods)) return null;
  const saving = (problem.optimise === 'max' ? -1 : 1) * (chosen.cost - alone.cost);
  return saving < 0 && !isTie(alone.cost, chosen.cost) ? null : { binding: 'household', saving: Math.max(0, saving) };
}

/** Plans anew without one rule at a time. */
function bindingOf(problem: Problem, chosen: Plan): Pick<Why, 'binding' | 'saving'> {
  const sign = problem.optimise === 'max' ? -1 : 1;
  let best: Pick<Why, 'binding' | 'saving'> = { binding: isFull(problem) ? 'deadline' : 'price', saving: 0 };
  for (const [binding, freer] of freed(problem)) {
    const outcome = plan(freer, FEW);
    if (!isPlan(outcome) || outcome.unpriced > chosen.unpriced || isTie(outcome.cost, chosen.cost)) continue;
    const saving = sign * (chosen.cost - outcome.cost);
    if (saving > best.saving) best = { binding, saving };
  }
  return best;
}

/** Whether it has to run all the time there is. */
function isFull(problem: Problem): boolean {
  return lengthOf(stretchesOf(without(problem, 'never', 'limit'), 0).flat()) <= problem.run;
}

/** The problem without each of its rules. */
function freed(problem: Problem): [Binding, Problem][] {
  const { minRun, minRest, maxStarts, blocks, never, limit } = problem;
  const end = problem.start + problem.interval * problem.profile.length;
  const { within: _, ...late } = { ...problem, readyBy: Math.max(end, deadlineOf(problem)) };
  const cases: [Binding, boolean, Problem][] = [
    ['deadline', late.readyBy > deadlineOf(problem), late],
    ['one-piece', !problem.interruptible, { ...problem, interruptible: true }],
    ['min-run', problem.interruptible && minRun !== undefined, without(problem, 'minRun')],
    ['min-rest', problem.interruptible && minRest !== undefined, without(problem, 'minRest')],
    ['starts', problem.interruptible && (maxStarts ?? blocks) !== undefined, without(problem, 'maxStarts', 'blocks')],
    ['never', never !== undefined && never.length > 0, without(problem, 'never')],
    ['limit', limit !== undefined, without(problem, 'limit')],
  ];
  return cases.flatMap(([binding, applies, freer]) => (applies ? [[binding, freer]] : []));
}

function without(problem: Problem, ...names: (keyof Problem)[]): Problem {
  return Object.fromEntries(
    Object.entries(problem).filter(([name]) => !names.includes(name as keyof Problem)),
  ) as unknown as Problem;
}

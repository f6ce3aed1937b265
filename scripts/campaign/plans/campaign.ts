import { systemClock } from '../../../lib/clock.ts';
import { costOf, plan } from '../../../models/planner/plan.ts';
import { deadlineOf, type Impossible, isPlan, type Plan, type Problem } from '../../../models/planner/problem.ts';
import { enumerateBest, isAllowed } from '../../../test/planner/enumerate.ts';
import { randomProblem } from '../../../test/planner/problems.ts';
import { secondOpinion } from '../../../test/planner/second-solver.ts';
import { seeded } from '../chance.ts';

export interface PlansOptions {
  readonly seed: number;
  readonly problems: number;
  readonly budgetMs: number;
  readonly progress?: (tried: number) => void;
}

export interface PlansResult {
  readonly tried: number;
  readonly feasible: number;
  readonly enumerated: number;
  readonly problems: readonly string[];
}

/** Cells between now and the deadline that are tried in every combination, and that the second solver can still do. */
const ENUMERATED = 16;
const MOST = 26;

/** Plans random problems and compares each with every combination tried, or with a second solver where those are too many. */
export function tryPlans({ seed, problems: count, budgetMs, progress }: PlansOptions): PlansResult {
  const chance = seeded(seed);
  const until = systemClock.monotonic() + budgetMs;
  const problems: string[] = [];
  let [tried, feasible, enumerated] = [0, 0, 0];
  while (tried < count && systemClock.monotonic() < until) {
    const cell = [60, 300, 450, 1800][Math.floor(chance() * 4)] as number;
    const isSmall = chance() < 0.5;
    const problem = randomProblem(chance, cell, isSmall ? ENUMERATED : MOST);
    const outcome = plan(problem);
    const turned = { ...problem, spread: chance() };
    const wrong =
      (isSmall ? againstAll(problem, cell, outcome) : againstSecond(problem, cell, outcome)) ??
      againstEarliest(turned, plan(turned), outcome);
    if (wrong) problems.push(`${wrong}: ${JSON.stringify(problem)} was planned ${JSON.stringify(outcome)}`);
    tried += 1;
    if (isPlan(outcome)) feasible += 1;
    if (isSmall) enumerated += 1;
    if (tried % 10_000 === 0) progress?.(tried);
  }
  return { tried, feasible, enumerated, problems };
}

function againstAll(problem: Problem, cell: number, outcome: Plan | Impossible): string | null {
  const best = enumerateBest(problem, cell);
  const wrong = compare(problem, outcome, best?.weight ?? null);
  if (wrong || !isPlan(outcome) || !best) return wrong;
  const goesOn = problem.running !== undefined && outcome.periods[0]?.[0] === problem.now;
  const starts = outcome.periods.length - (goesOn ? 1 : 0);
  return starts > best.starts ? `${best.starts} starts cost no more` : null;
}

function againstSecond(problem: Problem, cell: number, outcome: Plan | Impossible): string | null {
  return compare(problem, outcome, secondOpinion(problem, cell));
}

/** Spread it costs what it does without. */
function againstEarliest(problem: Problem, outcome: Plan | Impossible, other: Plan | Impossible): string | null {
  const weight = isPlan(other) ? other.cost * 3600 * (problem.optimise === 'max' ? -1 : 1) : null;
  return isPlan(outcome) || isPlan(other) ? compare(problem, outcome, weight) : null;
}

function compare(problem: Problem, outcome: Plan | Impossible, best: number | null): string | null {
  if (!isPlan(outcome)) return best === null ? lesser(problem, outcome) : 'it can be planned';
  if (best === null) return 'it cannot be planned';
  const weight = outcome.cost * 3600 * (problem.optimise === 'max' ? -1 : 1);
  if (Math.abs(weight - best) > 1e-6 * Math.max(1, Math.abs(best))) return `the best weighs ${best}`;
  return broken(problem, outcome);
}

/** What is said to be possible must be. */
function lesser(problem: Problem, { longest, earliest }: Impossible): string | null {
  if (longest >= problem.run) return 'more is possible than was asked for';
  if (longest > 0 && !isPlan(plan({ ...problem, run: longest }))) return 'the longest run cannot be planned';
  const { within: _, ...free } = problem;
  const late = earliest !== null && !isPlan(plan({ ...free, readyBy: earliest }));
  return late ? 'the earliest end cannot be planned' : null;
}

function broken(problem: Problem, { periods, cost }: Plan): string | null {
  const seconds = periods.reduce((sum, [start, end]) => sum + end - start, 0);
  if (seconds !== problem.run) return 'it runs for another time';
  if (periods.some(([start, end]) => start < problem.now || end > deadlineOf(problem)))
    return 'it runs too early or too late';
  if (!isAllowed(problem, periods)) return 'the runs break a rule';
  if (Math.abs(costOf(problem, periods).cost - cost) > 1e-9) return 'the cost is not that of the periods';
  const forbidden = problem.never?.some(([from, to]) => periods.some(([start, end]) => start < to && from < end));
  return forbidden ? 'it runs when it never may' : null;
}

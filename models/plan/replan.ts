import type { ForecastUnit } from '../forecast/forecast.ts';
import { costOf, plan } from '../planner/plan.ts';
import { type Impossible, isPlan, lengthOf, type Period, type Plan, type Problem } from '../planner/problem.ts';
import { priceAt } from '../planner/stretches.ts';

/** A plan that is kept until something speaks against it. */
export interface Kept {
  /** Key of the occurrence. */
  readonly run: string;
  /** The rules it was made by. */
  readonly rules: string;
  readonly problem: Problem;
  readonly plan: Plan;
  /** Where not all that is needed could be planned. */
  readonly impossible: Impossible | null;
  /** What the problem's figures mean. */
  readonly unit: ForecastUnit;
  readonly powerW: number | null;
  /** Unix seconds. */
  readonly madeAt: number;
}

/** Why a plan is made anew. */
export type Cause = 'new' | 'rules' | 'need' | 'limit' | 'forecast';

/** A new forecast changes a plan that waits only where that saves more than this share of what is left to pay. */
const WORTH_SHARE = 0.01;
/** Seconds by which what is planned may miss what is needed. */
const SLACK_S = 60;

export interface Fresh {
  readonly run: string;
  readonly rules: string;
  readonly problem: Problem;
  /** New prices have come since the plan was made. */
  readonly revised: boolean;
  /** It was told to run and does not: while it should, it is told again instead of planned for later. */
  readonly awaited: boolean;
}

/** What speaks against the kept plan; null: nothing, it stays. */
export function causeToReplan(kept: Kept | undefined, { run, rules, problem, revised, awaited }: Fresh): Cause | null {
  if (!kept || kept.run !== run) return 'new';
  if (kept.rules !== rules) return 'rules';
  const left = remaining(kept.plan.periods, problem.now);
  if (awaited && left[0]?.[0] === problem.now) return null;
  const short = Math.max(0, kept.problem.run - lengthOf(kept.plan.periods));
  if (Math.abs(problem.run - lengthOf(left) - short) > SLACK_S) return 'need';
  if (!revised) return null;
  if (left.some((period) => breaksLimit(problem, period))) return 'limit';
  return isWorth(problem, left, short) ? 'forecast' : null;
}

/** What is left of the periods at `now`. */
export function remaining(periods: readonly Period[], now: number): Period[] {
  return periods.flatMap(([start, end]): Period[] => (end > now ? [[Math.max(start, now), end]] : []));
}

function isWorth(problem: Problem, left: readonly Period[], short: number): boolean {
  const outcome = plan(problem);
  if (!isPlan(outcome)) return false;
  if (short > 0) return true;
  const stays = costOf(problem, left);
  const saving = (stays.cost - outcome.cost) * (problem.optimise === 'max' ? -1 : 1);
  return saving > Math.max(1e-9, WORTH_SHARE * Math.abs(stays.cost));
}

function breaksLimit(problem: Problem, [start, end]: Period): boolean {
  const { limit, interval, optimise } = problem;
  if (limit === undefined) return false;
  for (let at = start; at < end; at = next(at, problem.start, interval)) {
    const price = priceAt(problem, at);
    if (price === null || (optimise === 'max' ? price < limit : price > limit)) return true;
  }
  return false;
}

function next(at: number, start: number, interval: number): number {
  return start + (Math.floor((at - start) / interval) + 1) * interval;
}

import type { Forecast } from '../../../models/forecast/forecast.ts';
import { causeToReplan, type Kept, remaining } from '../../../models/plan/replan.ts';
import { plan } from '../../../models/planner/plan.ts';
import { isPlan, type Period, type Problem } from '../../../models/planner/problem.ts';
import { occurrenceAt } from '../../../models/schedule/occurrence.ts';
import { problemOf } from '../../../models/schedule/problem-of.ts';
import { parseSchedule, type Schedule } from '../../../models/schedule/schedule.ts';

const ZONE = 'Europe/London';
const HALF_HOUR = 1800;

/** What a home's hub is told, and when. */
export interface Signal {
  /** Unix seconds from which its figures are known. */
  readonly at: number;
  readonly start: number;
  readonly profile: readonly number[];
}

/**
 * When a home's device runs that its hub plans as hubs do: from its schedule, when the signal comes, by the home's own place among equals,
 * and anew where a later signal is worth it.
 */
export function runsOfHub(schedule: Schedule, signals: readonly Signal[], spread: number): readonly Period[] {
  let kept: Kept | null = null;
  let past: readonly Period[] = [];
  for (const { at, start, profile } of signals) {
    const occurrence = occurrenceAt(schedule, at, ZONE, []);
    if (!occurrence) return [];
    const provenance = { source: 'signal', fetched: at, stale: false, fault: null };
    const figures = { name: 'signal', unit: 'price', optimise: 'min', start, interval: HALF_HOUR, profile, provenance };
    const done = kept
      ? kept.plan.periods.flatMap(([from, to]): Period[] => (from < at ? [[from, Math.min(to, at)]] : []))
      : [];
    const delivered = done.reduce((sum, [from, to]) => sum + to - from, 0);
    const problem = problemOf({ occurrence, forecast: figures as Forecast, now: at, delivered, spread });
    if (!('run' in problem)) break;
    const fresh = { run: occurrence.day, rules: '', problem, revised: kept !== null, awaited: false };
    if (kept && causeToReplan(kept, fresh) === null) continue;
    past = done;
    kept = keptOf(problem, occurrence.day, at) ?? kept;
  }
  return kept ? [...past, ...remaining(kept.plan.periods, kept.madeAt)] : [];
}

function keptOf(problem: Problem, run: string, madeAt: number): Kept | null {
  const outcome = plan(problem);
  return isPlan(outcome)
    ? { run, rules: '', problem, plan: outcome, impossible: null, unit: 'price', powerW: null, madeAt }
    : null;
}

/** A car that charges for so many seconds by 08:00, in pieces or in one. */
export function carSchedule(seconds: number, interruptible: boolean): Schedule {
  return parseSchedule({ device: 1, interruptible, need: { kind: 'time', seconds }, readyBy: '08:00' });
}

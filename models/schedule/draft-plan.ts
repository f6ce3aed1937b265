import type { Forecast } from '../forecast/forecast.ts';
import { plan } from '../planner/plan.ts';
import { type Impossible, isPlan, type Period, type Plan, type Problem } from '../planner/problem.ts';
import { type Why, whyOf } from '../planner/why.ts';
import { type Holidays, type Occurrence, occurrenceAt, timerWindows } from './occurrence.ts';
import { problemOf, type Unknown } from './problem-of.ts';
import type { Schedule } from './schedule.ts';

/** What has to be known of the household to tell what a draft would do. A browser that was handed it needs nothing else. */
export interface DraftWorld {
  readonly now: number;
  readonly zone: string;
  readonly holidays: Holidays;
  /** What the draft's mix says. */
  readonly forecast: Forecast;
  readonly price?: Forecast;
  readonly carbon?: Forecast;
  /** As measured; null: not known. */
  readonly powerW: number | null;
  /** State of charge, 0 to 1. */
  readonly soc: number | null;
  /** Seconds it has run already for the deadline of this day. */
  readonly delivered?: { readonly day: string; readonly seconds: number };
  readonly spread?: number;
}

/** What a draft would do next. */
export interface DraftPlan {
  readonly occurrence: Occurrence | null;
  /** In order; where not all of it can be, as much as can. */
  readonly periods: readonly Period[];
  /** Null where there is nothing to plan, or not yet. */
  readonly planned: { readonly problem: Problem; readonly outcome: Plan | Impossible; readonly why: Why | null } | null;
  readonly missing: Unknown['missing'] | null;
}

/** The next run of a schedule that is not kept yet, by itself. Pure. */
export function draftPlan(draft: Schedule, world: DraftWorld): DraftPlan {
  const { now, zone, holidays } = world;
  const nothing: DraftPlan = { occurrence: null, periods: [], planned: null, missing: null };
  if (draft.mode === 'timer') {
    const windows = timerWindows(draft, now, now + TIMER_S, zone, holidays);
    return { ...nothing, periods: windows.map(([start, end]): Period => [Math.max(start, now), end]) };
  }
  const occurrence = occurrenceAt(draft, now, zone, holidays);
  if (!occurrence) return nothing;
  if (occurrence.from > forecastEnd(world)) return { ...nothing, occurrence };
  const { forecast, price, carbon, powerW, soc, spread, delivered } = world;
  const problem = problemOf({
    ...{ occurrence, forecast, now, powerW, soc },
    delivered: delivered?.day === occurrence.day ? delivered.seconds : 0,
    ...(price && { price }),
    ...(carbon && { carbon }),
    ...(spread !== undefined && { spread }),
  });
  if ('missing' in problem) return { ...nothing, occurrence, missing: problem.missing };
  if ('done' in problem) return { ...nothing, occurrence };
  const outcome = plan(problem);
  if (isPlan(outcome)) {
    const planned = { problem, outcome, why: whyOf(problem, outcome) };
    return { ...nothing, occurrence, periods: outcome.periods, planned };
  }
  const shorter = outcome.longest < 1 ? outcome : plan({ ...problem, run: outcome.longest });
  const periods = isPlan(shorter) ? shorter.periods : [];
  return { ...nothing, occurrence, periods, planned: { problem, outcome, why: null } };
}

/** Later than that nothing is known that could be planned by. */
function forecastEnd({ now, forecast }: DraftWorld): number {
  return Math.max(now, forecast.start + forecast.interval * forecast.profile.length) + FAR_S;
}

const FAR_S = 7 * 86_400;
/** A day and a half of a timer's windows are shown. */
const TIMER_S = 129_600;

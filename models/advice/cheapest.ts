import { minutesOf } from '../../lib/time-of-day.ts';
import { momentAt, wallDay } from '../../lib/wall-clock.ts';
import type { Forecast } from '../forecast/forecast.ts';
import { costOf, plan } from '../planner/plan.ts';
import { isPlan, type Period, type Plan, type Problem } from '../planner/problem.ts';

/** The best times for so many hours before a deadline. */
export interface Cheapest {
  /** Unix seconds from which on it was looked for. */
  readonly from: number;
  readonly before: number;
  /** Seconds. */
  readonly run: number;
  /** In one piece; null: it does not fit. */
  readonly block: Plan | null;
  /** In as many pieces as it takes. */
  readonly pieces: Plan | null;
}

export interface Wish {
  /** Unix seconds; nothing is looked for before. */
  readonly from: number;
  readonly before: number;
  /** Seconds. */
  readonly run: number;
}

type Curve = Pick<Forecast, 'start' | 'interval' | 'profile' | 'optimise'>;

/** The exact optimum of both ways. Costs are Σ figure × hours at 1 kW. */
export function cheapestOf(curve: Curve, { from, before, run }: Wish): Cheapest {
  const best = (interruptible: boolean): Plan | null => {
    if (before - from < run) return null;
    const outcome = plan({ ...curve, now: from, readyBy: before, run, interruptible });
    return isPlan(outcome) ? outcome : null;
  };
  return { from, before, run, block: best(false), pieces: best(true) };
}

/**
 * What was told, in the light of new figures: time that has passed of it counts, a block that has begun goes on, and what is left is
 * looked for from `now` on. Without that a plan for a rolling deadline would be put off again and again.
 */
export function cheapestAgain(told: Cheapest, curve: Curve, now: number): Cheapest {
  const { from, before, run } = told;
  const begun = told.block?.periods[0];
  const block =
    begun && begun[0] < now ? again(curve, told.block, []) : cheapestOf(curve, { from: now, before, run }).block;
  const gone = (told.pieces?.periods ?? []).flatMap(([start, end]): Period[] =>
    start < now ? [[start, Math.min(end, now)]] : [],
  );
  const left = run - gone.reduce((sum, [start, end]) => sum + end - start, 0);
  if (left <= 0) return { from, before, run, block, pieces: again(curve, told.pieces, []) };
  const rest = cheapestOf(curve, { from: now, before, run: left }).pieces;
  return { from, before, run, block, pieces: rest ? again(curve, rest, gone) : again(curve, told.pieces, []) };
}

/** The next time the clock shows `clock` by which so many seconds have room. */
export function deadlineAt(clock: string, zone: string, { from, run }: Pick<Wish, 'from' | 'run'>): number {
  const today = wallDay(from, zone);
  for (let day = today; ; day += 1) {
    const moment = momentAt(day * DAY_S + minutesOf(clock) * 60, zone);
    if (moment >= from + run) return moment;
  }
}

/** Whole minutes, so that an answer holds for as long as its minute. */
export function nextMinute(now: number): number {
  return Math.ceil(now / 60) * 60;
}

const DAY_S = 86_400;

/** The same periods after those that are gone, at today's figures. */
function again(curve: Curve, known: Plan | null, gone: readonly Period[]): Plan | null {
  if (!known) return null;
  const periods = joined([...gone, ...known.periods]);
  return { periods, ...costOf(wholeOf(curve), periods), gap: known.gap };
}

function joined(periods: readonly Period[]): Period[] {
  const whole: [number, number][] = [];
  for (const [start, end] of periods) {
    const before = whole.at(-1);
    if (before && before[1] === start) before[1] = end;
    else whole.push([start, end]);
  }
  return whole;
}

function wholeOf(curve: Curve): Problem {
  const end = curve.start + curve.interval * curve.profile.length;
  return { ...curve, now: curve.start, readyBy: end, run: 1, interruptible: true };
}

import type { Forecast } from '../forecast/forecast.ts';
import { costOf } from '../planner/plan.ts';
import { isPlan, type Period } from '../planner/problem.ts';
import { type DraftPlan, draftPlan } from '../schedule/draft-plan.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { pricesOf, worthOf } from './prices.ts';
import type { Forecasts } from './rules.ts';
import type { Worth } from './run-state.ts';

/** What a draft would do, before it is kept. Money in the main unit, carbon in g; null: nobody knows. */
export interface Preview extends DraftPlan {
  readonly now: number;
  readonly powerW: number | null;
  /** What it is planned by, from now to a little after the deadline. */
  readonly curve: Forecast;
  readonly price: Forecast | null;
  readonly carbon: Forecast | null;
  readonly cost: Worth;
  /** Of running as long from now on. */
  readonly costNow: Worth;
  /** How much of what it draws is generated here, 0 to 1; null where no forecast tells. */
  readonly share: number | null;
  readonly risk: {
    /** Seconds between its end and the deadline; null where nothing is planned. */
    readonly slack: number | null;
    /** Seconds that are planned without knowing a price. */
    readonly unpriced: number;
    /** The prices up to the deadline are not all known yet: the plan may still change. */
    readonly open: boolean;
  };
}

export interface PreviewWorld {
  readonly now: number;
  readonly zone: string;
  readonly holidays: readonly string[];
  readonly forecasts: Forecasts;
  readonly account: number;
  readonly powerW: number | null;
  readonly soc: number | null;
  readonly spread: number;
  readonly delivered?: { readonly day: string; readonly seconds: number };
  /** Unix seconds up to which forecasts are looked at. */
  readonly until: number;
}

/** Pure but for what is known of the days ahead, which is in memory. */
export function previewOf(draft: Schedule, world: PreviewWorld): Preview {
  const { now, forecasts, account, until } = world;
  const curve = forecasts.combined(account, draft.mix, now, until);
  const prices = pricesOf(forecasts, account, now, until);
  const { money, carbon } = prices;
  const plan = draftPlan(draft, {
    ...{ ...world, forecast: curve },
    ...(money ? { price: money } : {}),
    ...(carbon ? { carbon } : {}),
  });
  const powerW = draft.powerW ?? world.powerW;
  const { periods, occurrence, planned } = plan;
  const seconds = periods.reduce((sum, [start, end]) => sum + end - start, 0);
  const end = periods.at(-1)?.[1];
  return {
    ...{ ...plan, now, powerW, curve, price: money, carbon },
    cost: worthOf(prices, periods, powerW),
    costNow: worthOf(prices, [[now, now + seconds]], powerW),
    share: shareOf(world, periods, powerW),
    risk: {
      slack: occurrence && end !== undefined ? occurrence.readyBy - end : null,
      unpriced: planned && isPlan(planned.outcome) ? planned.outcome.unpriced : 0,
      open: occurrence !== null && !isKnown(curve, now, occurrence.readyBy),
    },
  };
}

function isKnown({ start, interval, profile }: Forecast, from: number, to: number): boolean {
  const [first, last] = [Math.floor((from - start) / interval), Math.ceil((to - start) / interval)];
  for (let at = Math.max(0, first); at < last; at += 1) if ((profile[at] ?? null) === null) return false;
  return true;
}

/** By the first forecast of power that the household has, such as its sunshine. */
function shareOf(
  { forecasts, account, now, until }: PreviewWorld,
  periods: readonly Period[],
  powerW: number | null,
): number | null {
  const local = forecasts.sources(account).find(({ unit }) => unit === 'power');
  const seconds = periods.reduce((sum, [start, end]) => sum + end - start, 0);
  if (!local || powerW === null || seconds === 0) return null;
  const { start, interval, profile } = forecasts.combined(account, [{ source: local.name, weight: 1 }], now, until);
  const shares = profile.map((kW) => (kW === null ? null : Math.max(0, Math.min(1, (kW * 1000) / powerW))));
  const problem = {
    start,
    interval,
    profile: shares,
    optimise: 'max',
    now,
    readyBy: until,
    run: 1,
    interruptible: true,
  } as const;
  const { cost, unpriced } = costOf(problem, periods);
  return unpriced > 0 ? null : cost / (seconds / 3600);
}

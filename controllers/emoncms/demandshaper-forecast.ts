import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { Forecast } from '../../models/forecast/forecast.ts';
import type { ForecastSource } from '../../models/forecast/source.ts';
import { plan } from '../../models/planner/plan.ts';
import { isPlan, type Period, type Problem } from '../../models/planner/problem.ts';
import type { MixPart } from '../../models/schedule/schedule.ts';
import { windowsBetween } from '../../models/schedule/windows.ts';
import { floatArg, intArg, isTruthy, jsonArg } from './arguments.ts';
import { type Action, type Call, failure, json } from './call.ts';
import { shapedPeriods } from './demandshaper-runtime.ts';
import { clockAfter, shaperSettings } from './demandshaper-settings.ts';
import { mixOf, shaperForecastList } from './demandshaper-sources.ts';
import { accountOf } from './input-door.ts';

export interface ShaperForecastDeps {
  readonly forecasts: {
    sources(
      account: number,
    ): readonly Pick<ForecastSource, 'name' | 'provider' | 'source' | 'unit' | 'optimise' | 'params'>[];
    combined(account: number, mix: readonly MixPart[], from: number, to: number, interval?: number): Forecast;
  };
  readonly clock: Clock;
  readonly zone: (account: number) => string;
}

/** `demandshaper/forecast-list`, `forecast`, `schedule` and `timer`: what is known of the day ahead, and plans that are not saved. */
export function shaperForecasts(deps: ShaperForecastDeps): Record<'list' | 'forecast' | 'schedule' | 'timer', Action> {
  const { forecasts, clock, zone } = deps;
  const dayAhead = (call: Call): Forecast | null => {
    const config = shaperSettings.shape.forecast_config.safeParse(jsonArg(argument(call, 'config')) ?? []);
    if (!config.success) return null;
    const account = accountOf(call);
    const start = Math.floor(clock.seconds() / SLOT_S) * SLOT_S;
    const mix = mixOf(config.data ?? [], forecasts.sources(account));
    return forecasts.combined(account, mix, start, start + DAY_S, SLOT_S);
  };

  return {
    list(call) {
      const all = forecasts.sources(accountOf(call)).map((one) => {
        return [one.name, { category: CATEGORIES[one.unit], name: one.source, params: {} }] as const;
      });
      return json({ ...shaperForecastList, ...Object.fromEntries(all) });
    },

    forecast(call) {
      const found = dayAhead(call);
      if (!found) return BAD_CONFIG;
      const { start, interval, optimise, unit } = found;
      // EmonCMS tells prices in pence.
      const profile = found.profile.map((value) =>
        value === null || unit !== 'price' ? value : Math.round(value * 1e6) / 1e4,
      );
      const end = start + interval * profile.length;
      return json({ start, end, interval, profile, optimise: optimise === 'max' ? 1 : 0 });
    },

    schedule(call) {
      const forecast = dayAhead(call);
      if (!forecast) return BAD_CONFIG;
      const [run, readyBy] = [intArg(argument(call, 'period')), intArg(argument(call, 'end'))];
      const interruptible = isTruthy(argument(call, 'interruptible'));
      const periods = planned({ forecast, now: Math.floor(clock.seconds()), run, readyBy, interruptible });
      return json(shapedPeriods(periods, zone(accountOf(call))));
    },

    timer(call) {
      const timers = timersArg.safeParse(jsonArg(argument(call, 'config')));
      if (!timers.success) return BAD_CONFIG;
      const [from, to] = [floatArg(argument(call, 'forecast_start')), floatArg(argument(call, 'forecast_end'))];
      if (!(to > from) || to - from > MOST_DAYS * DAY_S) return json([]);
      const used = timers.data.filter(({ start, end }) => start !== end);
      const windows = used.map(({ start, end }) => ({ from: clockAfter(start), to: clockAfter(end) }));
      const own = zone(accountOf(call));
      return json(shapedPeriods(windowsBetween(windows, from, to, own, 'first'), own));
    },
  };
}

/** What is sent in the form, or else in the address. */
export function argument({ form, query }: Call, name: string): string | undefined {
  return form[name] ?? query[name];
}

interface Asked extends Pick<Problem, 'now' | 'run' | 'readyBy' | 'interruptible'> {
  readonly forecast: Forecast;
}

/** The best periods; of a run that does not fit, as much as does. */
function planned({ forecast, now, run, readyBy, interruptible }: Asked): readonly Period[] {
  const { start, interval, profile, optimise } = forecast;
  const end = Math.min(readyBy, start + interval * profile.length);
  if (run <= 0 || end <= now) return [];
  const problem = {
    start,
    interval,
    profile,
    optimise,
    now,
    readyBy: end,
    run: Math.min(run, end - now),
    interruptible,
  };
  const outcome = plan(problem);
  return isPlan(outcome) ? outcome.periods : [];
}

const timersArg = z
  .array(z.object({ start: z.coerce.number().min(0).max(24), end: z.coerce.number().min(0).max(24) }))
  .max(12);
const BAD_CONFIG = failure('The config is not valid');
const CATEGORIES = { price: 'Tariffs', carbon: 'Carbon', power: 'Solar', index: 'General' } as const;
const SLOT_S = 1800;
const DAY_S = 86_400;
const MOST_DAYS = 31;

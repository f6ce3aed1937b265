import type { Forecast } from '../forecast/forecast.ts';
import { costOf } from '../planner/plan.ts';
import type { Period, Problem } from '../planner/problem.ts';
import type { Forecasts } from './rules.ts';
import type { Worth } from './run-state.ts';

/** What a kWh costs the household and what it gives off, over the same time. null: nobody tells. */
export interface Prices {
  readonly money: Forecast | null;
  readonly carbon: Forecast | null;
}

/** The household's tariff and the first of its forecasts that tells of carbon. */
export function pricesOf(
  forecasts: Pick<Forecasts, 'combined' | 'carbonSource'>,
  account: number,
  from: number,
  to: number,
): Prices {
  const money = forecasts.combined(account, [], from, to);
  const source = forecasts.carbonSource(account);
  const carbon = source === null ? null : forecasts.combined(account, [{ source, weight: 1 }], from, to);
  return { money: money.unit === 'price' ? money : null, carbon };
}

/** What running in these periods costs and gives off; null where not all of that time is known. */
export function worthOf({ money, carbon }: Prices, periods: readonly Period[], powerW: number | null): Worth {
  return { money: sumOf(money, periods, powerW), carbon: sumOf(carbon, periods, powerW) };
}

function sumOf(forecast: Forecast | null, periods: readonly Period[], powerW: number | null): number | null {
  if (!forecast || powerW === null) return null;
  const { cost, unpriced } = costOf(problemWith(forecast), periods);
  return unpriced > 0 ? null : (cost * powerW) / 1000;
}

function problemWith({ start, interval, profile }: Forecast): Problem {
  const end = start + interval * profile.length;
  return { ...{ start, interval, profile, optimise: 'min', now: start, readyBy: end }, run: 1, interruptible: true };
}

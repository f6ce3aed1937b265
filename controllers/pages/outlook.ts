import type { Clock } from '../../lib/clock.ts';
import type { Device } from '../../models/device.ts';
import { type MetersDeps, metersOf } from '../../models/device-figures.ts';
import type { Forecast } from '../../models/forecast/forecast.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import { curveOf } from '../../models/house-curve.ts';
import type { Plans } from '../../models/plan/plans.ts';
import { socOf } from '../../models/schedule/need.ts';
import { keyOf, type Outlook } from '../../models/schedule/outlook.ts';
import type { MixPart } from '../../models/schedule/schedule.ts';
import type { DeviceScheduleModel } from '../../models/schedule/schedule-model.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { UserModel } from '../../models/user.ts';

export interface OutlookDeps extends MetersDeps {
  readonly schedules: Pick<DeviceScheduleModel, 'holidays'>;
  readonly forecasts: Pick<ForecastModel, 'sources' | 'combined'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  readonly users: Pick<UserModel, 'account'>;
  readonly series: Pick<Series, 'meta' | 'scan' | 'windows'>;
  readonly plans: Pick<Plans, 'of' | 'spreadOf'>;
  readonly clock: Clock;
}

/** What the editor of a device's schedule needs to know to plan: every forecast of the household by itself, and these mixes. */
export async function outlookOf(deps: OutlookDeps, device: Device, mixes: readonly MixPart[][]): Promise<Outlook> {
  const { account } = device;
  const now = deps.clock.seconds();
  const sources = deps.forecasts.sources(account);
  const own = sources.map(({ name }): MixPart[] => [{ source: name, weight: 1 }]);
  const wanted = new Map([[], ...own, ...mixes].map((mix) => [keyOf(mix), mix]));
  const forecasts = [...wanted].map(([key, mix]): [string, Forecast] => {
    return [key, slim(deps.forecasts.combined(account, mix, now, now + HORIZON_S))];
  });
  const named = (fits: (source: (typeof sources)[number]) => boolean) => sources.find(fits)?.name ?? null;
  const { inputs } = metersOf(deps, device);
  const current = deps.plans.of(device.id);
  return {
    now,
    zone: deps.users.account(account)?.timezone ?? 'UTC',
    holidays: deps.schedules.holidays(account),
    forecasts: Object.fromEntries(forecasts),
    price: named(({ name, unit }) => name === 'tariff' && unit === 'price'),
    carbon: named(({ unit }) => unit === 'carbon'),
    local: named(({ unit, optimise }) => unit === 'power' && optimise === 'max'),
    currency: deps.tariffs.get(account)?.currency ?? 'GBP',
    powerW: current?.powerW ?? (await drawOf(deps, device, now)),
    levels: Object.fromEntries(inputs.map((input) => [input.id, socOf(input, now)])),
    delivered: current?.occurrence ? { day: current.occurrence.day, seconds: current.delivered } : null,
    spread: deps.plans.spreadOf(account),
  };
}

/** What it drew while it ran in the last day, W; what it draws now where nothing is recorded. */
async function drawOf(deps: OutlookDeps, device: Device, now: number): Promise<number | null> {
  const { power, powerFeed } = metersOf(deps, device);
  const { windows } = await curveOf(deps.series, powerFeed, now);
  const most = Math.max(0, ...windows.map(([, , , mean]) => mean));
  const runs = windows.filter(([, , , mean]) => mean >= most / 2 && mean >= LEAST_W);
  if (runs.length > 0) return Math.round(runs.reduce((sum, [, , , mean]) => sum + mean, 0) / runs.length);
  return power?.value != null && power.value >= LEAST_W ? Math.round(power.value) : null;
}

/** Without what is not known at its end, and digits nobody sees. */
function slim(forecast: Forecast): Forecast {
  let last = forecast.profile.length;
  while (last > 0 && (forecast.profile[last - 1] ?? null) === null) last -= 1;
  const profile = forecast.profile.slice(0, Math.max(1, last));
  const rounded = (value: number | null) => (value === null ? null : Math.round(value * 1e6) / 1e6);
  const { expected } = forecast;
  const own = { ...forecast, profile: profile.map(rounded) };
  return expected ? { ...own, expected: expected.map(rounded) } : own;
}

/** A week, and a day for the deadline in it. */
const HORIZON_S = 8 * 86_400;
/** A device that draws less is not running. */
const LEAST_W = 5;

import type { Clock } from '../../lib/clock.ts';
import type { DeviceModel } from '../../models/device.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { Plans } from '../../models/plan/plans.ts';
import { pricesOf } from '../../models/plan/prices.ts';
import type { DeviceScheduleModel } from '../../models/schedule/schedule-model.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { UserModel } from '../../models/user.ts';
import type { Words } from '../../views/page.ts';
import type { SchedulesParts } from '../../views/schedules-page.ts';

export interface SchedulePartsDeps {
  readonly devices: Pick<DeviceModel, 'list'>;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly schedules: Pick<DeviceScheduleModel, 'list' | 'boostOf' | 'next'>;
  readonly forecasts: Pick<ForecastModel, 'combined' | 'carbonSource'>;
  readonly plans: Pick<Plans, 'of' | 'spreadOf' | 'today'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  readonly users: Pick<UserModel, 'account'>;
  readonly clock: Clock;
}

/** What is shown of the schedules of a household. */
export function partsOf(deps: SchedulePartsDeps, account: number, words: Words): SchedulesParts {
  const { schedules, devices, drivers, forecasts, plans, tariffs, users } = deps;
  const now = deps.clock.seconds();
  return {
    schedules: schedules.list(account),
    devices: devices.list(account),
    drivers,
    runs: plans.today(account),
    planOf: (device) => plans.of(device),
    boostOf: (device) => schedules.boostOf(device),
    dueOf: (schedule) => schedules.next(account, schedule)?.readyBy ?? null,
    prices: pricesOf(forecasts, account, now - DAY_S, now + 2 * DAY_S),
    currency: tariffs.get(account)?.currency ?? 'GBP',
    words: words.inZone(users.account(account)?.timezone ?? words.zone),
  };
}

const DAY_S = 86_400;

import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import type { Database } from '../models/database.ts';
import type { DeviceModel } from '../models/device.ts';
import type { DeviceHealth } from '../models/device-health.ts';
import type { DeviceIntake } from '../models/device-intake.ts';
import type { DeviceStates } from '../models/device-states.ts';
import type { Driver, Ports } from '../models/drivers/driver.ts';
import type { EventModel } from '../models/events.ts';
import type { FeedModel } from '../models/feed.ts';
import type { ForecastModel } from '../models/forecast/forecast-model.ts';
import type { HouseModel } from '../models/house.ts';
import type { InputModel } from '../models/input.ts';
import { Background } from '../models/plan/background.ts';
import { PlanSettingsModel } from '../models/plan/house-settings.ts';
import { PlanStore } from '../models/plan/plan-store.ts';
import { Plans } from '../models/plan/plans.ts';
import type { DeviceScheduleModel } from '../models/schedule/schedule-model.ts';
import type { Series } from '../models/timeseries/series.ts';

export interface PlanModelsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
  readonly devices: DeviceModel;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly ports: Ports;
  readonly states: DeviceStates;
  readonly intake: DeviceIntake;
  readonly deviceHealth: DeviceHealth;
  readonly inputs: InputModel;
  readonly feeds: FeedModel;
  readonly house: HouseModel;
  readonly series: Pick<Series, 'windows' | 'meta'>;
  readonly schedules: DeviceScheduleModel;
  readonly forecasts: ForecastModel;
  readonly events: EventModel;
  /** The household's time zone. */
  readonly zone: (account: number) => string;
}

/** What scheduled devices do and will do. */
export interface PlanModels {
  readonly plans: Plans;
  readonly planSettings: PlanSettingsModel;
  readonly background: Background;
}

/** The models of plans, with what they keep read from the stores. */
export async function createPlanModels(deps: PlanModelsDeps): Promise<PlanModels> {
  const planSettings = new PlanSettingsModel(deps);
  const background = new Background(deps);
  const plans = new Plans({
    ...deps,
    health: deps.deviceHealth,
    store: new PlanStore(deps),
    settings: planSettings,
    background: (account, now) => background.draws(account, now),
  });
  await plans.load();
  return { plans, planSettings, background };
}

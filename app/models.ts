import { join } from 'node:path';
import { CostModel } from '../models/cost/cost-model.ts';
import { plannedDrawOf } from '../models/cost/planned-draw.ts';
import type { Device } from '../models/device.ts';
import { DeviceTallies } from '../models/device-tallies.ts';
import { setUpByType } from '../models/device-type-setup.ts';
import type { MqttPort, Ports } from '../models/drivers/driver.ts';
import { ForecastModel } from '../models/forecast/forecast-model.ts';
import { forecastUsers } from '../models/forecast/forecast-users.ts';
import { InboxModel } from '../models/inbox.ts';
import { IgnoredStore } from '../models/inbox-ignored.ts';
import { LineWriters } from '../models/line-writers.ts';
import { ReportModel } from '../models/report/report-model.ts';
import { DeviceScheduleModel } from '../models/schedule/schedule-model.ts';
import { TariffModel } from '../models/tariff/tariff-model.ts';
import { nodeFiles } from '../models/timeseries/file.ts';
import { devicePorts } from './connections/device-ports.ts';
import { tellOfDevices } from './device-events.ts';
import { createDeviceModels, type DeviceModels } from './device-models.ts';
import { createPairingModels, type HubAddress, type PairingModels } from './pairing-models.ts';
import { createPlanModels, type PlanModels } from './plan-models.ts';
import { createRecordModels, type RecordModels, type RecordModelsDeps } from './record-models.ts';
import { createSensorModels, type SensorModels } from './sensor-models.ts';
import type { Stores, StoresDeps } from './stores.ts';

export interface ModelsDeps extends StoresDeps, Pick<RecordModelsDeps, 'series' | 'publish' | 'marked'> {
  readonly stores: Stores;
  /** The broker, as drivers use it. */
  readonly mqtt: MqttPort;
  readonly hub: () => HubAddress;
}

export interface Models extends RecordModels, DeviceModels, PairingModels, SensorModels, PlanModels {
  readonly ports: Ports;
  /** What was found and waits to be let in. */
  readonly inbox: InboxModel;
  readonly lineWriters: LineWriters;
  readonly tariffs: TariffModel;
  readonly costs: CostModel;
  readonly tallies: DeviceTallies;
  readonly reports: ReportModel;
  /** When devices run. */
  readonly schedules: DeviceScheduleModel;
  readonly forecasts: ForecastModel;
}

/** Every model, with what it keeps in memory read from the stores. */
export async function createModels(deps: ModelsDeps): Promise<Models> {
  const { config, log, clock, random, stores, series, mqtt, hub } = deps;
  const { db } = stores.mysql;
  const recordModels = createRecordModels(deps);
  const { users, calendars, feeds, inputs, times, devices, setup, drivers, house } = recordModels;
  const tariffs = new TariffModel({ db, feeds, clock });
  const tallies = new DeviceTallies({ db, clock });
  const planned = (device: number) => plannedDrawOf(planModels.plans.of(device));
  const costs = new CostModel({ tariffs, house, users, devices, inputs, feeds, series, tallies, planned });
  const standing = (account: number, now: number) => costs.standing(account, now);
  const usersOf = (account: number, source: string) => forecastUsers({ schedules, devices, tariffs }, account, source);
  const forecasts = new ForecastModel({ db, clock, random, log, tariffs, users, series, standing, usersOf });
  const reports = new ReportModel({ db, costs, clock, files: nodeFiles, folder: join(config.storage, 'reports') });
  const ports = devicePorts({ clock, random, log, mqtt, rules: { loopback: config.loopbackDevices } });
  const zone = (account: number) => users.account(account)?.timezone ?? config.timezone;
  const sources = (account: number) => forecasts.sources(account);
  const schedules = new DeviceScheduleModel({ db, clock, devices, inputs, drivers, sources, zone });
  devices.listen((_account, id) => {
    if (devices.find(id)) return;
    schedules.removeDevice(id).catch((error: unknown) => log.warn({ err: error, device: id }, 'its schedules stayed'));
  });
  const deviceModels = createDeviceModels({
    ...{ db, clock, log, random, drivers, ports, devices, inputs, feeds, users, series, tallies },
  });
  await Promise.all(
    [users, calendars, devices, feeds, inputs, tariffs, reports, schedules].map((model) => model.load()),
  );
  await forecasts.load();
  const setUp = (device: Device) => setUpByType({ setup, devices }, device);
  const pairingModels = await createPairingModels({ db, clock, random, log, devices, inputs, users, setUp, hub });
  const ignored = new IgnoredStore({ db });
  const health = deviceModels.deviceHealth;
  const inbox = new InboxModel({ ...pairingModels, devices, health, ignored, setUp, clock, log });
  await inbox.load();
  tellOfDevices({ ...deviceModels, ...pairingModels, devices });
  const planModels: PlanModels = await createPlanModels({
    ...{ db, clock, log, random, devices, drivers, ports, inputs, feeds, house, series, schedules, forecasts, zone },
    ...deviceModels,
    ...pairingModels,
  });
  const sensorModels = await createSensorModels({ ...deviceModels, db, config, devices, inbox, times, clock });
  return {
    ...recordModels,
    ...{ tariffs, costs, tallies, reports, schedules, forecasts, ports, inbox },
    lineWriters: new LineWriters({ ...deviceModels, devices, inbox, clock }),
    ...deviceModels,
    ...pairingModels,
    ...sensorModels,
    ...planModels,
  };
}

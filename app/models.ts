import { join } from 'node:path';
import { AutoRecord } from '../models/auto-record.ts';
import { CalendarModel } from '../models/calendar.ts';
import { CostModel } from '../models/cost/cost-model.ts';
import { plannedDrawOf } from '../models/cost/planned-draw.ts';
import { type Device, DeviceModel } from '../models/device.ts';
import { DeviceSetup } from '../models/device-setup.ts';
import { DeviceTallies } from '../models/device-tallies.ts';
import { setUpByType } from '../models/device-type-setup.ts';
import type { Driver, MqttPort, Ports } from '../models/drivers/driver.ts';
import { DRIVERS } from '../models/drivers/registry.ts';
import { EventMail } from '../models/event-mail.ts';
import { FeedModel } from '../models/feed.ts';
import { FeedData } from '../models/feed-data.ts';
import { ForecastModel } from '../models/forecast/forecast-model.ts';
import { forecastUsers } from '../models/forecast/forecast-users.ts';
import { HouseModel } from '../models/house.ts';
import { InboxModel } from '../models/inbox.ts';
import { IgnoredStore } from '../models/inbox-ignored.ts';
import { InputModel } from '../models/input.ts';
import { LineWriters } from '../models/line-writers.ts';
import { LiveModel } from '../models/live.ts';
import { createMail } from '../models/mail.ts';
import { ReadingClock } from '../models/reading-clock.ts';
import { ReportModel } from '../models/report/report-model.ts';
import { DeviceScheduleModel } from '../models/schedule/schedule-model.ts';
import { TariffModel } from '../models/tariff/tariff-model.ts';
import { nodeFiles } from '../models/timeseries/file.ts';
import type { Series } from '../models/timeseries/series.ts';
import { UserModel } from '../models/user.ts';
import { VirtualFeeds } from '../models/virtual-feeds.ts';
import { devicePorts } from './connections/device-ports.ts';
import { tellOfDevices } from './device-events.ts';
import { createDeviceModels, type DeviceModels } from './device-models.ts';
import { createPairingModels, type HubAddress, type PairingModels } from './pairing-models.ts';
import { createPlanModels, type PlanModels } from './plan-models.ts';
import { createSensorModels, type SensorModels } from './sensor-models.ts';
import type { Stores, StoresDeps } from './stores.ts';

/** Hands a value to whoever listens on the broker. Never throws. */
export type Publish = (account: number, topic: string, value: number | null) => void;

export interface ModelsDeps extends StoresDeps {
  /** What the clock said when a hub last wrote here; 0 where none has. */
  readonly marked: number;
  readonly stores: Stores;
  readonly series: Series;
  readonly publish: Publish;
  /** The broker, as drivers use it. */
  readonly mqtt: MqttPort;
  readonly hub: () => HubAddress;
}

export interface Models extends DeviceModels, PairingModels, SensorModels, PlanModels {
  readonly users: UserModel;
  readonly live: LiveModel;
  readonly calendars: CalendarModel;
  readonly virtual: VirtualFeeds;
  readonly feeds: FeedModel;
  readonly data: FeedData;
  readonly inputs: InputModel;
  readonly times: ReadingClock;
  readonly devices: DeviceModel;
  readonly setup: DeviceSetup;
  /** The families Hearth knows, and the plug-ins that joined them. */
  readonly drivers: Map<string, Driver>;
  readonly ports: Ports;
  /** What was found and waits to be let in. */
  readonly inbox: InboxModel;
  readonly lineWriters: LineWriters;
  readonly house: HouseModel;
  readonly tariffs: TariffModel;
  readonly costs: CostModel;
  readonly tallies: DeviceTallies;
  readonly reports: ReportModel;
  /** When devices run. */
  readonly schedules: DeviceScheduleModel;
  readonly forecasts: ForecastModel;
}

/** Every model, with what it keeps in memory read from the stores. */
export async function createModels({
  config,
  log,
  clock,
  random,
  stores,
  series,
  publish,
  mqtt,
  hub,
  marked,
}: ModelsDeps): Promise<Models> {
  const { db } = stores.mysql;
  const { redis } = stores.redis;
  const mail = createMail({ smtpUrl: config.smtpUrl, from: config.mailFrom, log });
  const users = new UserModel({ db, redis, clock, random, log, mail, openRegistration: config.openRegistration });
  const live = new LiveModel({ redis, clock, log });
  const calendars = new CalendarModel({ db, households: users });
  const virtual: VirtualFeeds = new VirtualFeeds({
    find: (id) => feeds.find(id),
    last: (id) => feeds.last(id),
    meta: (id) => series.meta(id),
    households: users,
    schedules: calendars,
    clock,
  });
  const feeds = new FeedModel({ db, series, clock, live, virtual });
  const data = new FeedData({ series, last: (feed) => feeds.last(feed), virtual });
  const devices = new DeviceModel({ db, random });
  const drivers = new Map(DRIVERS);
  const mayBeHouse = (account: number, node: string) =>
    drivers.get(devices.byNode(account, node)?.family ?? '')?.capabilities.switch !== true;
  const autoRecord = new AutoRecord({ feeds, households: users, mayBeHouse, clock, log });
  const eventMail = new EventMail({ mail, users, clock, log });
  const times = new ReadingClock({ clock, log, marked });
  const inputs = new InputModel({
    db,
    clock,
    log,
    times,
    live,
    feeds,
    series,
    households: users,
    schedules: calendars,
    autoRecord,
    eventMail,
    publish,
  });
  const setup = new DeviceSetup({ inputs, feeds });
  const house = new HouseModel({ feeds, inputs, series, live, households: users, clock });
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
    users,
    live,
    calendars,
    virtual,
    feeds,
    data,
    inputs,
    times,
    devices,
    setup,
    house,
    tariffs,
    costs,
    tallies,
    reports,
    schedules,
    forecasts,
    drivers,
    ports,
    inbox,
    lineWriters: new LineWriters({ ...deviceModels, devices, inbox, clock }),
    ...deviceModels,
    ...pairingModels,
    ...sensorModels,
    ...planModels,
  };
}

import { join } from 'node:path';
import { deviceMqtt } from '../app/connections/device-mqtt.ts';
import { devicePorts } from '../app/connections/device-ports.ts';
import { tellOfDevices } from '../app/device-events.ts';
import { createDeviceModels, type DeviceModels } from '../app/device-models.ts';
import { createPairingModels, type HubAddress, type PairingModels } from '../app/pairing-models.ts';
import { createPlanModels, type PlanModels } from '../app/plan-models.ts';
import type { Clock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { type Random, systemRandom } from '../lib/random.ts';
import { AutoRecord } from '../models/auto-record.ts';
import { CalendarModel } from '../models/calendar.ts';
import { CostModel } from '../models/cost/cost-model.ts';
import { plannedDrawOf } from '../models/cost/planned-draw.ts';
import { type Device, DeviceModel } from '../models/device.ts';
import { DeviceSetup } from '../models/device-setup.ts';
import { DeviceTallies } from '../models/device-tallies.ts';
import { setUpByType } from '../models/device-type-setup.ts';
import type { Driver, MqttPort, Ports } from '../models/drivers/driver.ts';
import { Sensors } from '../models/esp32/sensors.ts';
import type { EventLetter } from '../models/event-mail.ts';
import { FeedModel } from '../models/feed.ts';
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
import { openSeries } from '../models/timeseries/open.ts';
import type { Series } from '../models/timeseries/series.ts';
import { UserModel } from '../models/user.ts';
import { VirtualFeeds } from '../models/virtual-feeds.ts';
import type { TestStores } from './stores.ts';

/** The models a reading passes, on real stores and a real engine, as they are after a start. */
export interface TestModels extends DeviceModels, PairingModels, PlanModels {
  readonly hub: () => HubAddress;
  readonly users: UserModel;
  readonly live: LiveModel;
  readonly calendars: CalendarModel;
  readonly virtual: VirtualFeeds;
  readonly feeds: FeedModel;
  readonly inputs: InputModel;
  readonly times: ReadingClock;
  readonly devices: DeviceModel;
  readonly setup: DeviceSetup;
  readonly house: HouseModel;
  readonly tariffs: TariffModel;
  readonly forecasts: ForecastModel;
  readonly costs: CostModel;
  readonly tallies: DeviceTallies;
  readonly reports: ReportModel;
  readonly schedules: DeviceScheduleModel;
  readonly inbox: InboxModel;
  readonly lineWriters: LineWriters;
  readonly sensors: Sensors;
  readonly forwarder: null;
  readonly series: Series;
  /** Empty until a test fills it with the families it needs. */
  readonly drivers: Map<string, Driver>;
  /** The real ways out, to this machine's own addresses only in effect. */
  readonly ports: Ports;
  /** What drivers published: account, topic, payload. */
  readonly commands: [number, string, string][];
  /** What went out to the broker: account, topic, value. */
  readonly published: [number, string, number | null][];
  /** What process lists wanted written. */
  readonly letters: EventLetter[];
}

export interface TestModelsDeps {
  readonly stores: Pick<TestStores, 'db'> & { readonly redis: TestStores['redis'] | null };
  readonly folder: string;
  readonly clock: Clock;
  /** Stands between the models and the engine. */
  readonly wrap?: (series: Series) => Series;
  /** What chance decides of plans; without it by chance. */
  readonly random?: Random;
}

export async function openModels({
  stores,
  folder,
  clock,
  wrap,
  random = systemRandom,
}: TestModelsDeps): Promise<TestModels> {
  const { db, redis } = stores;
  const log = createLog('silent');
  const files = { folder: join(folder, 'feeds'), journal: join(folder, 'journal'), files: nodeFiles };
  const opened = await openSeries({ ...files, clock, log });
  const series = wrap ? wrap(opened) : opened;
  const mail = createMail({ smtpUrl: null, from: '', log });
  const users = new UserModel({ db, redis, clock, random: systemRandom, log, mail, openRegistration: true });
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
  const autoRecord = new AutoRecord({
    feeds,
    households: users,
    mayBeHouse: (_account, node) => node !== 'plug',
    clock,
    log,
  });
  const published: TestModels['published'] = [];
  const publish = (...said: [number, string, number | null]) => void published.push(said);
  const letters: TestModels['letters'] = [];
  const devices = new DeviceModel({ db, random: systemRandom });
  const eventMail = { send: (letter: EventLetter) => void letters.push(letter) };
  const times = new ReadingClock({ clock, log, marked: 0, released: 0 });
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
  const house = new HouseModel({ feeds, inputs, series, live, households: users, clock });
  const tariffs = new TariffModel({ db, feeds, clock });
  const tallies = new DeviceTallies({ db, clock });
  const planned = (device: number) => plannedDrawOf(planModels.plans.of(device));
  const costs = new CostModel({ tariffs, house, users, devices, inputs, feeds, series, tallies, planned });
  const standing = (account: number, now: number) => costs.standing(account, now);
  const usersOf = (account: number, source: string) => forecastUsers({ schedules, devices, tariffs }, account, source);
  const forecasts = new ForecastModel({
    db,
    clock,
    random: systemRandom,
    log,
    tariffs,
    users,
    series,
    standing,
    usersOf,
  });
  const reports = new ReportModel({ db, costs, clock, files: nodeFiles, folder: join(folder, 'reports') });
  await tariffs.load();
  await reports.load();
  await forecasts.load();
  await users.load();
  const setup = new DeviceSetup({ inputs, feeds });
  await calendars.load();
  await devices.load();
  await feeds.load();
  await inputs.load();
  const drivers = new Map<string, Driver>();
  const zone = (account: number) => users.account(account)?.timezone ?? 'UTC';
  const sources = (account: number) => forecasts.sources(account);
  const schedules = new DeviceScheduleModel({ db, clock, devices, inputs, drivers, sources, zone });
  await schedules.load();
  const commands: TestModels['commands'] = [];
  const told: MqttPort['publish'] = async (account, topic, payload) =>
    void commands.push([account, topic, payload.toString()]);
  const mqtt = deviceMqtt(told, clock);
  const ports = devicePorts({ clock, random: systemRandom, log, mqtt, rules: { loopback: true } });
  const deviceModels = createDeviceModels({
    ...{ db, clock, log, random: systemRandom, drivers, ports, devices, inputs, feeds, users, series, tallies },
  });
  const setUp = (device: Device) => setUpByType({ setup, devices }, device);
  const hub = () => ({ fingerprint: 'AB:CD', mqttPort: 1883, mqttsPort: 8883 });
  const pairingDeps = { db, clock, random: systemRandom, log, devices, inputs, users, setUp, hub };
  const pairingModels = await createPairingModels(pairingDeps);
  const health = deviceModels.deviceHealth;
  const ignored = new IgnoredStore({ db });
  const inbox = new InboxModel({ ...pairingModels, devices, health, ignored, setUp, clock, log });
  await inbox.load();
  tellOfDevices({ ...deviceModels, ...pairingModels, devices });
  const sensors = new Sensors({ ...deviceModels, db, devices, inbox, times, forward: async () => undefined, clock });
  const posting = { sensors, forwarder: null };
  const own = {
    users,
    live,
    calendars,
    virtual,
    feeds,
    inputs,
    times,
    devices,
    setup,
    house,
    tariffs,
    forecasts,
    costs,
    tallies,
    reports,
    schedules,
    inbox,
    lineWriters: new LineWriters({ ...deviceModels, devices, inbox, clock }),
    series,
  };
  const planModels: PlanModels = await createPlanModels({
    ...{ db, clock, log, random, drivers, ports, zone },
    ...own,
    ...deviceModels,
    ...pairingModels,
  });
  return {
    ...own,
    ...posting,
    ...deviceModels,
    ...pairingModels,
    ...planModels,
    hub,
    drivers,
    ports,
    commands,
    published,
    letters,
  };
}

/** A household without people's details; its account number. */
export async function addHousehold(
  db: TestStores['db'],
  { autoRecord = false, timezone = 'Europe/Paris' }: { autoRecord?: boolean; timezone?: string } = {},
): Promise<number> {
  const uuid = systemRandom.uuid();
  const row = { account: 0, role: 'owner', username: uuid, email: '', password: '', language: 'en' } as const;
  const { insertId } = await db
    .insertInto('users')
    .values({
      ...row,
      timezone,
      uuid,
      created: 0,
      apikey_read: null,
      apikey_write: null,
      auto_record: autoRecord ? 1 : 0,
    })
    .executeTakeFirstOrThrow();
  const id = Number(insertId);
  await db.updateTable('users').set({ account: id }).where('id', '=', id).execute();
  return id;
}

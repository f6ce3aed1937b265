import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import { AutoRecord } from '../models/auto-record.ts';
import { CalendarModel } from '../models/calendar.ts';
import { DeviceModel } from '../models/device.ts';
import { DeviceSetup } from '../models/device-setup.ts';
import type { Driver } from '../models/drivers/driver.ts';
import { DRIVERS } from '../models/drivers/registry.ts';
import { EventMail } from '../models/event-mail.ts';
import { FeedModel } from '../models/feed.ts';
import { FeedData } from '../models/feed-data.ts';
import { HouseModel } from '../models/house.ts';
import { InputModel } from '../models/input.ts';
import { LiveModel } from '../models/live.ts';
import { createMail } from '../models/mail.ts';
import { isPartOfHouse } from '../models/meter-names.ts';
import { ReadingClock } from '../models/reading-clock.ts';
import type { Series } from '../models/timeseries/series.ts';
import { UserModel } from '../models/user.ts';
import { VirtualFeeds } from '../models/virtual-feeds.ts';
import type { Config } from './config.ts';
import type { Stores } from './stores.ts';

/** Hands a value to whoever listens on the broker. Never throws. */
export type Publish = (account: number, topic: string, value: number | null) => void;

export interface RecordModelsDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly stores: Pick<Stores, 'mysql' | 'redis'>;
  readonly series: Series;
  readonly publish: Publish;
  /** What the clock said when a hub last wrote here; 0 where none has. */
  readonly marked: number;
}

/** Who lives here, what they have, and the way of a reading from an input into its feeds. */
export interface RecordModels {
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
  readonly house: HouseModel;
}

/** The models of what is recorded. Nothing is read from the stores yet. */
export function createRecordModels(deps: RecordModelsDeps): RecordModels {
  const { config, clock, random, log, stores, series, publish, marked } = deps;
  const { db } = stores.mysql;
  const { redis } = stores.redis;
  const mail = createMail({ smtpUrl: config.smtpUrl, from: config.mailFrom, log });
  const users = new UserModel({ db, redis, clock, random, log, mail, openRegistration: config.openRegistration });
  const live = new LiveModel({ redis, clock, log });
  const calendars = new CalendarModel({ db, households: users });
  const shared = { households: users, schedules: calendars, clock };
  const virtual: VirtualFeeds = new VirtualFeeds({
    find: (id) => feeds.find(id),
    last: (id) => feeds.last(id),
    meta: (id) => series.meta(id),
    ...shared,
  });
  const feeds = new FeedModel({ db, series, clock, live, virtual });
  const data = new FeedData({ series, last: (feed) => feeds.last(feed), virtual });
  const devices = new DeviceModel({ db, random });
  const drivers = new Map(DRIVERS);
  const mayBeHouse = (account: number, node: string) =>
    !isPartOfHouse(node) && drivers.get(devices.byNode(account, node)?.family ?? '')?.capabilities.switch !== true;
  const autoRecord = new AutoRecord({ feeds, households: users, mayBeHouse, clock, log });
  const eventMail = new EventMail({ mail, users, clock, log });
  const times = new ReadingClock({ clock, log, marked });
  const inputs = new InputModel({ db, log, times, live, feeds, series, autoRecord, eventMail, publish, ...shared });
  const setup = new DeviceSetup({ inputs, feeds });
  const house = new HouseModel({ feeds, inputs, series, live, households: users, clock });
  return { users, live, calendars, virtual, feeds, data, inputs, times, devices, setup, drivers, house };
}

import { AutoRecord } from '../models/auto-record.ts';
import { FeedModel } from '../models/feed.ts';
import { FeedData } from '../models/feed-data.ts';
import { HouseModel } from '../models/house.ts';
import { InputModel } from '../models/input.ts';
import { LiveModel } from '../models/live.ts';
import { createMail } from '../models/mail.ts';
import type { Series } from '../models/timeseries/series.ts';
import { UserModel } from '../models/user.ts';
import type { Stores, StoresDeps } from './stores.ts';

/** Hands a value to whoever listens on the broker. Never throws. */
export type Publish = (account: number, topic: string, value: number | null) => void;

export interface ModelsDeps extends StoresDeps {
  readonly stores: Stores;
  readonly series: Series;
  readonly publish: Publish;
}

export interface Models {
  readonly users: UserModel;
  readonly live: LiveModel;
  readonly feeds: FeedModel;
  readonly data: FeedData;
  readonly inputs: InputModel;
  readonly house: HouseModel;
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
}: ModelsDeps): Promise<Models> {
  const { db } = stores.mysql;
  const { redis } = stores.redis;
  const mail = createMail({ smtpUrl: config.smtpUrl, from: config.mailFrom, log });
  const users = new UserModel({ db, redis, clock, random, log, mail, openRegistration: config.openRegistration });
  const live = new LiveModel({ redis, clock, log });
  const feeds = new FeedModel({ db, series, clock, live });
  const data = new FeedData({ series, last: (feed) => feeds.last(feed) });
  const autoRecord = new AutoRecord({ feeds, households: users, clock, log });
  const inputs = new InputModel({ db, clock, log, live, feeds, series, households: users, autoRecord, publish });
  const house = new HouseModel({ feeds, inputs, series, live, households: users, clock });
  await Promise.all([users.load(), feeds.load(), inputs.load()]);
  return { users, live, feeds, data, inputs, house };
}

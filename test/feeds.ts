import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { CalendarModel } from '../models/calendar.ts';
import type { Database } from '../models/database.ts';
import { FeedModel } from '../models/feed.ts';
import { FeedData } from '../models/feed-data.ts';
import { ReadingClock } from '../models/reading-clock.ts';
import { nodeFiles } from '../models/timeseries/file.ts';
import { openSeries } from '../models/timeseries/open.ts';
import type { Series } from '../models/timeseries/series.ts';
import { VirtualFeeds } from '../models/virtual-feeds.ts';
import { testFolder } from './stores.ts';

/** Where test data is recorded and the clock stands: 14 November 2023, 22:13:20 UTC. */
export const EPOCH = 1_700_000_000;

/** What a feed's listener was told: account, feed, time, value. */
export type Told = readonly [account: number, feed: number, time: number, value: number | null];

/** Feeds on a real engine in folders of their own, with a clock that stands at EPOCH. */
export async function testFeeds(db: Database) {
  const clock = new ManualClock(EPOCH * 1000);
  const series: Series = await openSeries({
    folder: testFolder('feeds'),
    journal: testFolder('journal'),
    files: nodeFiles,
    clock,
    log: createLog('silent'),
  });
  const told: Told[] = [];
  const live = {
    put: (account: number, _kind: 'feed', id: number, time: number, value: number | null) =>
      void told.push([account, id, time, value]),
    forget: () => undefined,
  };
  const households = { account: () => undefined };
  const calendars = new CalendarModel({ db, households });
  const virtual: VirtualFeeds = new VirtualFeeds({
    find: (id) => feeds.find(id),
    last: (id) => feeds.last(id),
    meta: (id) => series.meta(id),
    households,
    schedules: calendars,
    clock,
  });
  const feeds = new FeedModel({ db, series, clock, live, virtual });
  const data = new FeedData({ series, last: (id) => feeds.last(id), virtual });
  await feeds.load();
  const times = new ReadingClock({ clock, log: createLog('silent'), marked: 0, released: 0 });
  return { feeds, data, virtual, calendars, series, clock, times, told };
}

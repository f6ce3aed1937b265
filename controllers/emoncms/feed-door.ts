import type { Clock } from '../../lib/clock.ts';
import type { HubError } from '../../lib/errors.ts';
import type { CalendarModel } from '../../models/calendar.ts';
import type { Feed, FeedModel } from '../../models/feed.ts';
import type { FeedData } from '../../models/feed-data.ts';
import type { ReadingClock } from '../../models/reading-clock.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { VirtualFeeds } from '../../models/virtual-feeds.ts';
import { mayWrite } from '../../models/who.ts';
import { intArg } from './arguments.ts';
import { type Action, type Call, failure, notAcceptable, type Reply } from './call.ts';

export interface FeedActionDeps {
  feeds: FeedModel;
  data: FeedData;
  series: Series;
  virtual: Pick<VirtualFeeds, 'meta'>;
  calendars: Pick<CalendarModel, 'find'>;
  clock: Clock;
  times: Pick<ReadingClock, 'check'>;
}

export const NO_FEED = failure('Feed does not exist');

type FeedAction = (feed: Feed, call: Call) => Promise<Reply> | Reply;

/** An action on the feed that `id` names: public, or of the caller's household. */
export function reading(feeds: FeedModel, action: FeedAction): Action {
  return onFeed(feeds, action, (feed, { who }) => feed.public || who?.account === feed.account);
}

/** An action on the feed that `id` names, which the caller may change. */
export function writing(feeds: FeedModel, action: FeedAction): Action {
  return onFeed(feeds, action, (feed, { who }) => who?.account === feed.account && mayWrite(who));
}

/** An action whose address must end in `.json`. */
export function jsonOnly(action: Action): Action {
  return (call) => (call.format === 'json' ? action(call) : notAcceptable(call.format));
}

function onFeed(feeds: FeedModel, action: FeedAction, may: (feed: Feed, call: Call) => boolean): Action {
  return (call) => {
    const feed = feeds.find(intArg(call.query.id));
    if (!feed) return NO_FEED;
    return may(feed, call) ? action(feed, call) : notAcceptable(call.format);
  };
}

/** What EmonCMS says where Hearth's models refuse. */
export function refusedFeed(error: HubError): Reply {
  return failure(SENTENCES[error.code] ?? error.sentence);
}

const SENTENCES: Readonly<Record<string, string>> = {
  HUB_FEED_EXISTS: 'feed already exists',
  HUB_FEED_NAME: 'invalid characters in feed name',
  HUB_FEED_TAG: 'invalid characters in feed tag',
  HUB_FEED_UNIT: 'invalid characters in feed unit',
  HUB_FEED_UNIT_LONG: 'feed unit too long',
};

import type { Feed, FeedModel } from '../../models/feed.ts';
import { feedCsv, feedsCsv } from '../../models/feed-data/csv.ts';
import {
  CALENDAR_UNITS,
  type DataRequest,
  isRefusal,
  type Refusal,
  refusal,
  TIME_FORMATS,
} from '../../models/feed-data/request.ts';
import { parseTime } from '../../models/feed-data/time-text.ts';
import { isZone } from '../../models/feed-data/zone-text.ts';
import type { FeedData } from '../../models/feed-data.ts';
import { intArg, isNumeric, isTruthy, jsonArg } from './arguments.ts';
import { type Call, json, octets, type Reply, text } from './call.ts';
import type { FeedActionDeps } from './feed-door.ts';
import { phpList } from './php-list.ts';

/** `feed/data`, `feed/average` and `feed/csvexport`: the latter two are the first with a parameter set. */
export function feedData(deps: FeedActionDeps, preset: { average?: boolean; csv?: boolean } = {}) {
  return async (call: Call): Promise<Reply> => {
    const { query } = call;
    const wanted = query.id ?? query.ids;
    if (wanted === undefined) return json(refusal('no ids given'));
    for (const name of ['start', 'end']) if (query[name] === undefined) return text(`missing ${name} parameter`);
    const ids = wanted.split(',').map(intArg);
    const missing = ids.filter((id) => !deps.feeds.find(id));
    if (missing.length > 0) return json({ ...refusal(missingMessage(missing)), feeds: missing });
    const readable = ids.map((id) => readableFeed(deps.feeds, id, call));
    const single = query.id !== undefined && ids.length === 1;
    const csv = preset.csv === true || intArg(query.csv) !== 0;
    const requests = ids.map((_, i) => readRequest(call, i, preset.average === true, deps.clock.seconds()));
    return csv ? csvReply(deps.data, readable, requests[0]!, single) : rowsReply(deps.data, readable, requests, single);
  };
}

async function rowsReply(
  data: FeedData,
  feeds: readonly (Feed | null)[],
  requests: readonly (DataRequest | Refusal)[],
  single: boolean,
): Promise<Reply> {
  const answers = new Map<number, unknown>();
  for (const [i, feed] of feeds.entries()) {
    const request = requests[i]!;
    if (feed) answers.set(i, isRefusal(request) ? request : await data.read(feed, request));
  }
  if (single) return json(answers.has(0) ? answers.get(0) : []);
  return json(phpList(answers, (answer, i) => ({ feedid: String(feeds[i]!.id), data: answer })));
}

async function csvReply(
  data: FeedData,
  feeds: readonly (Feed | null)[],
  request: DataRequest | Refusal,
  single: boolean,
): Promise<Reply> {
  const readable = feeds.filter((feed) => feed !== null);
  const first = readable[0];
  if (!first) return json([]);
  if (isRefusal(request)) return json(request);
  const csv = single ? await feedCsv(data, first, request) : await feedsCsv(data, readable, request);
  if (typeof csv === 'string') return octets(Buffer.from(csv), 'feeds.csv');
  return isRefusal(csv) ? json(csv) : octets(csv, `${first.id}.csv`);
}

/** What the query asks of the feed at `index` of its list, or why it cannot be asked. */
function readRequest({ query, who }: Call, index: number, averaged: boolean, now: number): DataRequest | Refusal {
  const timeFormat = query.timeformat ?? 'unixms';
  if (!isTimeFormat(timeFormat)) return refusal('Invalid time format');
  const interval = readInterval(query.mode ?? query.interval);
  const zone = query.timezone === undefined || isZone(query.timezone) ? (query.timezone ?? who?.timezone) : undefined;
  const zoneMatters = typeof interval === 'string' || timeFormat === 'excel' || timeFormat === 'iso8601';
  if (zone === undefined && query.timezone !== undefined && zoneMatters) return refusal('Invalid timezone');
  // What is neither a number nor a date is now.
  const start = parseTime(query.start ?? '', zone ?? 'UTC', now) ?? now;
  const end = parseTime(query.end ?? '', zone ?? 'UTC', now) ?? now;
  return {
    start,
    end,
    interval,
    average: averaged || sticky(query.average, index),
    delta: flagAt(query.delta, index),
    skipMissing: intArg(query.skipmissing) !== 0,
    limitInterval: intArg(query.limitinterval),
    timeFormat,
    zone: zone ?? 'UTC',
    places: query.dp === undefined ? -1 : Math.max(-1, Math.min(intArg(query.dp), MOST_PLACES)),
    split: readSplit(query.split),
  };
}

/** More decimal places than a double has change nothing. */
const MOST_PLACES = 15;

function isTimeFormat(format: string): format is DataRequest['timeFormat'] {
  return TIME_FORMATS.includes(format);
}

/** Text that is no number counts with the number it starts with, at least 1. */
function readInterval(value = ''): DataRequest['interval'] {
  if (value === 'original') return value;
  if (CALENDAR_UNITS.includes(value)) return value as DataRequest['interval'];
  return value === '' || isNumeric(value) ? intArg(value) : Math.max(1, intArg(value));
}

/** Once a flag of the list is set it stays so for the feeds after. */
function sticky(list: string | undefined, index: number): boolean {
  return (list ?? '')
    .split(',')
    .slice(0, index + 1)
    .some(isTruthy);
}

/** The flag at the feed's place, else the first one. */
function flagAt(list: string | undefined, index: number): boolean {
  const flags = (list ?? '').split(',');
  return isTruthy(flags[index] ?? flags[0]);
}

/** Hours of the day; an empty list, which has no rows, for what is not one. */
function readSplit(value: string | undefined): DataRequest['split'] {
  if (!isTruthy(value)) return null;
  const hours = jsonArg(value);
  if (!Array.isArray(hours) || hours.length > 48) return [];
  return hours.map(Number).filter((hour) => Number.isFinite(hour) && Math.abs(hour) <= 24 * 31);
}

function readableFeed(feeds: FeedModel, id: number, { who }: Call): Feed | null {
  const feed = feeds.find(id);
  return feed && (feed.public || who?.account === feed.account) ? feed : null;
}

function missingMessage(missing: readonly number[]): string {
  return missing.length === 1 ? `feed ${missing[0]} does not exist` : `${missing.length} feeds do not exist`;
}

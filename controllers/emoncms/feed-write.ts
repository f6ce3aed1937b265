import { HubError } from '../../lib/errors.ts';
import { batchChanges, singleChanges, type TimedValue } from '../../models/feed-insert.ts';
import { MOST_SCALED, parseScaling, scaledChanges } from '../../models/feed-scale.ts';
import { floatArg, floatOf, intArg, isNumeric, jsonArg } from './arguments.ts';
import { type Action, type Call, failure, json, type Reply } from './call.ts';
import { type FeedActionDeps, NO_FEED, refusedFeed, writing } from './feed-door.ts';

const MOST_BATCH = 1_000_000;

/** Actions that make, fill, empty and remove feeds. */
export function feedWriteActions(deps: FeedActionDeps) {
  const { feeds, series } = deps;
  return {
    create: (async ({ who, query }) => {
      if (!who) return NO_FEED;
      const { tag, name, unit, engine, options } = query;
      const interval = readInterval(jsonArg(options));
      try {
        const wish = { name: name ?? '', tag: tag ?? null, unit: unit ?? '', engine: intArg(engine), interval };
        return json({ success: true, feedid: await feeds.create(who.account, wish), result: true });
      } catch (error) {
        if (!(error instanceof HubError)) throw error;
        if (error.code !== 'HUB_FEED_ENGINE') return refusedFeed(error);
        return failure(`ABORTED: Engine id ${intArg(engine)} is not supported.`);
      }
    }) satisfies Action,

    insert: writing(feeds, async (feed, call) => {
      if (feed.engine === 7) return failure('This request is not supported by virtual feeds');
      const write = call.query.time === undefined && call.query.value === undefined ? insertBatch : insertOne;
      try {
        return await write(deps, feed.id, call);
      } catch (error) {
        if (error instanceof HubError && error.status === 400) return failure(error.sentence);
        throw error;
      }
    }),

    remove: writing(feeds, async (feed) => {
      await feeds.remove(feed.id);
      return json({ success: true, message: 'Feed removed successfully.' });
    }),

    clear: writing(feeds, async (feed) => {
      if (feed.engine === 7) return failure('"Clear" not available for this storage engine');
      await feeds.clear(feed.id);
      return json({ success: true, message: 'Feed cleared successfully' });
    }),

    trim: writing(feeds, async (feed, { query }) => {
      if (!/^\s*[+-]?\d+\s*$/.test(query.start_time ?? '')) return json(false);
      if (feed.engine === 7) return failure('"Trim" not available for this storage engine');
      const start = Number(query.start_time);
      const meta = series.meta(feed.id);
      if (!meta || meta.npoints === 0) return failure('Empty data file, nothing to trim.');
      if (start === meta.startTime) return failure('Feed already starts at trim time');
      if (start < meta.startTime || start > meta.endTime) return failure('New start time out of range');
      return json({ success: true, message: `${await feeds.trim(feed.id, start)} bytes written` });
    }),

    scaleRange: writing(feeds, async (feed, { query }) => {
      const scaling = parseScaling(query.value ?? '');
      if (!scaling || feed.engine === 7 || !isNumeric(query.start) || !isNumeric(query.end)) return json(false);
      const [start, end] = [intArg(query.start), intArg(query.end)];
      const { npoints = 0, interval = 1 } = series.meta(feed.id) ?? {};
      if (Math.min(npoints, (end - start) / interval) > MOST_SCALED) {
        return failure(`At most ${MOST_SCALED} values can be scaled at a time`);
      }
      const changes = await scaledChanges(series, feed.id, start, end, scaling);
      const points = changes.filter((change) => change.kind === 'point').length;
      if (points > 0) await feeds.write(feed.id, changes);
      return json(points * 4);
    }),

    updateSize: (({ who }) => (who ? json(feeds.measure(who.account)) : NO_FEED)) satisfies Action,

    /** Hearth acknowledges no reading before it is stored, so none waits in a buffer. */
    bufferSize: (() => json(0)) satisfies Action,
  };
}

async function insertOne({ feeds, clock, times }: FeedActionDeps, id: number, { query }: Call): Promise<Reply> {
  const now = clock.seconds();
  const time = intArg(query.time) || now;
  const value = floatArg(query.value);
  if (!Number.isFinite(value)) return failure('value is not a finite number');
  times.check(time, now);
  await feeds.write(id, singleChanges(id, time, value, query.join === 'join', now));
  return json(value);
}

async function insertBatch({ feeds, clock, times }: FeedActionDeps, id: number, { query, form }: Call): Promise<Reply> {
  const data = form.data ?? query.data;
  if (data === undefined) return failure('missing data parameter');
  const batch = parseBatch(jsonArg(data));
  if (!batch) return failure('error decoding json');
  const now = clock.seconds();
  for (const [time] of batch) times.check(time, now);
  await feeds.write(id, batchChanges(id, batch, query.join === 'join', feeds.last(id)));
  return json({ success: true });
}

/** `[[time, value], …]`, or null where it is not that or empty. */
function parseBatch(data: unknown): TimedValue[] | null {
  if (!Array.isArray(data) || data.length === 0 || data.length > MOST_BATCH) return null;
  if (!data.every((point) => Array.isArray(point) && point.length >= 2)) return null;
  const batch = data.map(([time, value]): TimedValue => [Math.trunc(floatOf(time)), floatOf(value)]);
  return batch.every(([, value]) => Number.isFinite(value)) ? batch : null;
}

function readInterval(options: unknown): number {
  const interval = typeof options === 'object' && options !== null && 'interval' in options ? options.interval : 0;
  return Math.trunc(floatOf(interval));
}

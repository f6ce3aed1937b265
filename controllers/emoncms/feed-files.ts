import { createHash } from 'node:crypto';
import { batchChanges, type TimedValue } from '../../models/feed-insert.ts';
import { isReadingTime } from '../../models/reading-time.ts';
import { intArg, isTruthy } from './arguments.ts';
import { failure, json, octets } from './call.ts';
import { type FeedActionDeps, reading, writing } from './feed-door.ts';

const ONLY_STORED = failure('This request is only supported by PHPFina and PHPTimeSeries');

/** Actions on a feed's data file as bytes. */
export function feedFileActions(deps: FeedActionDeps) {
  const { feeds, series } = deps;
  return {
    export: reading(feeds, (feed, { query }) => {
      if (feed.engine === 7) return ONLY_STORED;
      const start = Math.max(0, intArg(query.start));
      if (feed.engine === 2) return octets(series.bytes(feed.id, start - (start % 9)), `feed_${feed.id}.MYD`);
      // The last value that the caller has is sent again: it may have changed since.
      return octets(series.bytes(feed.id, Math.max(0, start - (start % 4) - 4)), `${feed.id}.dat`);
    }),

    sha256: reading(feeds, async (feed, { query }) => {
      const meta = series.meta(feed.id);
      if (feed.engine === 7 || !meta) return ONLY_STORED;
      const width = feed.engine === 5 ? 4 : 9;
      const npoints = isTruthy(query.npoints) ? Math.min(intArg(query.npoints), meta.npoints) : meta.npoints;
      const size = Math.max(0, npoints) * width;
      const megabytes = (size / 1_048_576).toFixed(feed.engine === 5 ? 1 : 3);
      const sha256sum = await digest(series.bytes(feed.id, 0), size);
      return json({ success: true, npoints, size: `${megabytes} MB`, sha256sum });
    }),

    upload: writing(feeds, async (feed, { query, body }) => {
      const npoints = intArg(query.npoints);
      const fixed = query.start !== undefined && query.interval !== undefined;
      if (feed.engine === 7 || npoints <= 0 || body.length !== npoints * (fixed ? 4 : 8)) return json(false);
      if (fixed && intArg(query.interval) < 1) return json(false);
      const points = fixed ? slots(body, intArg(query.start), intArg(query.interval)) : pairs(body);
      const now = deps.clock.seconds();
      if (!points.every(([time]) => isReadingTime(time, now))) return json(false);
      await feeds.write(feed.id, batchChanges(feed.id, points, false, feeds.last(feed.id)));
      return json(true);
    }),
  };
}

function slots(body: Buffer, start: number, interval: number): TimedValue[] {
  return Array.from({ length: body.length / 4 }, (_, i) => [start + i * interval, body.readFloatLE(i * 4)]);
}

function pairs(body: Buffer): TimedValue[] {
  return Array.from({ length: body.length / 8 }, (_, i) => [body.readUInt32LE(i * 8), body.readFloatLE(i * 8 + 4)]);
}

async function digest(chunks: AsyncIterable<Buffer>, size: number): Promise<string> {
  const hash = createHash('sha256');
  let left = size;
  for await (const chunk of chunks) {
    if (left <= 0) break;
    hash.update(chunk.subarray(0, left));
    left -= chunk.length;
  }
  return hash.digest('hex');
}

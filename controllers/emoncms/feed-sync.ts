import type { Feed } from '../../models/feed.ts';
import { batchChanges } from '../../models/feed-insert.ts';
import { parseSync, type SyncSegment, syncPoints, syncProblem } from '../../models/feed-sync.ts';
import { isReadingTime } from '../../models/reading-time.ts';
import type { SeriesMeta } from '../../models/timeseries/series.ts';
import { type Action, failure, json } from './call.ts';
import { type FeedActionDeps, NO_FEED } from './feed-door.ts';
import { metaShape } from './feed-shape.ts';

/**
 * `feed/sync`: pieces of data files, each continuing where the feed's own file ends. All are looked at before the first is
 * kept; an upload cut short by a failing disk is continued from what `feed/getmeta` says then.
 */
export function feedSync(deps: FeedActionDeps): Action {
  return async ({ who, body }) => {
    if (!who) return NO_FEED;
    const segments = parseSync(body, (id) => deps.feeds.find(id)?.engine === 2);
    if (typeof segments === 'string') return failure(segments);
    const waiting = new Map<number, number>();
    for (const segment of segments) {
      const problem = problemOf(deps, who.account, segment, waiting.get(segment.feed) ?? 0);
      if (problem) return failure(problem);
      waiting.set(segment.feed, (waiting.get(segment.feed) ?? 0) + segment.data.length);
    }
    for (const segment of segments) await keep(deps, segment);
    const feeds = [...new Set(segments.map(({ feed }) => feed))].flatMap((id) => deps.feeds.find(id) ?? []);
    const metas = await Promise.all(feeds.map((feed) => metaShape(deps.series, deps.virtual, feed)));
    return json({ success: true, updated_feed_meta: metas });
  };
}

function problemOf(deps: FeedActionDeps, account: number, segment: SyncSegment, waiting: number): string | null {
  const feed: Feed | undefined = deps.feeds.find(segment.feed);
  const meta = deps.series.meta(segment.feed);
  if (feed?.account !== account || !meta) return `Invalid feedid=${segment.feed}`;
  const problem = syncProblem(segment, meta, waiting);
  if (problem) return problem;
  const now = deps.clock.seconds();
  for (const points of syncPoints(segment, meta)) {
    if (!points.every(([time]) => isReadingTime(time, now))) return `Upload time out of range for feedid=${feed.id}`;
  }
  return null;
}

async function keep({ feeds, series }: FeedActionDeps, segment: SyncSegment): Promise<void> {
  for (const points of syncPoints(segment, series.meta(segment.feed) as SeriesMeta)) {
    await feeds.write(segment.feed, batchChanges(segment.feed, points, false, feeds.last(segment.feed)));
  }
}

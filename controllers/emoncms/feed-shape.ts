import type { Feed, FeedModel } from '../../models/feed.ts';
import type { Series, SeriesMeta } from '../../models/timeseries/series.ts';
import type { VirtualFeeds } from '../../models/virtual-feeds.ts';

/** A feed as EmonCMS lists it: numbers of the row as text, newest reading as numbers. */
export function feedShape(feeds: FeedModel, feed: Feed) {
  const last = feeds.last(feed.id);
  return { ...rowShape(feeds, feed), time: last?.time ?? null, value: last?.value ?? null };
}

/** The row's fields alone, each as text. */
function rowShape(feeds: FeedModel, feed: Feed) {
  return {
    id: String(feed.id),
    userid: String(feed.account),
    name: feed.name,
    tag: feed.tag ?? '',
    public: feed.public ? '1' : feed.publicChosen ? '0' : '',
    size: String(feeds.measuredSize(feed.id)),
    engine: String(feed.engine),
    unit: feed.unit,
    ...(feed.processList === '' ? {} : { processList: feed.processList }),
  };
}

/** What `meta=1` adds to a listed feed. */
export function listMeta(feeds: FeedModel, virtual: Pick<VirtualFeeds, 'meta'>, feed: Feed) {
  const meta = feeds.meta(feed.id);
  if (feed.engine === 7) {
    const { id: _, nlayers: __, ...shown } = virtualMeta(virtual, feed);
    return shown;
  }
  if (!meta) return { start_time: 0, interval: 1 };
  return { start_time: meta.startTime, end_time: meta.endTime, interval: spacing(meta), npoints: meta.npoints };
}

/** `feed/getmeta`. */
export async function metaShape(series: Series, virtual: Pick<VirtualFeeds, 'meta'>, feed: Feed) {
  if (feed.engine === 7) return virtualMeta(virtual, feed);
  const meta = series.meta(feed.id);
  if (!meta) return { id: feed.id, start_time: 0, nlayers: 1, interval: 1 };
  const { startTime: start_time, endTime: end_time, npoints } = meta;
  if (feed.engine === 5) return { id: feed.id, interval: meta.interval, start_time, npoints, end_time };
  const shape = { id: feed.id, start_time, end_time, interval: spacing(meta), npoints };
  if (npoints === 0) return shape;
  const [end_value] = await series.samples(feed.id, [end_time]);
  return { ...shape, end_value: end_value ?? null };
}

function virtualMeta(virtual: Pick<VirtualFeeds, 'meta'>, feed: Feed) {
  const meta = virtual.meta(feed);
  if (!meta) return { id: feed.id, start_time: 0, nlayers: 1, interval: 1 };
  const { startTime: start_time, interval, endTime: end_time, npoints } = meta;
  return { id: feed.id, start_time, nlayers: 1, interval, end_time, npoints };
}

/** The fixed interval, or the mean distance of the records; 1 with fewer than two. */
function spacing({ engine, interval, startTime, endTime, npoints }: SeriesMeta): number {
  if (engine === 5) return interval;
  return npoints > 1 ? (endTime - startTime) / (npoints - 1) : 1;
}

import type { Change, LastValue } from './timeseries/series.ts';

export type TimedValue = readonly [time: number, value: number];

/** Up to this many points are taken one after another; more only in ascending order, as EmonCMS does. */
const MOST_UNSORTED = 10;

/**
 * The changes that store a batch. The batch's last value becomes the feed's newest reading unless that is newer already.
 */
export function batchChanges(
  feed: number,
  batch: readonly TimedValue[],
  join: boolean,
  last: LastValue | undefined,
): Change[] {
  const kept = batch.length > MOST_UNSORTED ? ascending(batch) : batch;
  const changes: Change[] = kept.map(([time, value]) => ({ kind: 'point', feed, time, value, join }));
  const newest = batch[batch.length - 1];
  if (newest === undefined) return changes;
  const [time, value] = newest;
  const reading = last !== undefined && last.time > time ? last : { time, value: Number.isNaN(value) ? null : value };
  changes.push({ kind: 'last', feed, time: reading.time, value: reading.value });
  return changes;
}

/** The changes that store one value; the newest reading is it, as of `now`. */
export function singleChanges(feed: number, time: number, value: number, join: boolean, now: number): Change[] {
  return [
    { kind: 'point', feed, time, value, join },
    { kind: 'last', feed, time: now, value },
  ];
}

function ascending(batch: readonly TimedValue[]): TimedValue[] {
  const kept: TimedValue[] = [];
  let newest = Number.NEGATIVE_INFINITY;
  for (const point of batch) {
    if (point[0] < newest) continue;
    newest = point[0];
    kept.push(point);
  }
  return kept;
}

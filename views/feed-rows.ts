import type { Feed } from '../models/feed.ts';
import { inUnits } from '../models/graph-step.ts';
import type { LastValue } from '../models/timeseries/series.ts';
import type { Words } from './page.ts';

/** What a list or page knows of one feed beside its row in MySQL. */
export interface FeedState {
  readonly last: LastValue | undefined;
  /** Milliseconds when the hub last heard it. */
  readonly heardAt: number | undefined;
  readonly size: number;
}

/** Seconds a new feed's slots may be apart. */
export const INTERVALS = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600] as const;

/** One feed as pages show it. */
export function feedRow(feed: Feed, state: FeedState, words: Words) {
  const { figure, unit } = words.quantity(state.last?.value ?? null, feed.unit);
  return {
    id: feed.id,
    name: feed.name,
    rawUnit: feed.unit,
    time: state.last?.time ?? null,
    figure,
    unit,
    live: isLive(feed.interval, state.heardAt, words.now),
    heard: heardWords(state, words),
    size: words.bytes(state.size),
    interval: feed.interval > 0 ? everyWords(feed.interval, words) : '',
    engine: words.t(`feeds.engine.${feed.engine}`),
    public: feed.public,
  };
}

function everyWords(seconds: number, words: Words): string {
  const { count, unit } = inUnits(seconds);
  return words.t(`feeds.every.${unit}`, { count });
}

/** Items in groups of the same tag or node, groups by name and those without one last. */
export function grouped<T>(items: readonly T[], nameOf: (item: T) => string): { name: string; items: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item]);
  const order = (a: string, b: string) =>
    Number(a === '') - Number(b === '') || a.localeCompare(b, 'en', { numeric: true });
  return [...groups].sort(([a], [b]) => order(a, b)).map(([name, members]) => ({ name, items: members }));
}

/** Whether a value is from now: not more than three readings were missed. */
export function isLive(interval: number, heardAt: number | undefined, now: number): boolean {
  return heardAt !== undefined && now - heardAt <= Math.max(60, interval * 3) * 1000;
}

const LONG_AGO_MS = 2 * 86_400_000;

/** When it was heard: how long ago, after two days the date; where the hub does not know, the reading's own time. */
export function heardWords({ last, heardAt }: Pick<FeedState, 'last' | 'heardAt'>, words: Words): string {
  if (heardAt !== undefined && words.now - heardAt > LONG_AGO_MS) return words.moment(heardAt);
  if (heardAt !== undefined) return words.ago(Math.max(0, (words.now - heardAt) / 1000));
  return last ? words.moment(last.time * 1000) : words.t('feeds.never');
}

import uPlot from 'uplot';
import type { FeedWindows } from '../../models/triple.ts';
import { drawnValues, type View } from './graph-view.ts';

export interface GraphFeed {
  readonly id: number;
  readonly name: string;
  readonly kind: 'power' | 'energy' | 'other';
  readonly unit: string;
  readonly scale: number;
}

/** What the page hands to its script. */
export interface GraphSetup {
  readonly start: number;
  readonly end: number;
  readonly zone: string;
  readonly language: 'en' | 'cy' | 'de';
  readonly feeds: readonly GraphFeed[];
  readonly words: {
    readonly note: string;
    readonly at: string;
    readonly use: string;
    /** "{count} minutes" by unit, and for one of it. */
    readonly steps: Readonly<Record<string, string>>;
    readonly step: Readonly<Record<string, string>>;
    readonly days: readonly string[];
    readonly months: readonly string[];
  };
}

/** A view is asked for with a quarter of its length on both sides, so that a drag shows something at once. */
const MARGIN = 0.25;
/** Pixels of a window: narrower ones only take longer to send and to draw. */
const PIXELS = 1.5;
const MOST_WINDOWS = 1000;

/** Fetches every feed's windows around `view`, as many as `width` pixels show. Rejects when one cannot be had. */
export function fetchWindows(
  feeds: readonly GraphFeed[],
  view: View,
  width: number,
  signal: AbortSignal,
): Promise<FeedWindows[]> {
  const margin = Math.round((view.end - view.start) * MARGIN);
  const most = Math.min(MOST_WINDOWS, Math.max(200, (width * (1 + 2 * MARGIN)) / PIXELS));
  const count = Math.floor(most / (1 + (feeds.length - 1) / 2));
  const query = `start=${view.start - margin}&end=${view.end + margin}&count=${count}`;
  return Promise.all(
    feeds.map(async ({ id }) => {
      const answer = await fetch(`/api/v1/feeds/${id}/windows?${query}`, { signal });
      if (!answer.ok) throw new Error(`windows of ${id}: ${answer.status}`);
      return (await answer.json()) as FeedWindows;
    }),
  );
}

/**
 * The aligned columns uPlot draws: times, then mean, highest and lowest of the first feed, then the mean of each other.
 */
export function columnsOf(feeds: readonly GraphFeed[], all: readonly FeedWindows[], view: View): uPlot.AlignedData {
  const tables = feeds.map((feed, i) => {
    const { start, step, windows } = all[i]!;
    const base = baseOf(feed, all[i]!, view);
    const column = (part: 0 | 1 | 2) =>
      drawnValues(
        windows.map((triple) => triple?.[part] ?? null),
        feed.scale,
        base,
      );
    const times = windows.map((_, at) => start + (at + 0.5) * step);
    return [times, column(2), ...(i === 0 ? [column(1), column(0)] : [])] as uPlot.AlignedData;
  });
  return tables.length === 1 ? tables[0]! : uPlot.join(tables);
}

/** A counter is drawn from where it stands at the view's start. */
function baseOf(feed: GraphFeed, { start, step, windows }: FeedWindows, view: View): number {
  if (feed.kind !== 'energy') return 0;
  const first = windows.find((triple, i) => triple !== null && start + (i + 1) * step > view.start);
  return first ? first[0] * feed.scale : 0;
}

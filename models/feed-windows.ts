import { niceStep } from './graph-step.ts';
import type { Series } from './timeseries/series.ts';
import type { FeedWindows } from './triple.ts';

const MOST_WINDOWS = 1000;

/**
 * The feed's values from `start` to `end` in at most `count` windows, of a length that reads well. Numbers keep five digits of the range that is shown,
 * so a counter far from zero still tells its smallest visible step.
 */
export async function windowsOf(
  series: Pick<Series, 'meta' | 'windows'>,
  feed: number,
  start: number,
  end: number,
  count: number,
): Promise<FeedWindows> {
  const interval = Math.max(1, Math.round(series.meta(feed)?.interval ?? 1));
  const most = Math.min(MOST_WINDOWS, Math.max(1, Math.floor(count)));
  const step = niceStep(end - start, most, interval);
  const edges = edgesOf(start, end, step);
  if (edges.length < 2 || !series.meta(feed)) return { start, end, step, windows: edges.slice(1).map(() => null) };
  const windows = await series.windows(feed, edges);
  const span = spanOf(windows);
  return {
    start,
    end,
    step,
    windows: windows.map((w) =>
      w.count === 0 ? null : [rounded(w.min, span), rounded(w.max, span), rounded(w.sum / w.count, span)],
    ),
  };
}

/** `value` with as many decimals as five digits of `span` have. */
export function rounded(value: number, span: number): number {
  const decimals = Math.min(10, Math.max(0, 4 - Math.floor(Math.log10(span || 1))));
  return Number(value.toFixed(decimals));
}

function edgesOf(start: number, end: number, step: number): number[] {
  if (!(end > start)) return [];
  const edges: number[] = [];
  for (let edge = start; edge < end; edge += step) edges.push(edge);
  edges.push(end);
  return edges;
}

function spanOf(windows: readonly { min: number; max: number; count: number }[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const w of windows) {
    if (w.count === 0) continue;
    low = Math.min(low, w.min);
    high = Math.max(high, w.max);
  }
  if (high > low) return high - low;
  return Math.abs(high) < Number.POSITIVE_INFINITY ? Math.abs(high) : 1;
}

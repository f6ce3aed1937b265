import type { Series } from './timeseries/series.ts';

/** A power curve: windows without a value are left out. */
export interface Curve {
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  /** Seconds one window covers. */
  readonly step: number;
  readonly windows: readonly (readonly [time: number, min: number, max: number, mean: number])[];
}

export interface Peak {
  /** Start of the window that has it. */
  readonly time: number;
  readonly value: number;
}

const DAY_S = 86_400;
/** One every five minutes: what a drawing 1000 units wide can tell apart. */
const MOST_WINDOWS = 288;

/** The 24 hours up to `anchor`, in windows that keep short peaks in sight. */
export async function curveOf(
  series: Pick<Series, 'meta' | 'windows'>,
  feed: number | null,
  anchor: number,
): Promise<Curve> {
  const interval = Math.max(1, Math.round((feed === null ? undefined : series.meta(feed)?.interval) ?? 1));
  const step = Math.ceil(DAY_S / MOST_WINDOWS / interval) * interval;
  // One step past the anchor, so that the newest slot is within the last window.
  const end = (Math.floor(anchor / step) + 1) * step;
  const start = end - Math.floor(DAY_S / step) * step;
  if (feed === null || !series.meta(feed)) return { start, end, step, windows: [] };
  const edges: number[] = [];
  for (let edge = start; edge <= end; edge += step) edges.push(edge);
  const found = await series.windows(feed, edges);
  const windows = found.flatMap(({ min, max, sum, count }, at) =>
    count === 0 ? [] : [[edges[at] as number, min, max, sum / count] as const],
  );
  return { start, end, step, windows };
}

/** The curve's highest value; null for an empty curve. */
export function peakOf(curve: Curve): Peak | null {
  let peak: Peak | null = null;
  for (const [time, , max] of curve.windows) if (peak === null || max > peak.value) peak = { time, value: max };
  return peak;
}

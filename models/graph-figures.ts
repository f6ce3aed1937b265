import { type FeedKind, readingOf } from './feed-kind.ts';
import type { Series, Window } from './timeseries/series.ts';

/** What a stretch of time comes to, in the unit shown (kW, kWh, or the feed's own). */
export interface Figures {
  readonly low: number;
  readonly mean: number;
  readonly high: number;
  /** kWh, where the feed tells energy. Gaps add nothing. */
  readonly energy: number | null;
}

export interface FeedFigures {
  /** Null when nothing was recorded in the whole range. */
  readonly total: Figures | null;
  /** One for each pair of neighbouring edges. */
  readonly rows: readonly (Figures | null)[];
  /** Unix seconds of the highest value's slot. */
  readonly peakAt: number | null;
}

type Reads = Pick<Series, 'meta' | 'windows'>;

/** The figures of one feed between each two of the ascending `edges` and over all of them. */
export async function figuresOf(
  series: Reads,
  feed: { readonly id: number; readonly unit: string },
  edges: readonly number[],
): Promise<FeedFigures> {
  const meta = series.meta(feed.id);
  if (!meta || edges.length < 2) return { total: null, rows: edges.slice(1).map(() => null), peakAt: null };
  const { kind, scale } = readingOf(feed.unit);
  const windows = await series.windows(feed.id, edges);
  const energies = energiesOf(windows, kind, scale, meta.interval);
  const rows = windows.map((w, i) => figures(w, scale, energies[i] ?? null));
  const whole = joined(windows);
  const energy = kind === 'other' ? null : energies.reduce<number>((sum, e) => sum + (e ?? 0), 0);
  const top = windows.findIndex((w) => w.count > 0 && w.max === whole.max);
  return {
    total: figures(whole, scale, energy),
    rows,
    peakAt: top < 0 ? null : await peakIn(series, feed.id, edges[top]!, edges[top + 1]!, Math.max(1, meta.interval)),
  };
}

const PIECES = 64;

/** The start of the slot from `start` to before `end` that holds the highest value; each round looks 64 times closer. */
async function peakIn(series: Reads, feed: number, start: number, end: number, interval: number): Promise<number> {
  let [from, to] = [start, end];
  while (to - from > interval) {
    const step = Math.max(1, Math.ceil((to - from) / PIECES / interval)) * interval;
    const edges = [from];
    while (edges[edges.length - 1]! + step < to) edges.push(edges[edges.length - 1]! + step);
    edges.push(to);
    const windows = await series.windows(feed, edges);
    const high = joined(windows).max;
    const top = windows.findIndex((w) => w.count > 0 && w.max === high);
    if (top < 0 || windows.length < 2) return from;
    from = edges[top]!;
    to = edges[top + 1]!;
  }
  return from;
}

function energiesOf(windows: readonly Window[], kind: FeedKind, scale: number, interval: number): (number | null)[] {
  if (kind === 'power') return windows.map((w) => (w.count === 0 ? null : (w.sum * scale * interval) / 3600));
  if (kind === 'other') return windows.map(() => null);
  let before = Number.NaN;
  return windows.map((w) => {
    if (w.count === 0) return null;
    // A counter that fell back was reset: only what it counted inside this window is known.
    const from = before <= w.max ? before : w.min;
    before = w.max;
    return (w.max - from) * scale;
  });
}

function figures(w: Window, scale: number, energy: number | null): Figures | null {
  if (w.count === 0) return null;
  return { low: w.min * scale, mean: (w.sum / w.count) * scale, high: w.max * scale, energy };
}

function joined(windows: readonly Window[]): Window {
  const whole: Window = { min: Number.NaN, max: Number.NaN, sum: 0, count: 0 };
  for (const w of windows) {
    if (w.count === 0) continue;
    whole.min = whole.count === 0 ? w.min : Math.min(whole.min, w.min);
    whole.max = whole.count === 0 ? w.max : Math.max(whole.max, w.max);
    whole.sum += w.sum;
    whole.count += w.count;
  }
  return whole;
}

import type { Change, Series } from './timeseries/series.ts';

/** How a stored value becomes a new one. */
export type Scaling = (value: number) => number;

/** A number multiplies, `1/n` divides, `abs(x)` drops the sign, `NAN` removes the value; null for anything else. */
export function parseScaling(text: string): Scaling | null {
  const plain = text.trim();
  if (/^nan$/i.test(plain)) return () => Number.NaN;
  if (plain === 'abs(x)') return Math.abs;
  const fraction = /^([+-]?)1\/(\d+\.?\d*|\.\d+)$/.exec(plain);
  const factor = fraction ? Number(`${fraction[1]}1`) / Number(fraction[2]) : Number(plain);
  return plain !== '' && Number.isFinite(factor) ? (value) => value * factor : null;
}

/** Most values rescaled in one go, which a crash leaves whole or undone. */
export const MOST_SCALED = 500_000;

/** The changes that rescale a feed's values with start ≤ time < end, its newest reading left as it is. No more than MOST_SCALED. */
export async function scaledChanges(
  series: Pick<Series, 'scan' | 'last'>,
  feed: number,
  start: number,
  end: number,
  scaling: Scaling,
): Promise<Change[]> {
  const changes: Change[] = [];
  await series.scan(feed, start, end - 1, (times, values) => {
    for (let i = 0; i < times.length; i += 1) {
      changes.push({ kind: 'point', feed, time: times[i]!, value: scaling(values[i]!) });
    }
  });
  const last = series.last(feed);
  if (last && changes.length > 0) changes.push({ kind: 'last', feed, time: last.time, value: last.value });
  return changes;
}

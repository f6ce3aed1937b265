import { localSlices } from '../tariff/local-slices.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { priceSlices } from './priced-slices.ts';

/** What local generation gives in the half-hour that holds `now`, on average, W; null where none is agreed, or nothing tells of it yet. */
export async function localWatts(
  series: Pick<Series, 'meta' | 'samples'>,
  tariff: Tariff,
  zone: string,
  now: number,
): Promise<number | null> {
  const start = Math.floor(now / HALF_HOUR_S) * HALF_HOUR_S;
  const slices = localSlices(start, start + HALF_HOUR_S, zone, { minutes: [], steps: [] });
  const [first] = await priceSlices(series, tariff, slices);
  const joules = first?.local?.allowance ?? 0;
  return joules > 0 ? joules / HALF_HOUR_S : null;
}

const HALF_HOUR_S = 1800;

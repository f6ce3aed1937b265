import { energiesOf } from './cost/energy.ts';
import type { Series } from './timeseries/series.ts';

/**
 * Energy in kWh of a power feed from `start` to before `end`, as the costs count it; null where it has no value there. `end` is
 * not after now, or the newest value counts on into what has not happened yet.
 */
export async function energyBetween(
  series: Pick<Series, 'meta' | 'scan' | 'windows'>,
  feed: number,
  start: number,
  end: number,
): Promise<number | null> {
  if (end <= start) return null;
  const { joules, covered } = await energiesOf(series, { kind: 'power', feed }, [{ start, end }]);
  return covered[0] ? (joules[0] as number) / JOULES_A_KWH : null;
}

const JOULES_A_KWH = 3_600_000;

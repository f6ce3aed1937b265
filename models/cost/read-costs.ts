import { localSlices } from '../tariff/local-slices.ts';
import { cutMinutes, priceFeeds } from '../tariff/price.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { type BillRow, billOf, sumOf } from './bill.ts';
import { type EnergySource, energiesOf } from './energy.ts';
import { opensPeriod, type Period } from './period.ts';
import { priceSlices } from './priced-slices.ts';

export interface CostRange {
  /** Unix seconds. */
  readonly from: number;
  /** Unix seconds; not after now, or what has not happened counts as missing. */
  readonly to: number;
  readonly by: Period;
}

export interface CostSources {
  readonly tariff: Tariff;
  readonly zone: string;
  /** The household's own meter. */
  readonly house: EnergySource | null;
  readonly devices: readonly EnergySource[];
}

/** The bill's rows over the range and their sum, read from the series as they are now. */
export async function readCosts(
  series: Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'>,
  { tariff, zone, house, devices }: CostSources,
  { from, to, by }: CostRange,
): Promise<{ rows: BillRow[]; total: BillRow }> {
  const steps = priceFeeds(tariff).map((feed) => Math.max(SHORTEST_S, series.meta(feed)?.interval ?? 0));
  const slices = localSlices(from, to, zone, { minutes: cutMinutes(tariff), steps });
  const [priced, meter, ...each] = await Promise.all([
    priceSlices(series, tariff, slices),
    house && energiesOf(series, house, slices),
    ...devices.map((source) => energiesOf(series, source, slices)),
  ]);
  const rows = billOf({ slices: priced, meter, devices: each, opens: opensPeriod(by) });
  return { rows, total: sumOf(rows, devices.length) };
}

/** Prices that change more often are taken as they stand at every fifth minute. */
const SHORTEST_S = 300;

import { dayAt, dayStart } from '../../lib/local-day.ts';
import { dayNumber } from '../../lib/wall-clock.ts';
import { type LocalSlice, localSlices } from '../tariff/local-slices.ts';
import { cutMinutes, tariffFeeds, versionOn } from '../tariff/price.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { type BillRow, billOf, sumOf } from './bill.ts';
import { type EnergySource, energiesOf } from './energy.ts';
import { opensPeriod, type Period } from './period.ts';
import { priceSlices } from './priced-slices.ts';
import { monthStart } from './terms.ts';

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
  const slices = slicesOf(series, tariff, zone, { from, to });
  const [priced, meter, ...each] = await Promise.all([
    priceSlices(series, tariff, slices),
    house && energiesOf(series, house, slices),
    ...devices.map((source) => energiesOf(series, source, slices)),
  ]);
  const rows = billOf({ slices: priced, meter, devices: each, opens: opensPeriod(by), from });
  return { rows, total: sumOf(rows, devices.length) };
}

/** The range cut where anything changes, led in by what counts towards its tiers, caps and local shares. */
export function slicesOf(
  series: Pick<Series, 'meta'>,
  tariff: Tariff,
  zone: string,
  { from, to }: Pick<CostRange, 'from' | 'to'>,
): LocalSlice[] {
  const feeds = tariffFeeds(tariff).map((feed) => Math.max(SHORTEST_S, series.meta(feed)?.interval ?? 0));
  const steps = tariff.versions.some(({ community }) => community) ? [...feeds, HALF_HOUR_S] : feeds;
  const cuts = { minutes: cutMinutes(tariff), steps: [...new Set(steps)] };
  return [...localSlices(leadIn(tariff, zone, from), from, zone, cuts), ...localSlices(from, to, zone, cuts)];
}

/** Where counting towards what applies at `from` begins. */
function leadIn(tariff: Tariff, zone: string, from: number): number {
  const day = dayAt(from, zone);
  const version = versionOn(tariff, day);
  if (!version) return from;
  const { tiers, mostMonth, monthFrom, community } = version;
  const begins = dayNumber(version.from);
  const month = mostMonth !== null || tiers?.per === 'month' ? monthStart(day, monthFrom) : day;
  const counted = tiers || mostMonth !== null ? dayStart(Math.max(begins, month), zone) : from;
  const start = Math.min(from, counted);
  return community ? Math.floor(start / HALF_HOUR_S) * HALF_HOUR_S : start;
}

/** What changes more often is taken as it stands at every fifth minute. */
const SHORTEST_S = 300;
const HALF_HOUR_S = 1800;

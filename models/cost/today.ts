import type { LocalDay } from '../../lib/local-day.ts';
import { type LocalSlice, localSlices } from '../tariff/local-slices.ts';
import type { Series } from '../timeseries/series.ts';
import { type BillRow, billOf, sumOf } from './bill.ts';
import { type Energies, type EnergySource, energiesOf } from './energy.ts';
import { priceSlices } from './priced-slices.ts';
import { type CostSources, slicesOf } from './read-costs.ts';
import { usualDay, type Watts } from './usual-day.ts';

export interface Today {
  /** From midnight to `now`. */
  readonly soFar: BillRow;
  /** The whole day, what is left of it as it usually goes. */
  readonly toMidnight: BillRow;
}

/** A device that runs when it is planned to, and draws so much while it does. */
export interface PlannedDraw {
  readonly watts: number;
  /** Unix seconds; those that are over do not matter. */
  readonly periods: readonly (readonly [start: number, end: number])[];
}

/**
 * The day's bill so far and to its end. What is left of the day is taken to go as the same half-hours of the last seven days did on
 * average, at the prices that hold then; devices likewise, each by itself, and the rest is what the house has left. A device that
 * is planned (`planned`, in the order of the devices) draws in its planned runs in place of its usual ones, in the house's figure too.
 */
export async function readToday(
  series: Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'>,
  { tariff, zone, house, devices }: CostSources,
  { start, end }: LocalDay,
  now: number,
  planned: readonly (PlannedDraw | null)[] = [],
): Promise<Today> {
  const known = slicesOf(series, tariff, zone, { from: start, to: now });
  const ahead = slicesOf(series, tariff, zone, { from: now, to: end }).filter((slice) => slice.start >= now);
  const slices = [...known, ...ahead];
  const usual = localSlices(start - WEEK_S, now, zone, { minutes: [], steps: [] });
  const read = async (source: EnergySource) => {
    const [told, before] = [await energiesOf(series, source, known), await energiesOf(series, source, usual)];
    return { told, usually: usualDay(before, usual) };
  };
  const priced = await priceSlices(series, tariff, slices);
  const [main, ...each] = await Promise.all([house && read(house), ...devices.map(read)]);
  const moved: Ahead = (slice) =>
    each.reduce((sum, { usually }, at) => {
      const draw = planned[at];
      return draw ? sum + joulesOf(draw, slice) - (aheadOf(usually.watts)(slice) ?? 0) : sum;
    }, 0);
  const goes = each.map(({ usually }, at): Ahead => {
    const draw = planned[at];
    return draw ? (slice) => joulesOf(draw, slice) : aheadOf(usually.watts);
  });
  const all: Ahead = (slice) => {
    const usually = main && aheadOf(main.usually.watts)(slice);
    if (usually === null) return null;
    const joules = usually + (moved(slice) ?? 0);
    // A meter that never spoke at this time of day is not believed against the devices that did.
    const told = () => goes.reduce((sum, one) => sum + (one(slice) ?? 0), 0);
    return main?.usually.isMeasured(slice.minute) ? joules : Math.max(joules, told());
  };
  const own = each.map(({ told }, at) => carriedOn(told, goes[at] ?? (() => null), ahead));
  const meter = main && carriedOn(main.told, all, ahead);
  const opens = (slice: LocalSlice) => slice.start === now;
  const rows = billOf({ slices: priced, meter, devices: own, opens, from: start });
  const soFar = rows.filter((row) => row.start < now);
  return { soFar: sumOf(soFar, devices.length), toMidnight: sumOf(rows, devices.length) };
}

/** What a slice that is still to come will take, in joules; null: nobody knows. */
type Ahead = (slice: LocalSlice) => number | null;

function aheadOf(watts: Watts): Ahead {
  return ({ start, end, minute }) => {
    const mean = watts(minute);
    return mean === null ? null : mean * (end - start);
  };
}

function joulesOf({ watts, periods }: PlannedDraw, { start, end }: LocalSlice): number {
  const overlap = ([from, to]: readonly [number, number]) => Math.max(0, Math.min(to, end) - Math.max(from, start));
  return periods.reduce((sum, period) => sum + watts * overlap(period), 0);
}

function carriedOn(told: Energies, joulesAhead: Ahead, ahead: readonly LocalSlice[]): Energies {
  const rest = ahead.map((slice) => {
    const joules = joulesAhead(slice);
    return joules === null
      ? { joules: 0, covered: 0 }
      : { joules: Math.round(joules), covered: slice.end - slice.start };
  });
  return {
    joules: Float64Array.from([...told.joules, ...rest.map(({ joules }) => joules)]),
    covered: Float64Array.from([...told.covered, ...rest.map(({ covered }) => covered)]),
  };
}

const WEEK_S = 7 * 86_400;

import { dayAt, dayStart } from '../../lib/local-day.ts';
import { localSlices } from '../tariff/local-slices.ts';
import { amount, type Money } from '../tariff/money.ts';
import { versionOn } from '../tariff/price.ts';
import type { TariffVersion } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { Charging } from './charge.ts';
import { type Energies, energiesOf } from './energy.ts';
import { priceSlices } from './priced-slices.ts';
import { type CostSources, slicesOf } from './read-costs.ts';
import { monthStart } from './terms.ts';
import { usualDay, type Watts } from './usual-day.ts';

/** Where a household stands in what depends on how much it took before. */
export interface Standing {
  /** First day of the version under which it was counted. */
  readonly from: string;
  /** What a unit costs more than the price of its moment, in millionths, until counting begins anew (Unix seconds). */
  readonly tier: { readonly more: number; readonly until: number } | null;
  /** Until when nothing more is charged because the month has cost the most it may; null: it has not. */
  readonly cappedUntil: number | null;
  /** What the house usually draws, where local generation comes first. */
  readonly usual: Watts | null;
}

/** How the household stands at `now`; null where its tariff has no tiers, no cap of a month and no local generation. */
export async function readStanding(
  series: Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'>,
  sources: CostSources,
  now: number,
): Promise<Standing | null> {
  const { tariff, zone } = sources;
  const day = dayAt(now, zone);
  const version = versionOn(tariff, day);
  if (!version) return null;
  const { from, tiers, mostMonth, community, monthFrom } = version;
  if (!tiers && mostMonth === null && !community) return null;
  const counted = tiers || mostMonth !== null ? await countedUntil(series, sources, now) : { taken: 0, paid: 0n };
  const monthEnd = () => dayStart(nextMonth(day, monthFrom), zone);
  return {
    from,
    tier: tiers && {
      more: tiers.steps.findLast(({ above }) => above * JOULES_A_WH <= counted.taken)?.more ?? 0,
      until: tiers.per === 'day' ? dayStart(day + 1, zone) : monthEnd(),
    },
    cappedUntil: isCapped(version, counted.paid) ? monthEnd() : null,
    usual: community ? await usualUse(series, sources, dayStart(day, zone)) : null,
  };
}

async function countedUntil(series: Parameters<typeof readStanding>[0], sources: CostSources, now: number) {
  const slices = slicesOf(series, sources.tariff, sources.zone, { from: now, to: now });
  const priced = await priceSlices(series, sources.tariff, slices);
  const used = await houseUse(series, sources, slices);
  const charging = new Charging();
  for (const [at, slice] of priced.entries()) charging.of(slice, used.joules[at] as number);
  return charging.counted;
}

async function usualUse(series: Parameters<typeof readStanding>[0], sources: CostSources, midnight: number) {
  const week = localSlices(midnight - WEEK_S, midnight, sources.zone, { minutes: [], steps: [] });
  return usualDay(await houseUse(series, sources, week), week).watts;
}

/** What the meter says, else what the devices say. */
async function houseUse(
  series: Parameters<typeof readStanding>[0],
  { house, devices }: CostSources,
  slices: Parameters<typeof energiesOf>[2],
): Promise<Energies> {
  const [meter, ...each] = await Promise.all(
    [house, ...devices].map((source) => source && energiesOf(series, source, slices)),
  );
  const told = each.filter((one) => one !== null);
  const joules = slices.map((_, at) => {
    const own = told.reduce((sum, one) => sum + (one.joules[at] as number), 0);
    return meter && (meter.covered[at] as number) > 0 ? (meter.joules[at] as number) : own;
  });
  const covered = slices.map((_, at) => Math.max(...[meter, ...told].map((one) => one?.covered[at] ?? 0)));
  return { joules: Float64Array.from(joules), covered: Float64Array.from(covered) };
}

function isCapped({ mostMonth, vat }: TariffVersion, paid: Money): boolean {
  return mostMonth !== null && paid >= amount(mostMonth, vat);
}

/** The first day of the billing month after the one that holds `day`. */
function nextMonth(day: number, monthFrom: number): number {
  const begun = monthStart(day, monthFrom);
  let next = begun + 28;
  while (monthStart(next, monthFrom) === begun) next += 1;
  return next;
}

const JOULES_A_WH = 3600;
const WEEK_S = 7 * 86_400;

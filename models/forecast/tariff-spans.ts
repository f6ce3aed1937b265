import { DateTime } from 'luxon';
import type { Standing } from '../cost/standing.ts';
import { type LocalSlice, localSlices } from '../tariff/local-slices.ts';
import { cutMinutes, priceAt, priceFeeds, versionOn } from '../tariff/price.ts';
import type { Community, Price, Tariff, TariffVersion } from '../tariff/tariff.ts';
import type { Span } from './span.ts';

/** What a feed of prices says, slot by slot. */
export interface PriceSlots {
  readonly start: number;
  readonly interval: number;
  readonly values: readonly (number | null)[];
}

export interface TariffWorld {
  readonly tariff: Tariff;
  readonly zone: string;
  readonly slotsOf: (feed: number) => PriceSlots | undefined;
  /** Where the household stands in what depends on how much it took before. */
  readonly standing?: Standing | null;
}

/**
 * What one more kWh costs the household when it is taken by a device of 1 kW, VAT in it, in the currency's main unit. Nothing is told of time
 * without a known price. The tier the household stands in holds until counting begins anew, then the first; a month that has cost
 * the most it may costs nothing more; and local generation counts as far as the house's usual use leaves it over.
 */
export function tariffSpans({ tariff, zone, slotsOf, standing = null }: TariffWorld, from: number, to: number): Span[] {
  const steps = stepsOf(tariff, slotsOf);
  const slices = localSlices(from, to, zone, { minutes: cutMinutes(tariff), steps });
  const sample = (feed: number, time: number) => sampleAt(slotsOf(feed), time);
  let day: number | null = null;
  let version: TariffVersion | undefined;
  return slices.flatMap((slice) => {
    if (slice.day !== day) version = versionOn(tariff, slice.day);
    day = slice.day;
    if (!version) return [];
    const micro = marginal(version, slice, standing, sample);
    if (micro === null) return [];
    const { rate, included } = version.vat;
    return [{ start: slice.start, end: slice.end, value: (micro * (included ? WHOLE : WHOLE + rate)) / WHOLE / MICRO }];
  });
}

/** Seconds into which time must be cut so that every price of the tariff holds whole intervals, five minutes at the least. */
export function tariffInterval({ tariff, zone, slotsOf }: TariffWorld, now: number): number {
  const cuts = cutMinutes(tariff).map((minute) => minute * 60);
  // Where the wall clock is a quarter of an hour from the world's, its half-hours are no whole ones of Unix time.
  const apart = Math.abs(DateTime.fromSeconds(now, { zone }).offset * 60);
  const steps = priceFeeds(tariff).flatMap((feed) => slotsOf(feed)?.interval ?? []);
  return Math.max(FINEST, [...cuts, ...(cuts.length > 0 ? [apart] : []), ...steps].reduce(divisor, LONGEST));
}

/** Prices are never looked at more closely than so many seconds. */
export const FINEST = 300;
const LONGEST = 1800;
const WHOLE = 10_000;
const MICRO = 1_000_000;
/** What a device of 1 kW takes in a half-hour. */
const HALF_HOUR_WH = 500;

type Sample = (feed: number, time: number) => number | null;

/** Millionths a kWh before VAT. */
function marginal(version: TariffVersion, slice: LocalSlice, standing: Standing | null, sample: Sample): number | null {
  const counts = standing?.from === version.from ? standing : null;
  if (counts?.cappedUntil && slice.start < counts.cappedUntil) return 0;
  const grid = gridPrice(version, slice, counts, sample);
  const { community } = version;
  const share = community ? localShare(community, slice, standing, sample) : 0;
  if (!community || share === 0) return grid;
  const local = priceOf(community.price, slice, sample);
  if (share === 1) return local;
  return grid === null || local === null ? null : share * local + (1 - share) * grid;
}

function gridPrice(
  { import: price, mostPrice }: TariffVersion,
  slice: LocalSlice,
  standing: Standing | null,
  sample: Sample,
): number | null {
  const asked = priceOf(price, slice, sample);
  if (asked === null) return null;
  const tier = standing?.tier;
  const whole = asked + (tier && slice.start < tier.until ? tier.more : 0);
  return Math.min(whole, mostPrice ?? whole);
}

/** Of what a device of 1 kW takes in the half-hour, the part that comes from local generation. */
function localShare(community: Community, slice: LocalSlice, standing: Standing | null, sample: Sample): number {
  const { allowance } = community;
  const kWh = allowance.kind === 'feed' ? (sample(allowance.feed, slice.start) ?? 0) : 0;
  const wh = allowance.kind === 'flat' ? allowance.wh : (kWh * allowance.part) / 10;
  const used = Math.max(0, (standing?.usual?.(slice.minute) ?? 0) / 2);
  return Math.min(1, Math.max(0, wh - used) / HALF_HOUR_WH);
}

function priceOf(price: Price, slice: LocalSlice, sample: Sample): number | null {
  return priceAt(price, slice, price.kind === 'feed' ? sample(price.feed, slice.start) : null);
}

function stepsOf(tariff: Tariff, slotsOf: TariffWorld['slotsOf']): number[] {
  const feeds = priceFeeds(tariff).map((feed) => Math.max(FINEST, slotsOf(feed)?.interval ?? FINEST));
  return tariff.versions.some(({ community }) => community) ? [...feeds, LONGEST] : feeds;
}

function sampleAt(slots: PriceSlots | undefined, time: number): number | null {
  return slots?.values[Math.floor((time - slots.start) / slots.interval)] ?? null;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

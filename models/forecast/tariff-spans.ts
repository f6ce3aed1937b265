import { localSlices } from '../tariff/local-slices.ts';
import { cutMinutes, priceAt, priceFeeds, versionOn } from '../tariff/price.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Span } from './span.ts';

/** What a feed of prices says, slot by slot. */
export interface PriceSlots {
  readonly start: number;
  readonly interval: number;
  readonly values: readonly (number | null)[];
}

/**
 * What the household pays for a kWh from the grid, VAT in it, in the currency's main unit. Nothing is told of time without a known price.
 * What depends on how much was taken before, tiers and a month's cap, is left out, and so is local generation.
 */
export function tariffSpans(
  tariff: Tariff,
  zone: string,
  from: number,
  to: number,
  slotsOf: (feed: number) => PriceSlots | undefined,
): Span[] {
  const steps = priceFeeds(tariff).flatMap((feed) => Math.max(FINEST, slotsOf(feed)?.interval ?? FINEST));
  const slices = localSlices(from, to, zone, { minutes: cutMinutes(tariff), steps });
  let day: number | null = null;
  let version: ReturnType<typeof versionOn>;
  return slices.flatMap((slice) => {
    if (slice.day !== day) version = versionOn(tariff, slice.day);
    day = slice.day;
    if (!version) return [];
    const price = version.import;
    const asked = priceAt(price, slice, price.kind === 'feed' ? sampleAt(slotsOf(price.feed), slice.start) : null);
    if (asked === null) return [];
    const micro = Math.min(asked, version.mostPrice ?? asked);
    const { rate, included } = version.vat;
    return [{ start: slice.start, end: slice.end, value: (micro * (included ? WHOLE : WHOLE + rate)) / WHOLE / MICRO }];
  });
}

/** Seconds into which time must be cut so that every price of the tariff holds whole intervals, five minutes at the least. */
export function tariffInterval(tariff: Tariff, slotsOf: (feed: number) => PriceSlots | undefined): number {
  const cuts = cutMinutes(tariff).map((minute) => minute * 60);
  const steps = priceFeeds(tariff).flatMap((feed) => slotsOf(feed)?.interval ?? []);
  const common = [...cuts, ...steps].reduce(divisor, LONGEST);
  return Math.max(FINEST, common);
}

/** Prices are never looked at more closely than so many seconds. */
export const FINEST = 300;
const LONGEST = 1800;
const WHOLE = 10_000;
const MICRO = 1_000_000;

function sampleAt(slots: PriceSlots | undefined, time: number): number | null {
  return slots?.values[Math.floor((time - slots.start) / slots.interval)] ?? null;
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

import { beganOn, minutesOf, weekdayOf } from '../../lib/time-of-day.ts';
import type { LocalSlice, SliceCuts } from './local-slices.ts';
import type { Band, Price, Tariff, TariffVersion } from './tariff.ts';

/** What a moment's price depends on. */
export type Moment = Pick<LocalSlice, 'day' | 'minute'>;

/** The version that applies on a local day; undefined before the first. */
export function versionOn({ versions }: Tariff, day: number): TariffVersion | undefined {
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  return versions.findLast(({ from }) => from <= date);
}

/** The price of a kWh in millionths; null where nobody knows. `sample` is what the price's feed says at the moment. */
export function priceAt(price: Price, moment: Moment, sample: number | null): number | null {
  if (price.kind === 'flat') return price.price;
  if (price.kind === 'bands') return price.bands.find((band) => holds(band, moment))?.price ?? price.otherwise;
  return sample === null || !Number.isFinite(sample) ? null : Math.round(sample * price.scale);
}

/** The wall-clock minutes at which any price of the tariff may change. */
export function cutMinutes(tariff: Tariff): SliceCuts['minutes'] {
  const bands = pricesOf(tariff).flatMap((price) => (price.kind === 'bands' ? price.bands : []));
  return bands.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)]);
}

/** The feeds that prices and local generation are read from. */
export function priceFeeds(tariff: Tariff): number[] {
  return feedsOf([...pricesOf(tariff), ...tariff.versions.map(({ community }) => community?.allowance)]);
}

/** The feeds that prices, local generation and carbon are read from. */
export function tariffFeeds(tariff: Tariff): number[] {
  return [...new Set([...priceFeeds(tariff), ...feedsOf([tariff.carbon])])];
}

function feedsOf(list: readonly ({ kind: string; feed?: number } | null | undefined)[]): number[] {
  return [...new Set(list.flatMap((one) => (one?.kind === 'feed' && one.feed !== undefined ? [one.feed] : [])))];
}

function pricesOf({ versions }: Tariff): Price[] {
  const prices = versions.flatMap((version) => [version.import, version.export, version.community?.price]);
  return prices.filter((price) => price !== null && price !== undefined);
}

/** A band over midnight belongs to the day on which it begins: Friday's night ends on Saturday. */
function holds({ from, to, days, season }: Band, { day, minute }: Moment): boolean {
  const own = beganOn(minutesOf(from), minutesOf(to), day, minute);
  if (own === null || (days && !days.includes(weekdayOf(own)))) return false;
  return !season || inSeason(season, new Date(own * DAY_MS).toISOString().slice(5, 10));
}

function inSeason({ from, to }: NonNullable<Band['season']>, date: string): boolean {
  return from <= to ? date >= from && date <= to : date >= from || date <= to;
}

const DAY_MS = 86_400_000;

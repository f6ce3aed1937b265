import type { LocalSlice } from '../tariff/local-slices.ts';
import { amount, type Money, perJoule } from '../tariff/money.ts';
import { priceAt, priceFeeds, versionOn } from '../tariff/price.ts';
import type { Price, Tariff, TariffVersion } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import type { PricedSlice } from './bill.ts';

/** The slices with what a joule costs in each by the version that applied. */
export async function priceSlices(
  series: Pick<Series, 'meta' | 'samples'>,
  tariff: Tariff,
  slices: readonly LocalSlice[],
): Promise<PricedSlice[]> {
  const samples = new Map<number, readonly (number | null)[]>();
  for (const feed of priceFeeds(tariff)) samples.set(feed, await samplesOf(series, feed, slices));
  let day: number | null = null;
  let version: TariffVersion | undefined;
  return slices.map((slice, at) => {
    if (slice.day !== day) version = versionOn(tariff, slice.day);
    day = slice.day;
    return { ...slice, ...pricesOf(version, slice, (feed) => samples.get(feed)?.[at] ?? null) };
  });
}

function pricesOf(version: TariffVersion | undefined, slice: LocalSlice, sample: (feed: number) => number | null) {
  if (!version) return { taken: null, given: null, standing: 0n };
  const { vat, standing } = version;
  const joule = (price: Price): Money | null => {
    const micro = priceAt(price, slice, price.kind === 'feed' ? sample(price.feed) : null);
    return micro === null ? null : perJoule(micro, vat);
  };
  return {
    taken: joule(version.import),
    given: version.export ? joule(version.export) : 0n,
    standing: slice.first ? amount(standing, vat) : 0n,
  };
}

async function samplesOf(
  series: Pick<Series, 'meta' | 'samples'>,
  feed: number,
  slices: readonly LocalSlice[],
): Promise<(number | null)[]> {
  const meta = series.meta(feed);
  if (!meta || !(meta.interval > 0)) return slices.map(() => null);
  const slot = (time: number) => Math.floor((time - meta.startTime) / meta.interval) * meta.interval + meta.startTime;
  return await series.samples(
    feed,
    slices.map(({ start }) => slot(start)),
  );
}

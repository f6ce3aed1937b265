import type { LocalSlice } from '../tariff/local-slices.ts';
import { amount, type Money, perJoule } from '../tariff/money.ts';
import { priceAt, tariffFeeds, versionOn } from '../tariff/price.ts';
import type { CarbonSource, Community, Price, Tariff, TariffVersion } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { atMost } from './charge.ts';
import type { PricedSlice } from './priced-slice.ts';
import { type Terms, termsOf } from './terms.ts';

/** The slices with what a joule costs and emits in each, by the version that applied. */
export async function priceSlices(
  series: Pick<Series, 'meta' | 'samples'>,
  tariff: Tariff,
  slices: readonly LocalSlice[],
): Promise<PricedSlice[]> {
  const samples = new Map<number, readonly (number | null)[]>();
  for (const feed of tariffFeeds(tariff)) samples.set(feed, await samplesOf(series, feed, slices));
  let day: number | null = null;
  let version: TariffVersion | undefined;
  let terms: Terms | undefined;
  return slices.map((slice, at) => {
    if (slice.day !== day) {
      version = versionOn(tariff, slice.day);
      terms = version && termsOf(version);
      day = slice.day;
    }
    const sample = (feed: number) => samples.get(feed)?.[at] ?? null;
    const carbon = carbonOf(tariff.carbon, sample);
    return { ...slice, ...pricesOf(version, terms, slice, sample), carbon, terms };
  });
}

type Sample = (feed: number) => number | null;

function pricesOf(version: TariffVersion | undefined, terms: Terms | undefined, slice: LocalSlice, sample: Sample) {
  if (!version) return { taken: null, given: null, standing: 0n, local: null };
  const { vat, standing, community } = version;
  const joule = (price: Price): Money | null => {
    const micro = priceAt(price, slice, price.kind === 'feed' ? sample(price.feed) : null);
    return micro === null ? null : perJoule(micro, vat);
  };
  const taken = joule(version.import);
  return {
    taken: taken === null || terms?.tiers ? taken : atMost(terms, taken),
    given: version.export ? joule(version.export) : 0n,
    standing: slice.first ? amount(standing, vat) : 0n,
    local: community && {
      from: version.from,
      allowance: allowanceOf(community, sample),
      price: joule(community.price),
      carbon: BigInt(community.carbon) * MG_A_GRAM,
    },
  };
}

/** Joules of the half-hour; none where the feed says nothing yet. */
function allowanceOf({ allowance }: Community, sample: Sample): number {
  if (allowance.kind === 'flat') return allowance.wh * JOULES_A_WH;
  const kWh = sample(allowance.feed) ?? 0;
  return Number.isFinite(kWh) ? Math.max(0, Math.round((kWh * JOULES_A_WH * allowance.part) / 10)) : 0;
}

function carbonOf(source: CarbonSource | null, sample: Sample): bigint | null {
  if (!source) return 0n;
  const grams = source.kind === 'flat' ? source.grams : sample(source.feed);
  return grams === null || !Number.isFinite(grams) ? null : BigInt(Math.round(grams * 1000));
}

const MG_A_GRAM = 1000n;
const JOULES_A_WH = 3600;

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

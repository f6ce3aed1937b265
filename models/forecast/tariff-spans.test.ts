import { expect, test } from 'vitest';
import { plainSeries } from '../../test/plain-series.ts';
import { readStanding } from '../cost/standing.ts';
import { parseTariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { tariffInterval, tariffSpans } from './tariff-spans.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 0, 15, 12) / 1000;
const JANUARY = Date.UTC(2026, 0, 1) / 1000;
const FEBRUARY = Date.UTC(2026, 1, 1) / 1000;
const flat = (price: number) => ({ kind: 'flat', price }) as const;
const tiers = (per: 'day' | 'month', ...edges: number[]) => ({
  per,
  steps: edges.map((above, at) => ({ above, more: (at + 1) * 50_000 })),
});
const local = (wh: number) => ({ price: flat(70_000), allowance: { kind: 'flat', wh } });
/** 1 kW all the time: 348 kWh in this month, 12 today. */
const series = seriesOf(1000);

test.each<[string, object, [time: number, price: number][]]>([
  ['a plain price', {}, [[NOW, 0.2]]],
  [
    'the tier the month stands in, until the next month',
    { tiers: tiers('month', 300_000, 348_001) },
    [
      [NOW, 0.25],
      [FEBRUARY - HOUR, 0.25],
      [FEBRUARY, 0.2],
    ],
  ],
  [
    'the last tier, from the unit on with which it is reached',
    { tiers: tiers('month', 300_000, 348_000) },
    [[NOW, 0.3]],
  ],
  [
    'a day’s tier until midnight',
    { tiers: tiers('day', 5000) },
    [
      [NOW, 0.25],
      [NOW + 11 * HOUR, 0.25],
      [NOW + 12 * HOUR, 0.2],
    ],
  ],
  ['the highest price, tier or not', { tiers: tiers('day', 5000), mostPrice: 220_000 }, [[NOW, 0.22]]],
  [
    'a month that has cost the most costs nothing more',
    { mostMonth: 69_000_000 },
    [
      [NOW, 0],
      [FEBRUARY, 0.2],
    ],
  ],
  ['a month that has not yet', { mostMonth: 70_000_000 }, [[NOW, 0.2]]],
  ['local generation that the house uses up by itself', { community: local(500) }, [[NOW, 0.2]]],
  ['local generation that is left for half of it', { community: local(750) }, [[NOW, 0.135]]],
  ['local generation for all of it', { community: local(1000) }, [[NOW, 0.07]]],
  ['VAT is in all of it', { community: local(750), vat: { rate: 1000, included: false } }, [[NOW, 0.1485]]],
])('%s', async (_, more, prices) => {
  const tariff = parseTariff({
    currency: 'GBP',
    versions: [{ from: '2025-01-01', import: flat(200_000), ...more }],
  });
  const house = { kind: 'power', feed: 1 } as const;
  const standing = await readStanding(series, { tariff, zone: 'UTC', house, devices: [] }, NOW);
  const spans = tariffSpans({ tariff, zone: 'UTC', slotsOf: () => undefined, standing }, NOW, FEBRUARY + DAY);
  for (const [time, price] of prices)
    expect(spans.find(({ start, end }) => start <= time && time < end)?.value).toBeCloseTo(price, 9);
});

test.each<[string, string, number]>([
  ['Europe/London', '00:30', 1800],
  ['Asia/Kathmandu', '00:30', 900],
  ['Europe/London', '07:05', 300],
])('bands of %s from %s are cut every %i s', (zone, from, seconds) => {
  const bands = { kind: 'bands', bands: [{ price: 1, from, to: '08:00' }], otherwise: 2 };
  const tariff = parseTariff({ currency: 'GBP', versions: [{ from: '2025-01-01', import: bands }] });
  expect(tariffInterval({ tariff, zone, slotsOf: () => undefined }, NOW)).toBe(seconds);
});

function seriesOf(watts: number): Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'> {
  const values = new Array<number>((NOW - JANUARY + 20 * DAY) / 1800).fill(watts);
  const plain = plainSeries(values, 1800, JANUARY - 20 * DAY);
  return { ...plain, samples: (_, times) => Promise.resolve(times.map(() => null)) };
}

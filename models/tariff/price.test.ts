import { expect, test } from 'vitest';
import { dayOf } from '../../lib/wall-clock.ts';
import { priceAt, versionOn } from './price.ts';
import { type Band, type Price, parseTariff, tariffSchema } from './tariff.ts';

/** 2026-01-16 is a Friday. */
const FRIDAY = dayOf(2026, 1, 16);
const at = (day: number, clock: string) => ({
  day,
  minute: Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)),
});

test.each<[name: string, band: Omit<Band, 'price'>, day: number, clock: string, holds: boolean]>([
  ['its first minute', { from: '07:07', to: '09:00' }, FRIDAY, '07:07', true],
  ['the minute before', { from: '07:07', to: '09:00' }, FRIDAY, '07:06', false],
  ['its end is not in it', { from: '07:07', to: '09:00' }, FRIDAY, '09:00', false],
  ['over midnight, the evening', { from: '23:30', to: '06:00' }, FRIDAY, '23:45', true],
  ['over midnight, the morning', { from: '23:30', to: '06:00' }, FRIDAY, '05:59', true],
  ['over midnight, midday', { from: '23:30', to: '06:00' }, FRIDAY, '12:00', false],
  ['one time twice is the whole day', { from: '00:00', to: '00:00' }, FRIDAY, '13:00', true],
  ['Friday’s night, on Friday', { from: '22:00', to: '06:00', days: [5] }, FRIDAY, '23:00', true],
  ['Friday’s night, on Saturday', { from: '22:00', to: '06:00', days: [5] }, FRIDAY + 1, '03:00', true],
  ['Friday’s night, not early on Friday', { from: '22:00', to: '06:00', days: [5] }, FRIDAY, '03:00', false],
  ['a weekday', { from: '00:00', to: '12:00', days: [6, 7] }, FRIDAY, '03:00', false],
  [
    'winter over New Year',
    { from: '00:00', to: '12:00', season: { from: '11-01', to: '02-28' } },
    FRIDAY,
    '03:00',
    true,
  ],
  ['summer', { from: '00:00', to: '12:00', season: { from: '05-01', to: '09-30' } }, FRIDAY, '03:00', false],
])('%s', (_, band, day, clock, holds) => {
  const price: Price = { kind: 'bands', bands: [{ ...band, price: 1 }], otherwise: 2 };
  expect(priceAt(price, at(day, clock), null)).toBe(holds ? 1 : 2);
});

test('a price from a feed is what the feed says, scaled; unknown where it says nothing', () => {
  const price: Price = { kind: 'feed', feed: 3, scale: 10_000 };
  expect(priceAt(price, at(FRIDAY, '00:00'), 24.85)).toBe(248_500);
  expect(priceAt(price, at(FRIDAY, '00:00'), -1.5)).toBe(-15_000);
  expect(priceAt(price, at(FRIDAY, '00:00'), null)).toBe(null);
});

test('the version of a day is the last that began; none before the first', () => {
  const flat = (from: string, price: number) => ({ from, import: { kind: 'flat', price } });
  const tariff = parseTariff({ currency: 'GBP', versions: [flat('2026-01-16', 2), flat('2025-01-01', 1)] });
  expect(versionOn(tariff, FRIDAY)?.import).toEqual({ kind: 'flat', price: 2 });
  expect(versionOn(tariff, FRIDAY - 1)?.import).toEqual({ kind: 'flat', price: 1 });
  expect(versionOn(tariff, dayOf(2024, 12, 31))).toBe(undefined);
});

test.each([
  ['two versions on one day', { currency: 'GBP', versions: [{ from: '2026-01-01' }, { from: '2026-01-01' }] }],
  ['no versions', { currency: 'GBP', versions: [] }],
  ['a fraction of a millionth', { currency: 'GBP', versions: [{ from: '2026-01-01', standing: 0.5 }] }],
  ['a currency that is none', { currency: 'pounds', versions: [{ from: '2026-01-01' }] }],
])('refuses %s', (_, { currency, versions }) => {
  const made = versions.map((one) => ({ import: { kind: 'flat', price: 1 }, ...one }));
  expect(tariffSchema.safeParse({ currency, versions: made }).success).toBe(false);
});

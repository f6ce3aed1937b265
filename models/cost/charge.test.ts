import { expect, test } from 'vitest';
import { dayOf } from '../../lib/wall-clock.ts';
import { perJoule, rounded } from '../tariff/money.ts';
import { parseTariff, type TariffVersion } from '../tariff/tariff.ts';
import { apportion } from './apportion.ts';
import { Charging } from './charge.ts';
import type { PricedSlice } from './priced-slice.ts';
import { monthStart, termsOf } from './terms.ts';

const KWH = 3_600_000;
const DAY = dayOf(2026, 1, 15);

/** A half-hour at 20p, with the version's terms. */
function slice(version: object, at = 0, more: Partial<PricedSlice> = {}): PricedSlice {
  const [own] = parseTariff({
    currency: 'GBP',
    versions: [{ from: '2026-01-01', import: { kind: 'flat', price: 200_000 }, ...version }],
  }).versions as [TariffVersion];
  const day = DAY + Math.floor(at / 48);
  const start = day * 86_400 + (at % 48) * 1800;
  const taken = perJoule(200_000, own.vat);
  const common = { day, minute: (at % 48) * 30, first: at % 48 === 0, standing: 0n, given: 0n, local: null };
  return { ...common, start, end: start + 1800, taken, carbon: 100_000n, terms: termsOf(own), ...more };
}

const local = (allowance: number) => ({ from: '2026-01-01', allowance, price: perJoule(70_000, VAT), carbon: 0n });
const VAT = { rate: 0, included: true };
const tiers = (per: 'day' | 'month') => ({
  tiers: {
    per,
    steps: [
      { above: 1000, more: 100_000 },
      { above: 2500, more: -50_000 },
    ],
  },
});

test.each<[string, (PricedSlice | [PricedSlice, number])[], number[]]>([
  ['below the first step', [slice(tiers('day'))], [200_000]],
  ['a step within a slice', [[slice(tiers('day')), 2]], [500_000]],
  ['two steps within a slice', [[slice(tiers('day')), 4]], [200_000 + 450_000 + 225_000]],
  ['a new day counts anew', [[slice(tiers('day')), 2], slice(tiers('day'), 48)], [500_000, 200_000]],
  ['a month goes on', [[slice(tiers('month')), 2], slice(tiers('month'), 48)], [500_000, 150_000 + 75_000]],
  ['a price has a limit', [[slice({ ...tiers('day'), mostPrice: 250_000 }), 2]], [450_000]],
  ['a month costs at most', [slice({ mostMonth: 300_000 }), slice({ mostMonth: 300_000 }, 1)], [200_000, 100_000]],
  ['local generation first', [[slice({}, 0, { local: local(KWH / 2) }), 2]], [35_000 + 300_000]],
  [
    'local generation lasts for its half-hour',
    [
      slice({}, 0, { local: local(KWH / 2) }),
      slice({}, 0, { local: local(KWH / 2) }),
      slice({}, 1, { local: local(KWH / 2) }),
    ],
    [135_000, 200_000, 135_000],
  ],
  ['what is local counts towards no tier', [[slice(tiers('day'), 0, { local: local(KWH) }), 2]], [70_000 + 200_000]],
])('%s', (_, slices, costs) => {
  const charging = new Charging();
  const charged = slices.map((one) => {
    const [each, kWh] = Array.isArray(one) ? one : [one, 1];
    return rounded(charging.of(each, kWh * KWH).cost);
  });
  expect(charged).toEqual(costs);
});

test('what the house gives touches no tier, cap or local share', () => {
  const charging = new Charging();
  const own = slice(tiers('day'), 0, { local: local(KWH), given: perJoule(150_000, VAT) });
  expect(rounded(charging.of(own, -KWH).cost)).toBe(-150_000);
  expect(rounded(charging.of(own, KWH).cost)).toBe(70_000);
});

test('devices pay the mean price and the rest what they leave, to the last fraction', () => {
  const own = slice(tiers('day'), 0, { local: local(1_000_001) });
  const charge = new Charging().of(own, 3 * KWH);
  const parts = apportion(own, charge, 3 * KWH, [KWH, 1_234_567, 4 * KWH]);
  expect(parts).toHaveLength(4);
  expect(parts.reduce((sum, { cost }) => sum + cost, 0n)).toBe(charge.cost);
  expect(parts.reduce((sum, { carbon }) => sum + carbon, 0n)).toBe(charge.carbon);
  expect(parts[0]?.cost).toBe((charge.cost + 1n) / 3n);
});

test.each([
  ['2026-01-15', 1, '2026-01-01'],
  ['2026-01-15', 20, '2025-12-20'],
  ['2026-02-28', 31, '2026-02-28'],
  ['2026-02-27', 31, '2026-01-31'],
  ['2024-02-29', 30, '2024-02-29'],
])('on %s a month from the %i began on %s', (date, from, begun) => {
  const day = (text: string) => Date.parse(text) / 86_400_000;
  expect(monthStart(day(date), from)).toBe(day(begun));
});

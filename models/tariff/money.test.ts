import { expect, test } from 'vitest';
import { amount, perJoule, rounded, shared } from './money.ts';

const NONE = { rate: 0, included: true };
const ADDED = { rate: 500, included: false };
const KWH = 3_600_000n;

test('a kWh at 24.85p is 24.85p, and with 5% VAT added 26.0925p', () => {
  expect(rounded(KWH * perJoule(248_500, NONE))).toBe(248_500);
  expect(rounded(KWH * perJoule(248_500, ADDED))).toBe(260_925);
  expect(rounded(amount(530_000, ADDED))).toBe(556_500);
});

test.each([
  [1.5, 2],
  [-1.5, -2],
  [1.4, 1],
  [-1.4, -1],
])('%f rounds to %i', (value, whole) => {
  expect(rounded((amount(10, NONE) * BigInt(value * 10)) / 100n)).toBe(whole);
});

test('thirds of a penny add up to the penny', () => {
  const third = amount(10_000, NONE) / 3n;
  expect(shared([third, third, amount(10_000, NONE) - 2n * third], 10_000)).toEqual([1, 0, 0]);
  expect(shared([third, -third], 10_000)).toEqual([0, 0]);
  expect(shared([], 10_000)).toEqual([]);
});

import type { TariffVersion } from './tariff.ts';

/**
 * Money as the hub adds it up: 1/36,000,000,000 of a millionth of the currency's main unit. A joule at any price with any VAT is a
 * whole number of these, so nothing is rounded before it is shown.
 */
export type Money = bigint;

const JOULES_A_KWH = 3_600_000n;
const WHOLE = 10_000n;
const MICRO: Money = JOULES_A_KWH * WHOLE;

/** What one joule costs at a price of so many millionths a kWh. */
export function perJoule(price: number, vat: TariffVersion['vat']): Money {
  return BigInt(price) * factor(vat);
}

/** So many millionths, such as a day's standing charge. */
export function amount(price: number, vat: TariffVersion['vat']): Money {
  return BigInt(price) * factor(vat) * JOULES_A_KWH;
}

/** Whole units of `size` millionths each, the nearest; half a unit goes away from zero. */
export function rounded(money: Money, size = 1): number {
  return roundedBy(money, MICRO * BigInt(size));
}

/** The parts in whole units of `size` millionths such that they add up to what their sum rounds to. */
export function shared(parts: readonly Money[], size = 1): number[] {
  return sharedBy(parts, MICRO * BigInt(size));
}

/** CO2 in whole milligrams, from 1/3,600,000 of them. */
export function milligrams(carbon: bigint): number {
  return roundedBy(carbon, JOULES_A_KWH);
}

/** The parts in whole milligrams such that they add up to what their sum rounds to. */
export function sharedMilligrams(parts: readonly bigint[]): number[] {
  return sharedBy(parts, JOULES_A_KWH);
}

function roundedBy(money: bigint, unit: bigint): number {
  const away = money < 0n ? -unit / 2n : unit / 2n;
  return Number((money + away) / unit);
}

/** Each part is rounded down, and those that lost most get one more. */
function sharedBy(parts: readonly bigint[], unit: bigint): number[] {
  const floors = parts.map((part) => part / unit - (part % unit < 0n ? 1n : 0n));
  const lost = parts.map((part, at) => part - (floors[at] as bigint) * unit);
  const sum = parts.reduce((all, part) => all + part, 0n);
  let left = roundedBy(sum, unit) - Number(floors.reduce((all, part) => all + part, 0n));
  const order = parts.map((_, at) => at).sort((a, b) => compare(lost[b] as bigint, lost[a] as bigint) || a - b);
  for (const at of order) {
    if (left <= 0) break;
    floors[at] = (floors[at] as bigint) + 1n;
    left -= 1;
  }
  return floors.map(Number);
}

function factor({ rate, included }: TariffVersion['vat']): bigint {
  return included ? WHOLE : WHOLE + BigInt(rate);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { money, unitPrice } from './money.ts';
import type { Previewed, PreviewWords } from './previewed.ts';

/** A value of what it is planned by: "4.7p", "120 g", "0.8 kW". */
export function valueWords(
  value: number,
  { curve, currency, mixed }: Pick<Previewed, 'curve' | 'currency'> & { readonly mixed?: boolean },
  words: PreviewWords,
): string {
  if (mixed) return words.number(value, 2);
  if (curve.unit === 'price') return unitPrice(Math.round(value * MICRO), currency, words);
  if (curve.unit === 'carbon') return `${words.number(value)} g`;
  if (curve.unit === 'power') return `${words.number(value, 1)} kW`;
  return words.number(value, 2);
}

/** What Σ value × hours at 1 kW is to the household, at what the device draws. */
export function amountOf({ curve, mixed, powerW, currency }: Previewed, words: PreviewWords): (cost: number) => string {
  const kW = (powerW ?? 1000) / 1000;
  if (mixed) return (cost) => words.number(cost, 2);
  if (curve.unit === 'price') return (cost) => money(Math.round(cost * kW * MICRO), currency, words);
  if (curve.unit === 'carbon') return (cost) => grams(cost * kW, words);
  return (cost) => words.number(cost, 2);
}

/** Grams of CO₂: "120 g", "1.2 kg". */
export function grams(value: number, words: PreviewWords): string {
  return Math.abs(value) < 1000 ? `${words.number(value)} g` : `${words.number(value / 1000, 1)} kg`;
}

const MICRO = 1_000_000;

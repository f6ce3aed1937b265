import { z } from 'zod';

/** Beyond these a home's device is broken or lies: what it says is kept as unknown and the reading as not valid. */
const LIMITS: readonly [unit: RegExp, least: number, most: number][] = [
  [/_w(_\d+)?$/, -100_000, 100_000],
  [/_v(_\d+)?$/, 0, 1000],
  [/_a(_\d+)?$/, -1000, 1000],
  [/_wh(_\d+)?$/, 0, 1e10],
  [/_c(_\d+)?$/, -100, 1000],
  [/_hz(_\d+)?$/, 0, 1000],
  [/^factor(_\d+)?$/, -1, 1],
];

/** A number as devices write it: some firmware sends figures as text. Undefined where it is absent or none. */
export const figure = z
  .union([z.number(), z.string().trim().min(1).transform(Number)])
  .nullish()
  .transform((value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined))
  .catch(undefined);

/** The values that were said, and whether each may be true by its unit; those that may not are null. */
export function plausible(said: Readonly<Record<string, number | null | undefined>>): {
  values: Record<string, number | null>;
  valid: boolean;
} {
  const values: Record<string, number | null> = {};
  let valid = true;
  for (const [name, value] of Object.entries(said)) {
    if (value === undefined) continue;
    const isTrue = value === null || mayBe(name, value);
    values[name] = isTrue ? value : null;
    valid &&= isTrue;
  }
  return { values, valid };
}

function mayBe(name: string, value: number): boolean {
  const [, least, most] = LIMITS.find(([unit]) => unit.test(name)) ?? ['', -1e12, 1e12];
  return value >= least && value <= most;
}

/** `value` times `factor`, with the noise of binary fractions cut off; undefined stays so. */
export function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : Number((value * factor).toPrecision(12));
}

/** The sum of what is there; undefined where nothing is. */
export function total(values: readonly (number | undefined)[]): number | undefined {
  const there = values.filter((value) => value !== undefined);
  return there.length === 0
    ? undefined
    : times(
        there.reduce((sum, value) => sum + value, 0),
        1,
      );
}

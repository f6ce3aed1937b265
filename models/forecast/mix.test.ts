import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ForecastUnit } from './forecast.ts';
import { gridOf } from './grid.ts';
import { type Ingredient, mix } from './mix.ts';

function part(
  unit: ForecastUnit,
  weight: number,
  profile: (number | null)[],
  optimise: 'min' | 'max' = 'min',
): Ingredient {
  const provenance = { source: unit, fetched: 5, stale: false, fault: null };
  return { part: { source: unit, weight }, unit, optimise, profile, provenance };
}

describe('a mix', () => {
  test.each<[what: string, first: Ingredient, others: Ingredient[], unit: ForecastUnit, profile: (number | null)[]]>([
    ['one alone is itself', part('price', 1, [0.1, null, 0.3]), [], 'price', [0.1, null, 0.3]],
    [
      'carbon costs so much a kilogram',
      part('price', 1, [0.1, 0.2]),
      [part('carbon', 0.5, [200, 100])],
      'price',
      [0.2, 0.25],
    ],
    ['among carbon a price weighs in kilograms', part('carbon', 1, [200]), [part('price', 2, [0.1])], 'carbon', [400]],
    [
      'sunshine counts as minus among prices',
      part('price', 1, [0.3]),
      [part('power', 0.05, [2], 'max')],
      'price',
      [0.2],
    ],
    ['prices count as minus in sunshine', part('power', 1, [2], 'max'), [part('price', 10, [0.1])], 'power', [1]],
    [
      'a weight below nothing turns it round',
      part('price', 1, [0.3]),
      [part('power', -0.05, [2], 'max')],
      'price',
      [0.4],
    ],
    ['two prices half and half', part('price', 0.5, [0.1]), [part('price', 0.5, [0.3])], 'price', [0.2]],
    ['unknown in one is unknown', part('price', 1, [1, 2]), [part('carbon', 1, [null, 1000])], 'price', [null, 3]],
    ['without a weight nothing matters', part('price', 1, [1]), [part('carbon', 0, [null])], 'price', [1]],
  ])('%s', (_what, first, others, unit, profile) => {
    const mixed = mix(first, others);
    expect(mixed.unit).toBe(unit);
    expect(mixed.optimise).toBe(first.optimise);
    expect(mixed.profile.map((value) => (value === null ? null : Number(value.toFixed(9))))).toEqual(profile);
  });

  test('says who said it, the oldest, and what is wrong with any', () => {
    const old = part('carbon', 1, [1]);
    const bad = { ...old, provenance: { source: 'b', fetched: 2, stale: true, fault: 'no answer' } };
    expect(mix(part('price', 1, [1]), [bad]).provenance).toEqual({
      ...{ source: 'price + b', fetched: 2, stale: true, fault: 'no answer' },
    });
  });

  test('is linear in its weights and in its figures', () => {
    const unit = fc.constantFrom<ForecastUnit>('price', 'carbon', 'power', 'index');
    const better = fc.constantFrom<'min' | 'max'>('min', 'max');
    const figure = fc.option(fc.integer({ min: -1000, max: 1000 }), { freq: 10 });
    const ingredient = fc
      .tuple(
        unit,
        fc.integer({ min: -20, max: 20 }).filter((weight) => weight !== 0),
        fc.array(figure, { minLength: 6, maxLength: 6 }),
        better,
      )
      .map((fields) => part(...fields));
    fc.assert(
      fc.property(
        ingredient,
        fc.array(ingredient, { maxLength: 5 }),
        fc.integer({ min: 2, max: 9 }),
        (first, others, k) => {
          const heavier = (one: Ingredient) => ({ ...one, part: { ...one.part, weight: one.part.weight * k } });
          const larger = (one: Ingredient) => ({
            ...one,
            profile: one.profile.map((v) => (v === null ? null : v * k)),
          });
          const whole = mix(first, others).profile;
          const scaled = whole.map((value) => (value === null ? null : value * k));
          const close = (a: readonly (number | null)[], b: readonly (number | null)[]) =>
            a.forEach((value, at) => {
              const other = b[at] ?? null;
              if (value === null || other === null) expect(value).toBe(other);
              else expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)) * 1e3);
            });
          close(mix(heavier(first), others.map(heavier)).profile, scaled);
          close(mix(larger(first), others.map(larger)).profile, scaled);
          // Parts together are the sum of each with the first, less the first counted again.
          const alone = mix(first, []).profile;
          const sum = whole.map((_, at) => {
            const each = others.map((other) => mix(first, [other]).profile[at] ?? null);
            const base = alone[at] ?? null;
            if (base === null || each.includes(null)) return null;
            return base + each.reduce<number>((total, value) => total + (value ?? 0) - base, 0);
          });
          close(sum, whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});

test.each<[from: number, to: number, wanted: number, start: number, interval: number, count: number]>([
  [1000, 4000, 1800, 0, 1800, 3],
  [1800, 3600, 900, 1800, 900, 2],
  [0, 600, 10, 0, 300, 2],
  [0, 40 * 86_400, 300, 0, 600, 5760],
  [0, 400 * 86_400, 300, 0, 4800, 7200],
])('a grid from %i to %i by %i', (from, to, wanted, start, interval, count) => {
  expect(gridOf(from, to, wanted)).toEqual({ start, interval, count });
});

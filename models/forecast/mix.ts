import type { MixPart } from '../schedule/schedule.ts';
import type { Forecast, ForecastUnit, Provenance } from './forecast.ts';

/** One source on the grid of the mix. */
export interface Ingredient {
  readonly part: MixPart;
  readonly unit: ForecastUnit;
  readonly optimise: 'min' | 'max';
  readonly profile: readonly (number | null)[];
  readonly provenance: Provenance;
}

/**
 * Σ weight × figure, in the unit of the first part and with its sense of better. A weight is how many of the first part's
 * units one unit of the other is worth; of carbon among prices, the price of a kilogram. What is better when it is more counts as
 * minus among what is better when it is less, and the other way round. null where any part with a weight is not known.
 */
export function mix(
  first: Ingredient,
  others: readonly Ingredient[],
): Pick<Forecast, 'unit' | 'optimise' | 'profile' | 'provenance'> {
  const { unit, optimise } = first;
  const parts = [first, ...others]
    .map((one) => ({ ...one, factor: factorOf(one, first) }))
    .filter(({ factor }) => factor !== 0);
  const profile = first.profile.map((_, at) => {
    let sum = 0;
    for (const { profile: figures, factor } of parts) {
      const figure = figures[at] ?? null;
      if (figure === null) return null;
      sum += factor * figure;
    }
    return sum;
  });
  return { unit, optimise, profile, provenance: provenanceOf([first, ...others]) };
}

const GRAMS = 1000;

function factorOf({ part, unit, optimise }: Ingredient, first: Ingredient): number {
  const sign = optimise === first.optimise ? 1 : -1;
  return sign * part.weight * scaleOf(unit, first.unit);
}

/** Carbon is in grams and its price is a kilogram's. */
function scaleOf(unit: ForecastUnit, into: ForecastUnit): number {
  if (unit === 'carbon' && into === 'price') return 1 / GRAMS;
  if (unit === 'price' && into === 'carbon') return GRAMS;
  return 1;
}

function provenanceOf(parts: readonly Ingredient[]): Provenance {
  const fetched = parts.flatMap(({ provenance }) => provenance.fetched ?? []);
  return {
    source: [...new Set(parts.map(({ provenance }) => provenance.source))].join(' + '),
    fetched: fetched.length > 0 ? Math.min(...fetched) : null,
    stale: parts.some(({ provenance }) => provenance.stale),
    fault: parts.find(({ provenance }) => provenance.fault !== null)?.provenance.fault ?? null,
  };
}

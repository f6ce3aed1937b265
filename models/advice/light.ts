import type { Forecast } from '../forecast/forecast.ts';

/** green: among the better half of the days around; amber: about the middle; red: among the worst quarter. */
export type Colour = 'green' | 'amber' | 'red';

/** Whether now is a good time. */
export interface Light {
  /** null: the figure of now is not known, or too little of the days around is. */
  readonly colour: Colour | null;
  /** What the forecast says of now. */
  readonly value: number | null;
  /** Unix seconds from which on it is another colour, or not known; null: not as far as anything is known. */
  readonly until: number | null;
  /** The colour from `until` on; null: not known. */
  readonly next: Colour | null;
  /** The next green time, the present one where it is green now; null: none is known. */
  readonly green: { readonly start: number; readonly end: number; readonly value: number } | null;
  readonly median: number | null;
  /** Three quarters of the time are as good as this or better. */
  readonly quartile: number | null;
  /** Every figure that is known is the same. */
  readonly flat: boolean;
}

type Curve = Pick<Forecast, 'start' | 'interval' | 'profile' | 'optimise'>;

/** How far back and ahead the days around reach. */
export const AROUND_S = 48 * 3600;
/** Of fewer hours nothing can be said. */
const LEAST_S = 6 * 3600;

/**
 * The light at `now`. Figures of 48 hours back and 48 hours ahead are compared, as far as they are known: better than their median,
 * or as good as the best of them, is green; worse than their 75th percentile is red; the rest is amber. Where more is better
 * (`max`) the order is turned round. The same limits decide about the hours ahead.
 */
export function lightAt(curve: Curve, now: number): Light {
  const { start, interval, profile } = curve;
  const turn = curve.optimise === 'max' ? -1 : 1;
  const first = Math.max(0, Math.floor((now - AROUND_S - start) / interval));
  const last = Math.ceil((now + AROUND_S - start) / interval);
  const known = profile.slice(first, last).flatMap((value) => (value === null ? [] : [value * turn]));
  known.sort((a, b) => a - b);
  const at = Math.floor((now - start) / interval);
  const value = profile[at] ?? null;
  if (known.length * interval < LEAST_S) return { ...NOTHING, value };

  const limits = { best: known[0] ?? 0, median: share(known, 0.5), quartile: share(known, 0.75) };
  const colourOf = (index: number) => colour(profile[index] ?? null, turn, limits);
  const own = colourOf(at);
  let change = at + 1;
  while (change < last && colourOf(change) === own) change += 1;
  return {
    colour: own,
    value,
    until: change < last && change <= profile.length ? start + change * interval : null,
    next: change < last ? colourOf(change) : null,
    green: greenFrom({ curve, now, at, last }, colourOf),
    median: limits.median * turn,
    quartile: limits.quartile * turn,
    flat: known[0] === known.at(-1),
  };
}

const NOTHING: Light = {
  ...{ colour: null, value: null, until: null, next: null, green: null, median: null, quartile: null },
  flat: false,
};

interface Limits {
  readonly best: number;
  readonly median: number;
  readonly quartile: number;
}

function colour(value: number | null, turn: number, { best, median, quartile }: Limits): Colour | null {
  if (value === null) return null;
  const worth = value * turn;
  if (worth < median || worth <= best) return 'green';
  return worth <= quartile ? 'amber' : 'red';
}

interface Ahead {
  readonly curve: Curve;
  readonly now: number;
  readonly at: number;
  readonly last: number;
}

function greenFrom({ curve, now, at, last }: Ahead, colourOf: (index: number) => Colour | null): Light['green'] {
  const { start, interval, profile } = curve;
  let from = Math.max(0, at);
  while (from < last && colourOf(from) !== 'green') from += 1;
  if (from >= last) return null;
  let to = from;
  while (to < last && colourOf(to) === 'green') to += 1;
  const values = profile.slice(from, to).map((value) => value ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { start: Math.max(now, start + from * interval), end: start + to * interval, value: mean };
}

/** The figure below which this share of the sorted figures lies, between two of them where it falls there. */
function share(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}

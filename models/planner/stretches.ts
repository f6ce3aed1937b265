import { deadlineOf, type Period, type Problem } from './problem.ts';

/** Time of one weight; less is better. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** Time without a hole in which the device may run: pieces that follow each other, neighbours of different weight. */
export type Stretch = readonly Piece[];

/**
 * The time from now to the deadline in which the device may run, in order. Time without a price is left out, or counts
 * as `unpriced` where that is a number. Every weight is 0 where `flat`.
 */
export function stretchesOf(problem: Problem, unpriced: number | null, flat = false): Stretch[] {
  const stretches: Piece[][] = [];
  let last: Piece | undefined;
  for (const piece of without(piecesOf(problem, unpriced, flat), problem.never ?? [])) {
    const stretch = stretches.at(-1);
    if (!stretch || !last || last.end !== piece.start) {
      stretches.push([piece]);
      last = piece;
    } else if (last.weight === piece.weight) {
      last = { ...last, end: piece.end };
      stretch[stretch.length - 1] = last;
    } else {
      stretch.push(piece);
      last = piece;
    }
  }
  return stretches;
}

/** What is left of the stretches from a moment on. */
export function from(stretches: readonly Stretch[], time: number): Stretch[] {
  if ((stretches[0]?.[0]?.start ?? time) >= time) return [...stretches];
  const cut = stretches.map((stretch) =>
    stretch.flatMap((piece) => (piece.end > time ? [{ ...piece, start: Math.max(piece.start, time) }] : [])),
  );
  return cut.filter((stretch) => stretch.length > 0);
}

/** What is left of the stretches up to a moment. */
export function until(stretches: readonly Stretch[], time: number): Stretch[] {
  const cut = stretches.map((stretch) =>
    stretch.flatMap((piece) => (piece.start < time ? [{ ...piece, end: Math.min(piece.end, time) }] : [])),
  );
  return cut.filter((stretch) => stretch.length > 0);
}

/** The weight of the worst price between now and the deadline, for time that has none; 0 where there is no price at all. */
export function worstWeight(problem: Problem): number {
  const weights = piecesOf(problem, null, false).map(({ weight }) => weight);
  return weights.reduce((worst, weight) => Math.max(worst, weight), weights[0] ?? 0);
}

/** Price of a kWh at a moment; null where there is none. */
export function priceAt({ start, interval, profile }: Problem, time: number): number | null {
  return profile[Math.floor((time - start) / interval)] ?? null;
}

function piecesOf(problem: Problem, unpriced: number | null, flat: boolean): Piece[] {
  const { start, interval, profile, now } = problem;
  const deadline = deadlineOf(problem);
  const end = start + interval * profile.length;
  const pieces: Piece[] = [];
  const add = (from: number, to: number, weight: number | null) => {
    const [first, last] = [Math.max(from, now), Math.min(to, deadline)];
    if (weight !== null && first < last) pieces.push({ start: first, end: last, weight: flat ? 0 : weight });
  };
  const [next, past] = [Math.floor((now - start) / interval), Math.ceil((deadline - start) / interval)];
  add(now, start, unpriced);
  for (let slot = Math.max(0, next); slot < Math.min(profile.length, past); slot += 1)
    add(start + slot * interval, start + (slot + 1) * interval, weightOf(problem, profile[slot] ?? null) ?? unpriced);
  add(Math.max(end, start), deadline, unpriced);
  return problem.limit === undefined ? pieces : pieces.filter((piece) => keeps(problem, piece));
}

function weightOf({ optimise }: Problem, price: number | null): number | null {
  if (price === null) return null;
  return optimise === 'max' ? -price : price;
}

/** A price that is not known keeps no limit. */
function keeps(problem: Problem, piece: Piece): boolean {
  const [price, limit] = [priceAt(problem, piece.start), problem.limit as number];
  if (price === null) return false;
  return problem.optimise === 'max' ? price >= limit : price <= limit;
}

function without(pieces: readonly Piece[], never: readonly Period[]): Piece[] {
  const sorted = never.filter(([start, end]) => start < end).toSorted((a, b) => a[0] - b[0]);
  if (sorted.length === 0) return [...pieces];
  return pieces.flatMap((piece) => {
    const left: Piece[] = [];
    let from = piece.start;
    for (const [start, end] of sorted) {
      if (start >= piece.end) break;
      if (start > from) left.push({ ...piece, start: from, end: Math.min(start, piece.end) });
      from = Math.max(from, end);
    }
    if (from < piece.end) left.push({ ...piece, start: from });
    return left;
  });
}

import type { Period } from './problem.ts';
import type { Piece, Stretch } from './stretches.ts';

/**
 * The `run` cheapest seconds, for a device that may stop at any of them; null where there are fewer. Among those of the
 * price that decides, it takes what joins two runs (the shortest first), then what lengthens one, then the fewest new ones;
 * each as early as it can be; a run that goes on from `goingOn` is lengthened like them. With `spread` it takes them in turn
 * from there on instead, which never goes round the end: that would be one start more, and all homes that do it begin together.
 */
export function cheapestSeconds(
  stretches: readonly Stretch[],
  run: number,
  { spread, goingOn }: { readonly spread?: number | undefined; readonly goingOn?: number | undefined } = {},
): Period[] | null {
  const pieces = stretches.flat();
  const price = marginalWeight(pieces, run);
  if (price === null) return null;
  const sure = pieces.filter(({ weight }) => weight < price);
  const ties = pieces.filter(({ weight }) => weight === price);
  const open = run - lengthOf(sure);
  const chosen = spread === undefined ? joining(sure, ties, open, goingOn) : inTurn(ties, open, spread);
  return joined([...sure.map(({ start, end }): Period => [start, end]), ...chosen]);
}

/** Periods in order, those that touch made one. */
export function joined(periods: readonly Period[]): Period[] {
  const all: Period[] = [];
  for (const [start, end] of periods.toSorted((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && last[1] === start) all[all.length - 1] = [last[0], end];
    else if (start < end) all.push([start, end]);
  }
  return all;
}

/** The weight of the dearest of the cheapest seconds; null where there are too few. */
export function marginalWeight(pieces: readonly Piece[], run: number): number | null {
  const seconds = new Map<number, number>();
  for (const { start, end, weight } of pieces) seconds.set(weight, (seconds.get(weight) ?? 0) + end - start);
  let left = run;
  for (const weight of Float64Array.from(seconds.keys()).sort()) {
    left -= seconds.get(weight) ?? 0;
    if (left <= 0) return weight;
  }
  return null;
}

/**
 * Filling a whole gap saves a start, so the shortest gaps save most; lengthening a run costs none; each island costs one, so
 * the longest are taken until one holds the rest.
 */
function joining(sure: readonly Piece[], ties: readonly Piece[], open: number, goingOn?: number): Period[] {
  const [starts, ends] = [new Set(sure.map(({ start }) => start)), new Set(sure.map(({ end }) => end))];
  if (goingOn !== undefined) ends.add(goingOn);
  const afterRun = ({ start }: Piece) => ends.has(start);
  const beforeRun = ({ end }: Piece) => starts.has(end);
  const periods: Period[] = [];
  const filled = new Set<Piece>();
  let left = open;
  const take = (piece: Piece, late: boolean) => {
    const seconds = Math.min(left, piece.end - piece.start);
    if (seconds > 0) periods.push(late ? [piece.end - seconds, piece.end] : [piece.start, piece.start + seconds]);
    filled.add(piece);
    left -= seconds;
  };
  for (const gap of byLength(ties.filter((piece) => afterRun(piece) && beforeRun(piece))))
    if (gap.end - gap.start <= left) take(gap, false);
  for (const piece of ties)
    if (!filled.has(piece) && (afterRun(piece) || beforeRun(piece))) take(piece, !afterRun(piece));
  const islands = ties.filter((piece) => !filled.has(piece));
  for (const island of islands.toSorted((a, b) => lengthOf([b]) - lengthOf([a]))) {
    const enough = islands.find((piece) => !filled.has(piece) && piece.end - piece.start >= left);
    if (left > 0) take(enough ?? island, false);
  }
  return periods;
}

function byLength(pieces: readonly Piece[]): Piece[] {
  return pieces.toSorted((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
}

function inTurn(ties: readonly Piece[], open: number, spread: number): Period[] {
  const first = Math.floor(spread * (lengthOf(ties) - open + 1));
  const periods: Period[] = [];
  let at = 0;
  for (const { start, end } of ties) {
    const [from, to] = [Math.max(at, first), Math.min(at + end - start, first + open)];
    if (from < to) periods.push([start + from - at, start + to - at]);
    at += end - start;
  }
  return periods;
}

/** Seconds of the pieces together. */
export function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { start, end }) => sum + end - start, 0);
}

import type { RunRules } from './rules.ts';
import type { Piece, Stretch } from './stretches.ts';

/**
 * The moments at which an optimal plan of several runs may switch, and the lengths it may have run by then.
 *
 * With the runs in a fixed order between the changes of price, the best plan is a corner of a linear programme. There each
 * switch is tied, by shortest runs and rests that are just kept, to a change of price, to now or to the deadline; but for one
 * group of neighbours, which is placed by the run's length. Take `step`, the greatest common divisor of the distances between
 * changes of price, the shortest run and the shortest rest. Modulo it, with now at a, the deadline at b and the run c, a switch
 * is one of 0, a, b, ±c, ±(c + a), ±(c − b), ±(c + a − b), and what has run one of 0, −a, c, c − b. planner.md has the proof.
 */
export interface Lattice {
  readonly step: number;
  /** Moments, in order, of every class. */
  readonly times: readonly number[];
  /** From this moment classes are counted. */
  readonly zero: number;
  /** Classes of lengths that may have run, modulo `step`. */
  readonly lengths: readonly number[];
}

/** So many moments are not listed. */
const MOST_TIMES = 200_000;

/**
 * The lattice of the stretches; with a coarser `step` than theirs one on which a good plan lies, and often not the best. Null
 * where it has too many moments to list.
 */
export function latticeOf(
  stretches: readonly Stretch[],
  { run, minRun, minRest, first }: RunRules,
  step?: number,
): Lattice | null {
  const { from, to, zero, own } = gridOf(stretches, step === undefined ? [minRun, minRest] : []);
  const size = step ?? (own === 0 ? to - from + run + 1 : own);
  const [a, b, c] = [from - zero, to - zero, run];
  const ran = first === null ? [0, -a] : [-a, first];
  const free = ran.flatMap((before) => [c - before, c - before - b]);
  const grounded = [0, a, b, a + (first ?? 0)];
  const classes = [...new Set([...grounded, ...free, ...free.map((x) => -x)].map((x) => modulo(x, size)))];
  if ((classes.length * (to - from)) / size > MOST_TIMES) return null;
  const times: number[] = [];
  const begin = zero + Math.floor((from - zero) / size) * size;
  for (const one of classes) for (let at = begin + one; at <= to; at += size) if (at >= from) times.push(at);
  const lengths = [...new Set([...ran, c, c - b].map((x) => modulo(x, size)))];
  return { step: size, times: [...new Set(times)].sort((x, y) => x - y), zero, lengths };
}

/** First and last moment, the first change of price between, and what all distances are multiples of (0: there are none). */
function gridOf(stretches: readonly Stretch[], spans: readonly number[]) {
  const pieces = stretches.flat();
  const [from, to] = [(pieces[0] as Piece).start, (pieces.at(-1) as Piece).end];
  const edges = [...new Set(pieces.flatMap(({ start, end }) => [start, end]))].filter((at) => at > from && at < to);
  const zero = edges[0] ?? from;
  return { from, to, zero, own: [...edges.map((at) => at - zero), ...spans].reduce(divisor, 0) };
}

/** The remainder that is never negative. */
export function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function divisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

import type { RunRules } from './rules.ts';
import type { Piece, Stretch } from './stretches.ts';

/**
 * The moments at which an optimal plan of several runs may switch, and the lengths it may have run by then.
 *
 * With the runs in a fixed order between the changes of price, the best plan is a corner of a linear programme. There each
 * switch is tied, by shortest runs and rests that are just kept, to a change of price, to now or to the deadline; but for one
 * group of neighbours, which is placed by the run's length. Take `step`, the greatest common divisor of the distances between
 * changes of price, the shortest run and the shortest rest: modulo it there are few different moments. planner.md has the proof.
 */
export interface Lattice {
  readonly step: number;
  /** Moments, in order, of every class. */
  readonly times: readonly number[];
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
  classes.sort((x, y) => x - y);
  for (let whole = zero + Math.floor((from - zero) / size) * size; whole <= to; whole += size)
    for (const one of classes) if (whole + one >= from && whole + one <= to) times.push(whole + one);
  const lengths = [...new Set([...ran, c, c - b].map((x) => modulo(x, size)))];
  return { step: size, times, lengths };
}

/** First and last moment, the first change of price between, and what all distances are multiples of (0: there are none). */
function gridOf(stretches: readonly Stretch[], spans: readonly number[]) {
  const pieces = stretches.flat();
  const [from, to] = [(pieces[0] as Piece).start, (pieces.at(-1) as Piece).end];
  let zero: number | null = null;
  let own = spans.reduce(divisor, 0);
  for (const { start, end } of pieces)
    for (const edge of [start, end]) {
      if (edge <= from || edge >= to) continue;
      zero ??= edge;
      own = divisor(edge - zero, own);
    }
  return { from, to, zero: zero ?? from, own };
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

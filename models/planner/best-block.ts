import type { Period } from './problem.ts';
import type { Piece, Stretch } from './stretches.ts';
import { isTie } from './tie.ts';

/**
 * The cheapest `run` seconds in one piece, the earliest of those; null where nothing is long enough. With `spread` one of
 * all the starts that are as good.
 *
 * While the start moves, the cost changes at the rate of the price at the end less that at the start. That rate is constant
 * until the start or the end meets a change of price, so one of those moments is an optimum: twice as many as there are pieces.
 */
export function bestBlock(stretches: readonly Stretch[], run: number, spread?: number): Period | null {
  const starts = stretches.flatMap((stretch) => startsIn(stretch, run));
  if (starts.length === 0) return null;
  const least = starts.reduce((low, { cost }) => Math.min(low, cost), Number.POSITIVE_INFINITY);
  const best = starts.filter(({ cost }) => isTie(cost, least));
  const at = spread === undefined ? (best[0] as Start).at : spreadOver(starts, best, spread);
  return [at, at + run];
}

interface Start {
  readonly at: number;
  readonly cost: number;
  /** The next start of the same stretch; between the two the cost is linear. */
  readonly next: number | null;
}

function startsIn(stretch: Stretch, run: number): Start[] {
  const [from, to] = [(stretch[0] as Piece).start, (stretch.at(-1) as Piece).end - run];
  if (from > to) return [];
  const times = startTimes(stretch, run).filter(
    (time, index, all) => time >= from && time <= to && time !== all[index - 1],
  );
  const spent = spending(stretch);
  return times.map((at, index) => ({
    at,
    cost: -spent.before(at) + spent.until(at + run),
    next: times[index + 1] ?? null,
  }));
}

/** Where a block begins or ends with a piece, in order. */
function startTimes(stretch: Stretch, run: number): number[] {
  const times: number[] = [];
  let last = 0;
  for (const { start } of stretch) {
    for (; last < stretch.length && (stretch[last] as Piece).end - run <= start; last += 1)
      times.push((stretch[last] as Piece).end - run);
    times.push(start);
  }
  for (; last < stretch.length; last += 1) times.push((stretch[last] as Piece).end - run);
  return times;
}

/** Two readers of the stretch's cost so far; each may only be asked for later and later times. */
function spending(stretch: Stretch) {
  const reader = () => {
    let [index, sum] = [0, 0];
    return (time: number) => {
      let piece = stretch[index] as Piece;
      while (piece.end < time) {
        sum += piece.weight * (piece.end - piece.start);
        index += 1;
        piece = stretch[index] as Piece;
      }
      return sum + piece.weight * (time - piece.start);
    };
  };
  return { before: reader(), until: reader() };
}

/** Every second at which the block may begin at no more cost is as likely as the others. */
function spreadOver(starts: readonly Start[], best: readonly Start[], spread: number): number {
  const good = new Set(best.map(({ at }) => at));
  const ranges = starts
    .filter(({ at }) => good.has(at))
    .map(({ at, next }) => ({ at, seconds: next !== null && good.has(next) ? next - at : 1 }));
  let place = Math.floor(spread * ranges.reduce((sum, { seconds }) => sum + seconds, 0));
  for (const { at, seconds } of ranges) {
    if (place < seconds) return at + place;
    place -= seconds;
  }
  return (best[0] as Start).at;
}

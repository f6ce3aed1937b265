import { bestBlock } from './best-block.ts';
import { cheapestSeconds, joined, lengthOf, marginalWeight } from './cheapest-seconds.ts';
import type { Period } from './problem.ts';
import { keepsRules, type RunRules } from './rules.ts';
import { from, type Piece, type Stretch, until } from './stretches.ts';

/** Pieces of time times those of the price that decides; with more, turns are not looked for. */
const MOST_PIECES = 2000;

/**
 * The cheapest seconds, taken in turn from a second on from which the runs keep the rules; every such second is as likely as
 * the others. Null where there is none, or too much to try, or where the number of runs is fixed.
 */
export function inTurn(stretches: readonly Stretch[], rules: RunRules, now: number, spread: number): Period[] | null {
  if (rules.exactly) return null;
  const pieces = stretches.flat();
  const price = marginalWeight(pieces, rules.run);
  const ties = pieces.filter(({ weight }) => weight === price);
  const sure = lengthOf(pieces.filter(({ weight }) => price !== null && weight < price));
  const total = lengthOf(ties) - (rules.run - sure) + 1;
  const at = (second: number): Period[] | null => {
    const free = cheapestSeconds(stretches, rules.run, { spread: (second + 0.5) / total });
    return free && keepsRules(free, rules, now) ? free : null;
  };
  const own = at(Math.floor(spread * total));
  if (own && isFree(rules)) return own;
  if (pieces.length * ties.length > MOST_PIECES) return own;
  const good = spansOf(ties, total, rules.run - sure, rules).filter(([second]) => at(second));
  const seconds = good.reduce((sum, [begin, end]) => sum + end - begin, 0);
  let place = Math.floor(spread * seconds);
  for (const [begin, end] of good) {
    if (place < end - begin) return at(begin + place);
    place -= end - begin;
  }
  return null;
}

/** Each period to one of the places where it costs no more between its neighbours; what is going on stays. */
export function slide(
  stretches: readonly Stretch[],
  periods: readonly Period[],
  { minRest, first }: RunRules,
  now: number,
  spread: number,
): Period[] {
  const moved = [...periods];
  periods.forEach(([start, end], index) => {
    if (first !== null && index === 0 && start === now) return;
    const [before, after] = [moved[index - 1]?.[1], moved[index + 1]?.[0]];
    const earliest = before === undefined ? (first === null ? start : now + minRest) : before + Math.max(1, minRest);
    const late = from(stretches, before === undefined && first === null ? now : earliest);
    const room = after === undefined ? late : until(late, after - Math.max(1, minRest));
    moved[index] = bestBlock(room, end - start, spread) ?? [start, end];
  });
  return joined(moved);
}

function isFree({ minRun, minRest, most }: RunRules): boolean {
  return minRun === 0 && minRest === 0 && most === null;
}

/** Seconds to begin at, in spans within which nothing changes: the runs at both ends get longer or shorter only. */
function spansOf(ties: readonly Piece[], total: number, open: number, { minRun, minRest }: RunRules): Period[] {
  const edges: number[] = [];
  let at = 0;
  for (const { start, end } of ties) {
    edges.push(at);
    at += end - start;
  }
  const near = edges.flatMap((edge) => [0, minRun, -minRun, minRest, -minRest].map((span) => edge + span));
  const points = near.flatMap((second) => [second, second - open]).flatMap((second) => [second, second + 1]);
  const within = points.filter((second) => second > 0 && second < total);
  const sorted = [...new Set([0, ...within])].sort((a, b) => a - b);
  return sorted.map((second, index): Period => [second, sorted[index + 1] ?? total]);
}

import { deadlineOf, type Period, type Problem } from '../../models/planner/problem.ts';

/** The least cost and, for it, the fewest starts; null where no plan keeps the rules. */
export interface Best {
  readonly weight: number;
  readonly starts: number;
}

/**
 * Tries every way of running in whole cells of `cell` seconds between now and the deadline: 2^n of them. Knows nothing of the
 * planner's means; every time and length of the problem must be a multiple of the cell.
 */
export function enumerateBest(problem: Problem, cell: number): Best | null {
  return bestOf(problem, cell, false) ?? bestOf(problem, cell, true);
}

/** What each cell weighs; null where the device may not run. */
export function weigh(problem: Problem, cell: number, unpriced: boolean): (number | null)[] {
  const count = Math.floor((deadlineOf(problem) - problem.now) / cell);
  const sign = problem.optimise === 'max' ? -1 : 1;
  const prices = Array.from({ length: Math.max(0, count) }, (_, index) => {
    const slot = Math.floor((problem.now + index * cell - problem.start) / problem.interval);
    return slot < 0 ? null : (problem.profile[slot] ?? null);
  });
  const worst = Math.max(...prices.flatMap((price) => (price === null ? [] : [sign * price])));
  return prices.map((price, index) => {
    const [from, to] = [problem.now + index * cell, problem.now + (index + 1) * cell];
    if (problem.never?.some(([start, end]) => start < to && from < end)) return null;
    if (problem.limit !== undefined && (price === null || sign * price > sign * problem.limit)) return null;
    if (price === null) return unpriced ? (Number.isFinite(worst) ? worst : 0) : null;
    return sign * price;
  });
}

/** Every plan that keeps the rules, in cells from now; with time that has no price where `unpriced`. */
export function enumeratePlans(
  problem: Problem,
  cell: number,
  unpriced = false,
): { cells: number[]; starts: number; weight: number }[] {
  const weights = weigh(problem, cell, unpriced);
  const need = problem.run / cell;
  const closed = weights.reduce<number>((mask, weight, index) => mask | (weight === null ? 1 << index : 0), 0);
  const plans: { cells: number[]; starts: number; weight: number }[] = [];
  for (let chosen = 1; chosen < 2 ** weights.length; chosen += 1) {
    if (chosen & closed || bits(chosen) !== need) continue;
    const cells = weights.flatMap((_, index) => ((chosen >> index) & 1 ? [index] : []));
    const runs = runsOf(cells);
    const periods = runs.map(([from, to]): Period => [problem.now + from * cell, problem.now + to * cell]);
    if (!isAllowed(problem, periods)) continue;
    const weight = cells.reduce((sum, index) => sum + (weights[index] as number) * cell, 0);
    const goesOn = problem.running !== undefined && cells[0] === 0;
    plans.push({ cells, starts: runs.length - (goesOn ? 1 : 0), weight });
  }
  return plans;
}

function bestOf(problem: Problem, cell: number, unpriced: boolean): Best | null {
  let best: Best | null = null;
  for (const { starts, weight } of enumeratePlans(problem, cell, unpriced)) {
    const better = best === null || weight < best.weight - 1e-6;
    if (better || (weight < (best?.weight ?? 0) + 1e-6 && starts < (best?.starts ?? 0))) best = { weight, starts };
  }
  return best;
}

/** Whether runs keep what the problem asks of their number, length and distance. */
export function isAllowed(problem: Problem, runs: readonly Period[]): boolean {
  const { run, interruptible, blocks, maxStarts, now, running, rested = 1e9 } = problem;
  const isRunning = running !== undefined;
  const goesOn = isRunning && runs[0]?.[0] === now;
  const starts = runs.length - (goesOn ? 1 : 0);
  if (!interruptible && (runs.length !== 1 || goesOn !== isRunning)) return false;
  if (interruptible && blocks !== undefined && starts !== blocks) return false;
  if (interruptible && blocks === undefined && maxStarts !== undefined && starts > maxStarts) return false;
  const apart = blocks === undefined ? 0 : Math.min(60, Math.floor(run / blocks));
  const shortest = Math.max(Math.min(problem.minRun ?? 0, run), apart);
  const rest = blocks === undefined ? (problem.minRest ?? 0) : Math.max(problem.minRest ?? 0, 60);
  const off = now - (isRunning ? 0 : rested);
  if (isRunning && !goesOn && running < Math.max(problem.minRun ?? 0, apart)) return false;
  return runs.every(([start, end], index) => {
    if (index === 0 && goesOn) return end - start >= Math.min(Math.max(problem.minRun ?? 0, apart) - running, run);
    const isLong = !interruptible || end - start >= shortest;
    return isLong && start - (runs[index - 1]?.[1] ?? off) >= rest;
  });
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left > 0; left &= left - 1) count += 1;
  return count;
}

function runsOf(cells: readonly number[]): Period[] {
  const runs: [number, number][] = [];
  for (const index of cells) {
    const last = runs.at(-1);
    if (last && last[1] === index) last[1] = index + 1;
    else runs.push([index, index + 1]);
  }
  return runs;
}

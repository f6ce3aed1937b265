import { bestBlock } from './best-block.ts';
import { bestRuns, cellsOf, type RunRules } from './best-runs.ts';
import { cheapestSeconds, joined, lengthOf } from './cheapest-seconds.ts';
import { evened, latticeOf } from './lattice.ts';
import { possible } from './possible.ts';
import type { Impossible, Period, Plan, Problem } from './problem.ts';
import { priceAt, type Stretch, stretchesOf, worstWeight } from './stretches.ts';

/** Numbers the dynamic programme may keep: 32 MB, and a fifth of a second on a small machine. */
const MOST_CELLS = 4_000_000;
/** As many, where it is asked again and again. */
const FEW_CELLS = 50_000;
/** Runs that must be apart without a stated length or rest are a minute long and a minute apart. */
const MINUTE = 60;

/**
 * The best time for one device to run. Pure. `run` must be at least 1, and times and lengths whole. It never plans the past,
 * never past the deadline, and time without a price only where the run would not fit otherwise.
 */
export function plan(problem: Problem): Plan | Impossible {
  const priced = solve(problem, stretchesOf(problem, null));
  if (priced) return priced;
  const stretches = stretchesOf(problem, worstWeight(problem));
  return solve(problem, stretches) ?? possible(problem, fits);
}

/** Σ price × hours at 1 kW of any periods. Time without a price counts as the worst price known. */
export function costOf(problem: Problem, periods: readonly Period[]): { cost: number; unpriced: number } {
  const { start, interval, optimise } = problem;
  let [cost, unpriced] = [0, 0];
  for (const [from, to] of periods)
    for (let at = from; at < to; ) {
      const next = Math.min(to, start + (Math.floor((at - start) / interval) + 1) * interval);
      const price = priceAt(problem, at);
      if (price === null) unpriced += next - at;
      else cost += price * (next - at);
      at = next;
    }
  const worst = unpriced > 0 ? worstWeight(problem) * (optimise === 'max' ? -1 : 1) : 0;
  return { cost: (cost + worst * unpriced) / 3600, unpriced };
}

/** The rules for the runs of an interruptible device; `problem` may leave each of them out. */
export function rulesOf({ run, minRun = 0, minRest = 0, maxStarts, blocks }: Problem): RunRules {
  if (blocks !== undefined) {
    const shortest = Math.min(MINUTE, Math.floor(run / blocks));
    return {
      run,
      minRun: Math.max(Math.min(minRun, run), shortest),
      minRest: Math.max(minRest, MINUTE),
      most: blocks,
      exactly: true,
    };
  }
  const shortest = Math.min(minRun, run);
  return { run, minRun: shortest, minRest, most: maxStarts ?? null, exactly: false };
}

function solve(problem: Problem, stretches: readonly Stretch[]): Plan | null {
  const { run, spread } = problem;
  if (stretches.length === 0) return null;
  if (isOneBlock(problem)) {
    const block = bestBlock(stretches, run, spread);
    return block && finished(problem, [block], 0);
  }
  const rules = rulesOf(problem);
  for (const turn of spread === undefined ? [undefined] : [spread, undefined]) {
    const free = cheapestSeconds(stretches, run, turn);
    if (!free) return null;
    if (keepsRules(free, rules)) return finished(problem, free, 0);
  }
  return solveRuns(problem, stretches, rules);
}

function isOneBlock(problem: Problem): boolean {
  const { run, minRun, most, exactly } = rulesOf(problem);
  if (!problem.interruptible) return true;
  return most === 1 || (!exactly && 2 * minRun > run);
}

function keepsRules(periods: readonly Period[], { minRun, minRest, most, exactly }: RunRules): boolean {
  if (most !== null && (exactly ? periods.length !== most : periods.length > most)) return false;
  return periods.every(([start, end], index) => {
    const before = periods[index - 1];
    return end - start >= minRun && (!before || start - before[1] >= minRest);
  });
}

function solveRuns(problem: Problem, stretches: readonly Stretch[], wish: RunRules): Plan | null {
  const rules = withFewest(wish);
  const spans = [rules.minRun, rules.minRest];
  const lattice = latticeOf(stretches, rules.run, spans);
  if (lattice && cellsOf(lattice, rules) <= MOST_CELLS) {
    const periods = bestRuns(stretches, lattice, rules);
    return periods && finished(problem, joined(periods), 0);
  }
  return nearly(problem, stretches, rules);
}

/** More runs than the shortest run allows need not be counted. */
function withFewest(rules: RunRules): RunRules {
  const fit = rules.minRun > 0 ? Math.floor(rules.run / rules.minRun) : Number.POSITIVE_INFINITY;
  return !rules.exactly && rules.most !== null && rules.most >= fit ? { ...rules, most: null } : rules;
}

/**
 * The optimum of the time that is left when now and the deadline move inwards to the grid of the prices. Outwards it would be no
 * dearer than any plan, which bounds the gap.
 */
function evenly(problem: Problem, stretches: readonly Stretch[], rules: RunRules): Plan | null {
  const spans = [rules.minRun, rules.minRest];
  const [inner, outer] = (['in', 'out'] as const).map((way) => {
    const even = evened(stretches, spans, way);
    const lattice = even && latticeOf(even, rules.run, spans);
    return even && lattice && cellsOf(lattice, rules) <= MOST_CELLS ? bestRuns(even, lattice, rules) : null;
  });
  if (!inner || !outer) return null;
  return finished(problem, joined(inner), Math.abs(costOf(problem, inner).cost - costOf(problem, outer).cost));
}

/** Too many moments for the exact programme: the same one on a coarser lattice. */
function nearly(problem: Problem, stretches: readonly Stretch[], rules: RunRules): Plan | null {
  const even = evenly(problem, stretches, rules);
  if (even) return even;
  for (let step = MINUTE; ; step *= 2) {
    const up = (span: number) => Math.ceil(span / step) * step;
    const coarse = { ...rules, minRun: up(rules.minRun), minRest: up(rules.minRest) };
    const lattice = latticeOf(stretches, rules.run, [], step);
    if (!lattice || cellsOf(lattice, coarse) > MOST_CELLS) continue;
    const periods = bestRuns(stretches, lattice, coarse) ?? runsAtAll(stretches, rules);
    return periods && finished(problem, joined(periods), boundOf(problem, stretches, rules.run, periods));
  }
}

/** Runs that keep the rules at any price: without prices there are few moments to try. */
function runsAtAll(stretches: readonly Stretch[], rules: RunRules, cells = MOST_CELLS): Period[] | null {
  const flat = stretches.map((stretch): Stretch => {
    const [first, last] = [stretch[0], stretch.at(-1)];
    return first && last ? [{ start: first.start, end: last.end, weight: 0 }] : [];
  });
  const lattice = latticeOf(flat, rules.run, [rules.minRun, rules.minRest]);
  return soon(flat, rules) ?? (lattice && cellsOf(lattice, rules) <= cells ? bestRuns(flat, lattice, rules) : null);
}

/** As early as it may, in runs as long as they can be, or as equal as they can be. */
function soon(stretches: readonly Stretch[], rules: RunRules): Period[] | null {
  const equal = Math.max(rules.minRun, Math.ceil(rules.run / (rules.most ?? 1)));
  return inRunsOf(stretches, rules, rules.run) ?? (rules.most === null ? null : inRunsOf(stretches, rules, equal));
}

/** Leaves enough for another run always, and for all of them where the number is fixed. */
function inRunsOf(stretches: readonly Stretch[], rules: RunRules, longest: number): Period[] | null {
  const { run, minRun, minRest, most, exactly } = rules;
  const periods: Period[] = [];
  let [left, free] = [run, Number.NEGATIVE_INFINITY];
  for (const stretch of stretches) {
    const [from, to] = [stretch[0]?.start ?? 0, stretch.at(-1)?.end ?? 0];
    for (let start = Math.max(from, free); start < to && left > 0; start = free) {
      const others = exactly ? Math.max(0, (most ?? 0) - periods.length - 1) * minRun : 0;
      let seconds = Math.min(left - others, to - start, longest);
      if (seconds < left && left - seconds < minRun) seconds = left - minRun;
      if (seconds < Math.max(1, minRun)) break;
      periods.push([start, start + seconds]);
      left -= seconds;
      free = start + seconds + Math.max(minRest, 1);
    }
  }
  return left === 0 && keepsRules(periods, rules) ? periods : null;
}

/** What the plan costs more than the cheapest seconds would, which no rule-keeping plan undercuts. */
function boundOf(problem: Problem, stretches: readonly Stretch[], run: number, periods: readonly Period[]): number {
  const free = cheapestSeconds(stretches, run) ?? [];
  return Math.abs(costOf(problem, periods).cost - costOf(problem, free).cost);
}

function finished(problem: Problem, periods: readonly Period[], gap: number): Plan {
  return { periods, ...costOf(problem, periods), gap };
}

/** Runs that keep the rules, whatever they cost; of what few moments cannot tell the first that offers itself, if any. */
function fits(problem: Problem): readonly Period[] | null {
  const stretches = stretchesOf(problem, 0, true);
  if (stretches.length === 0) return null;
  if (isOneBlock(problem)) {
    const block = bestBlock(stretches, problem.run);
    return block && [block];
  }
  const rules = withFewest(rulesOf(problem));
  if (lengthOf(stretches.flat()) < rules.run) return null;
  return soon(stretches, rules) ?? runsAtAll(stretches, rules, FEW_CELLS);
}

import { bestBlock } from './best-block.ts';
import { bestRuns, type Effort } from './best-runs.ts';
import { cheapestSeconds, joined, lengthOf, marginalWeight } from './cheapest-seconds.ts';
import { latticeOf } from './lattice.ts';
import { possible } from './possible.ts';
import { type Impossible, type Period, type Plan, type Problem, lengthOf as secondsOf } from './problem.ts';
import { firstStart, keepsRules, type RunRules, rulesOf } from './rules.ts';
import { from, priceAt, type Stretch, stretchesOf, worstWeight } from './stretches.ts';
import { isTie } from './tie.ts';
import { inTurn, slide } from './turn.ts';

/** How much may be tried for the best of several runs. */
export type Room = Omit<Effort, 'guess'>;

/** 48 MB, and a fifth of a second on a small machine. */
const MOST: Room = { cells: 4_000_000, nodes: 1_000_000 };
/** For what is asked several times in a row. */
export const FEW: Room = { cells: 400_000, nodes: 400_000 };
const MINUTE = 60;

/**
 * The best time for one device to run. Pure. `run` must be at least 1, and times and lengths whole. It never plans the past,
 * never past the deadline, and time without a price only where the run would not fit otherwise.
 */
export function plan(problem: Problem, room: Room = MOST): Plan | Impossible {
  const priced = solve(problem, stretchesOf(problem, null), room);
  if (priced) return priced;
  const stretches = stretchesOf(problem, worstWeight(problem));
  return solve(problem, stretches, room) ?? possible(problem, fits);
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

function solve(problem: Problem, all: readonly Stretch[], room: Room): Plan | null {
  const { run, spread, now } = problem;
  const begun = begunAt(problem, all);
  if (!begun) return null;
  const { stretches, rules } = begun;
  if (isOneBlock(problem, rules)) {
    const block = rules.first === null ? bestBlock(stretches, run, spread) : goingOn(stretches, now, run);
    return block && finished(problem, [block], 0);
  }
  const free = cheapestSeconds(stretches, run, { goingOn: rules.first === null ? undefined : now });
  if (!free) return null;
  // What is going on had its turn when it started.
  const turned = spread === undefined || rules.first !== null ? null : inTurn(stretches, rules, now, spread);
  if (turned) return finished(problem, turned, 0);
  const solved = keepsRules(free, rules, now) ? finished(problem, free, 0) : solveRuns(problem, begun, room);
  return solved && spread !== undefined ? slid(problem, stretches, rules, solved) : solved;
}

function slid(problem: Problem, stretches: readonly Stretch[], rules: RunRules, solved: Plan): Plan {
  const { now, spread = 0 } = problem;
  const periods = slide(stretches, solved.periods, rules, now, spread);
  const other = finished(problem, periods, solved.gap);
  return keepsRules(periods, rules, now) && isTie(other.cost, solved.cost) ? other : solved;
}

/**
 * The time in which it may run, without what is left of its rest. A run that is going on where it may not is over, unless it
 * must go on: then there is no plan.
 */
function begunAt(problem: Problem, all: readonly Stretch[]) {
  const rules = withFewest(rulesOf(problem));
  const mayGoOn = rules.first !== null && all[0]?.[0]?.start === problem.now;
  if (rules.first !== null && !mayGoOn && (rules.first > 0 || !problem.interruptible)) return null;
  const stretches = mayGoOn ? all : from(all, firstStart(problem));
  return stretches.length === 0 ? null : { stretches, rules: mayGoOn ? rules : { ...rules, first: null } };
}

function goingOn(stretches: readonly Stretch[], now: number, run: number): Period | null {
  return now + run <= (stretches[0]?.at(-1)?.end ?? now) ? [now, now + run] : null;
}

function isOneBlock(problem: Problem, { run, minRun, most, exactly, first }: RunRules): boolean {
  if (!problem.interruptible) return true;
  if (first !== null) return most === 0;
  return most === 1 || (!exactly && most !== 0 && 2 * minRun > run);
}

interface Begun {
  readonly stretches: readonly Stretch[];
  readonly rules: RunRules;
}

function solveRuns(problem: Problem, { stretches, rules }: Begun, room: Room): Plan | null {
  const { run, spread, now } = problem;
  const effort = { ...room, guess: marginalWeight(stretches.flat(), run) };
  const lattice = latticeOf(stretches, rules);
  const found = lattice ? bestRuns(stretches, lattice, rules, effort, spread) : { bound: null, near: [] };
  if ('periods' in found) return found.periods && finished(problem, joined(found.periods), 0);
  const near = found.near.length > 0 ? found.near : nearly(stretches, rules, effort);
  const kept = near.filter((periods) => secondsOf(periods) === run && keepsRules(periods, rules, now));
  const plans = kept.map((periods) => finished(problem, periods, gapOf(problem, stretches, periods, found.bound)));
  const [best] = plans.toSorted((a, b) => a.gap - b.gap);
  if (best) return best;
  const periods = runsAtAll(stretches, rules, now);
  return periods && finished(problem, periods, gapOf(problem, stretches, periods, found.bound));
}

/** More runs than the shortest run allows need not be counted. */
function withFewest(rules: RunRules): RunRules {
  const fit = rules.minRun > 0 ? Math.floor(rules.run / rules.minRun) : Number.POSITIVE_INFINITY;
  return !rules.exactly && rules.most !== null && rules.most >= fit ? { ...rules, most: null } : rules;
}

/** Too many moments for the exact programme: the same one on coarser lattices, until one has plans. */
function nearly(stretches: readonly Stretch[], rules: RunRules, effort: Effort): readonly Period[][] {
  for (let step = MINUTE; step <= 2 ** 20 * MINUTE; step *= 2) {
    const up = (span: number) => Math.ceil(span / step) * step;
    const coarse = { ...rules, minRun: up(rules.minRun), minRest: up(rules.minRest) };
    const lattice = latticeOf(stretches, coarse, step);
    const found = lattice && bestRuns(stretches, lattice, coarse, { ...effort, cells: FEW.cells });
    if (!found) continue;
    if ('periods' in found) return found.periods ? [joined(found.periods)] : [];
    if (found.near.length > 0) return found.near;
  }
  return [];
}

/** Runs that keep the rules at any price: without prices there are few moments to try. */
function runsAtAll(stretches: readonly Stretch[], rules: RunRules, now: number, room = MOST): Period[] | null {
  const flat = stretches.map((stretch): Stretch => {
    const [first, last] = [stretch[0], stretch.at(-1)];
    return first && last ? [{ start: first.start, end: last.end, weight: 0 }] : [];
  });
  const early = soon(flat, rules, now);
  const lattice = early ? null : latticeOf(flat, rules);
  const found = lattice && bestRuns(flat, lattice, rules, { ...room, guess: null });
  return early ?? (found && 'periods' in found ? found.periods && joined(found.periods) : null);
}

/** As early as it may, in runs as long as they can be, or as equal as they can be. */
function soon(stretches: readonly Stretch[], rules: RunRules, now: number): Period[] | null {
  const equal = Math.max(rules.minRun, Math.ceil(rules.run / Math.max(1, rules.most ?? 1)));
  return (
    inRunsOf(stretches, rules, rules.run, now) ?? (rules.most === null ? null : inRunsOf(stretches, rules, equal, now))
  );
}

/** Leaves enough for another run always, and for all of them where the number is fixed. */
function inRunsOf(stretches: readonly Stretch[], rules: RunRules, longest: number, now: number): Period[] | null {
  const { run, minRun, minRest, most, exactly, first } = rules;
  const periods: Period[] = [];
  let [left, free, starts] = [run, Number.NEGATIVE_INFINITY, 0];
  for (const stretch of stretches) {
    const [from, to] = [stretch[0]?.start ?? 0, stretch.at(-1)?.end ?? 0];
    for (let start = Math.max(from, free); start < to && left > 0; start = free) {
      const goesOn = first !== null && start === now;
      const others = exactly ? Math.max(0, (most ?? 0) - starts - (goesOn ? 0 : 1)) * minRun : 0;
      const least = goesOn ? first : minRun;
      let seconds = Math.min(left - others, to - start, Math.max(longest, least));
      if (seconds < left && left - seconds < minRun) seconds = left - minRun;
      if (seconds < Math.max(goesOn ? 0 : 1, least)) break;
      if (seconds > 0) periods.push([start, start + seconds]);
      left -= seconds;
      starts += goesOn ? 0 : 1;
      free = start + seconds + Math.max(minRest, 1);
    }
  }
  return left === 0 && keepsRules(periods, rules, now) ? periods : null;
}

/** What the plan costs more than a bound that no plan undercuts: without a better one, the cheapest seconds without rules. */
function gapOf(
  problem: Problem,
  stretches: readonly Stretch[],
  periods: readonly Period[],
  bound: number | null,
): number {
  const { cost } = costOf(problem, periods);
  const sign = problem.optimise === 'max' ? -1 : 1;
  const free = () => costOf(problem, cheapestSeconds(stretches, problem.run) ?? []).cost * sign;
  const gap = sign * cost - (bound === null ? free() : bound / 3600);
  return gap > 0 && !isTie(gap + cost, cost) ? gap : 0;
}

function finished(problem: Problem, periods: readonly Period[], gap: number): Plan {
  return { periods, ...costOf(problem, periods), gap };
}

/** Runs that keep the rules, whatever they cost; of what few moments cannot tell the first that offers itself, if any. */
function fits(problem: Problem): readonly Period[] | null {
  const begun = begunAt(problem, stretchesOf(problem, 0, true));
  if (!begun || lengthOf(begun.stretches.flat()) < problem.run) return null;
  const { stretches, rules } = begun;
  if (isOneBlock(problem, rules)) {
    const block =
      rules.first === null ? bestBlock(stretches, problem.run) : goingOn(stretches, problem.now, problem.run);
    return block && [block];
  }
  return runsAtAll(stretches, rules, problem.now, FEW);
}

import { Labels } from './labels.ts';
import type { Lattice } from './lattice.ts';
import { type Moments, momentsOf } from './moments.ts';
import { nearRuns } from './near-runs.ts';
import type { Period } from './problem.ts';
import { type Relaxed, relax } from './relaxation.ts';
import type { RunRules } from './rules.ts';
import type { Stretch } from './stretches.ts';

export interface BestRuns {
  /** Null: there are none on the lattice. */
  readonly periods: Period[] | null;
}

/** What is known when the programme grows beyond its room. */
export interface TooMany {
  /** No plan weighs less than this (weight × seconds). */
  readonly bound: number | null;
  /** Plans that keep the rules and come near it. */
  readonly near: readonly Period[][];
}

export interface Effort {
  /** Numbers the programme may keep. */
  readonly cells: number;
  /** Moments × starts left that are walked for a bound, a dozen times or two. */
  readonly nodes: number;
  /** What the dearest second of the cheapest ones weighs; null: nothing has a price, any plan will do. */
  readonly guess: number | null;
}

/**
 * The cheapest runs on the lattice, `run` seconds together. Of equally cheap plans the one with fewest starts, then the one
 * that runs earliest; with `spread` each of those in turn.
 *
 * A dynamic programme from the deadline backwards, of (off or on, moment, starts left, seconds still to run). It leaves out
 * every state through which, by the bound of `relax`, no plan costs as little as the best. What the best costs is not known at
 * first: it is taken to be a little more than the bound and then more and more, until a plan is found that is no dearer.
 */
export function bestRuns(
  stretches: readonly Stretch[],
  lattice: Lattice,
  rules: RunRules,
  { cells, nodes, guess }: Effort,
  spread?: number,
): BestRuns | TooMany {
  const moments = momentsOf(stretches, lattice, rules, spread);
  if (!moments) return { periods: null };
  if (moments.count * moments.layers > nodes) return { bound: null, near: [] };
  const relaxed = guess === null ? null : relax(moments, guess);
  if (guess !== null && !relaxed) return { periods: null };
  const least = relaxed?.bound ?? 0;
  const unit = moments.scale * rules.run;
  for (let above = relaxed ? unit * FIRST : NEVER; ; ) {
    const programme = new Programme(moments, lattice, relaxed, least + above + unit * ROUNDING, cells);
    if (!programme.fill())
      return { bound: relaxed && least, near: relaxed ? nearRuns(stretches, moments, relaxed) : [] };
    const found = programme.best() - least;
    if (found === NEVER && above === NEVER) return { periods: null };
    if (found <= above) return { periods: programme.trace() };
    if (found < NEVER) above = found;
    else above = above > unit * LAST ? NEVER : above * MORE;
  }
}

/** Parts of the dearest price × run by which the best is first, last and each time more taken to be above the bound. */
const FIRST = 1e-4;
const LAST = 2;
const MORE = 8;
/** Below any difference between plans, and well above the rounding of their sums. */
const ROUNDING = 1e-9;
const NEVER = Number.POSITIVE_INFINITY;

class Programme {
  readonly #moments: Moments;
  readonly #most: number;
  readonly #worth: number;
  readonly #relaxed: Relaxed | null;
  readonly #off: Labels;
  readonly #on: Labels;
  /** Whether a plan of the lattice may have run so long, modulo its step. */
  readonly #lengths: Uint8Array;
  readonly #lattice: Lattice;
  readonly #cells: number;

  constructor(moments: Moments, lattice: Lattice, relaxed: Relaxed | null, most: number, cells: number) {
    this.#moments = moments;
    this.#lattice = lattice;
    this.#relaxed = relaxed;
    this.#worth = relaxed?.worth ?? 0;
    this.#most = most;
    this.#cells = cells;
    this.#off = new Labels(moments.count * moments.layers);
    this.#on = new Labels(moments.count * moments.layers);
    this.#lengths = new Uint8Array(lattice.step);
    for (const length of lattice.lengths) this.#lengths[length] = 1;
  }

  /** False where there is no room. */
  fill(): boolean {
    const { count, layers, rules, begin } = this.#moments;
    const isOnFirst = rules.most === null && rules.minRun === 0;
    for (let i = count - 1; i >= begin.moment; i -= 1)
      for (let left = 0; left < layers; left += 1) {
        // a state may lead to another of the same moment: what follows without delay comes first
        if (isOnFirst) this.#fillOn(i, left);
        this.#fillOff(i, left);
        if (!isOnFirst) this.#fillOn(i, left);
        if (this.#off.used + this.#on.used > this.#cells) return false;
      }
    return true;
  }

  best(): number {
    const { rules, begin } = this.#moments;
    return begin.cost + (begin.isOn ? this.#on : this.#off).cost(begin.node, rules.run - begin.ran);
  }

  #fillOff(i: number, left: number): void {
    const { count, layers, rules, runTo, startAt, startCost } = this.#moments;
    const node = i * layers + left;
    const wait = i + 1 < count ? node + layers : -1;
    const [off, on, to] = [this.#off, this.#on, runTo[i] as number];
    const isCounted = rules.most !== null;
    const cost = (startAt[i] as number) + startCost;
    const next = to < 0 || cost === NEVER || (isCounted && left === 0) ? -1 : to * layers + left - (isCounted ? 1 : 0);
    const room = this.#most - (this.#relaxed ? (this.#relaxed.off[node] as number) : 0) - this.#worth * rules.run;
    if (room === Number.NEGATIVE_INFINITY) return;
    if (next < 0 || on.isEmpty(next)) {
      if (wait >= 0) off.share(node, wait);
      return;
    }
    off.begin(node, wait < 0 ? 0 : off.sizeOf(wait), on.sizeOf(next));
    let a = wait < 0 ? 0 : off.from(wait);
    let b = on.from(next);
    const [aEnd, bEnd] = [wait < 0 ? 0 : off.to(wait), on.to(next)];
    while (a < aEnd || b < bEnd) {
      const waiting = a < aEnd ? (off.left[a] as number) : NEVER;
      const starting = b < bEnd ? (on.left[b] as number) + rules.minRun : NEVER;
      const seconds = waiting < starting ? waiting : starting;
      let value = NEVER;
      if (waiting === seconds) value = off.costs[a++] as number;
      if (starting === seconds) {
        const begun = cost + (on.costs[b++] as number);
        if (begun < value && this.#mayHaveRun(rules.run - seconds)) value = begun;
      }
      if (value - this.#worth * seconds <= room && seconds > 0 && seconds <= rules.run) off.add(seconds, value);
    }
    off.end(node);
  }

  #fillOn(i: number, left: number): void {
    const { count, layers, rules, restTo, cost, span } = this.#moments;
    const node = i * layers + left;
    const [off, on, to] = [this.#off, this.#on, restTo[i] as number];
    const step = cost[i] as number;
    const onward = i + 1 < count && step < NEVER ? node + layers : -1;
    const stop = to < 0 ? -1 : to * layers + left;
    const room = this.#most - (this.#relaxed ? (this.#relaxed.on[node] as number) : 0) - this.#worth * rules.run;
    if (room === Number.NEGATIVE_INFINITY) return;
    on.begin(node, onward < 0 ? 0 : on.sizeOf(onward), 1 + (stop < 0 ? 0 : off.sizeOf(stop)));
    let a = onward < 0 ? 0 : on.from(onward);
    let b = stop < 0 ? 0 : off.from(stop);
    const [aEnd, bEnd] = [onward < 0 ? 0 : on.to(onward), stop < 0 ? 0 : off.to(stop)];
    const longer = span[i] as number;
    if ((!rules.exactly || left === 0) && room >= 0) on.add(0, 0);
    while (a < aEnd || b < bEnd) {
      const going = a < aEnd ? (on.left[a] as number) + longer : NEVER;
      const stopping = b < bEnd ? (off.left[b] as number) : NEVER;
      const seconds = going < stopping ? going : stopping;
      let value = NEVER;
      if (going === seconds) value = step + (on.costs[a++] as number);
      if (stopping === seconds) {
        const stopped = off.costs[b++] as number;
        if (stopped < value) value = stopped;
      }
      if (value - this.#worth * seconds <= room && seconds <= rules.run) on.add(seconds, value);
    }
    on.end(node);
  }

  #mayHaveRun(seconds: number): boolean {
    return this.#lengths[seconds % this.#lattice.step] === 1;
  }

  trace(): Period[] {
    const { times, layers, rules, begin, startCost, runTo, restTo } = this.#moments;
    const same = startCost / 1000;
    const periods: Period[] = [];
    let [i, left, seconds] = [begin.moment, layers - 1, rules.run - begin.ran];
    let begun = begin.isOn ? (times[0] as number) : null;
    for (;;) {
      if (begun === null) {
        while (this.#start(i, left, seconds) > this.#wait(i, left, seconds) + same) i += 1;
        begun = times[i] as number;
        i = runTo[i] as number;
        left -= rules.most === null ? 0 : 1;
        seconds -= rules.minRun;
      }
      for (; this.#goOn(i, left, seconds) <= this.#stop(i, left, seconds) + same; i += 1)
        seconds -= this.#moments.span[i] as number;
      if ((times[i] as number) > begun) periods.push([begun, times[i] as number]);
      if (seconds === 0) return periods;
      i = restTo[i] as number;
      begun = null;
    }
  }

  #wait(i: number, left: number, seconds: number): number {
    const { count, layers } = this.#moments;
    return i + 1 < count ? this.#off.cost((i + 1) * layers + left, seconds) : NEVER;
  }

  #start(i: number, left: number, seconds: number): number {
    const { layers, rules, runTo, startAt, startCost } = this.#moments;
    const to = runTo[i] as number;
    const fewer = rules.most === null ? left : left - 1;
    if (to < 0 || fewer < 0) return NEVER;
    return (startAt[i] as number) + startCost + this.#on.cost(to * layers + fewer, seconds - rules.minRun);
  }

  #goOn(i: number, left: number, seconds: number): number {
    const { count, layers, cost, span } = this.#moments;
    if (i + 1 >= count) return NEVER;
    return (cost[i] as number) + this.#on.cost((i + 1) * layers + left, seconds - (span[i] as number));
  }

  /** Done is done: nothing has to rest after the last run. */
  #stop(i: number, left: number, seconds: number): number {
    const { layers, rules, restTo } = this.#moments;
    if (seconds === 0) return rules.exactly && left > 0 ? NEVER : 0;
    const to = restTo[i] as number;
    return to < 0 ? NEVER : this.#off.cost(to * layers + left, seconds);
  }
}

import type { Moments } from './moments.ts';

/** What the best plan of any length costs when every second it runs is worth `worth`. */
export interface Relaxed {
  readonly worth: number;
  /** No plan of the length that was asked for costs less. */
  readonly bound: number;
  /** The least cost less worth from the beginning to each state. */
  readonly off: Float64Array;
  readonly on: Float64Array;
  /** The plans nearest to the length asked for: one that is shorter and one that is longer, or one of that length. */
  readonly near: readonly Tried[];
}

/** The best plan of any length for one worth. */
export interface Tried extends Omit<Relaxed, 'near'> {
  readonly seconds: number;
  readonly cost: number;
  /** The state in which it stops for the last time. */
  readonly end: number;
}

const MOST_TRIALS = 24;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Leaves the length of the run to a price: with every second worth so much, the best plan need not remember how long it has run.
 * For each worth its cost bounds the plans of the length asked for. The worth is where the bound is best: between a plan that
 * runs for less and one that runs for more, on the line through both. Null where no plan keeps the rules at all.
 */
export function relax(moments: Moments, guess: number): Relaxed | null {
  const { run } = moments.rules;
  let [less, more]: [Tried | null, Tried | null] = [null, null];
  let best: Tried | null = null;
  let [worth, step] = [guess, moments.scale / 8];
  for (let trial = 0; trial < MOST_TRIALS; trial += 1) {
    const tried = tryAt(moments, worth);
    if (!tried) return null;
    if (!best || tried.bound > best.bound) best = tried;
    if (tried.seconds === run) return { ...tried, near: [tried] };
    if (tried.seconds < run) less = tried;
    else more = tried;
    if (less && more) {
      const next = (more.cost - less.cost) / (more.seconds - less.seconds);
      const line = less.cost + next * (run - less.seconds);
      if (line - best.bound <= 1e-9 * moments.scale * run) break;
      worth = next;
    } else {
      worth += less ? step : -step;
      step *= 4;
    }
  }
  return best && { ...best, near: [less, more].filter((tried) => tried !== null) };
}

/** From the beginning on: off and on at each moment, with each number of starts left. */
function tryAt(moments: Moments, worth: number): Tried | null {
  const { count, layers, rules, begin } = moments;
  const size = count * layers;
  const walk = new Walk(moments, worth, new Float64Array(size).fill(NEVER), new Float64Array(size).fill(NEVER));
  if (begin.isOn) walk.reachOn(begin.node, begin.cost - worth * begin.ran, begin.ran);
  else walk.reachOff(begin.node, 0, 0);
  const isOffFirst = rules.most === null && rules.minRun === 0;
  for (let i = begin.moment; i < count; i += 1)
    for (let left = layers - 1; left >= 0; left -= 1) {
      if (isOffFirst) walk.fromOff(i, left);
      walk.fromOn(i, left);
      if (!isOffFirst) walk.fromOff(i, left);
    }
  const { least, seconds, end, off, on } = walk;
  if (least === NEVER) return null;
  return { worth, bound: least + worth * rules.run, off, on, seconds, end, cost: least + worth * seconds };
}

class Walk {
  /** The best end so far, how long it ran, and where it stopped. */
  least = NEVER;
  seconds = 0;
  end = -1;
  readonly off: Float64Array;
  readonly on: Float64Array;
  readonly #offRan: Int32Array;
  readonly #onRan: Int32Array;
  readonly #moments: Moments;
  readonly #worth: number;
  readonly #fewer: number;

  constructor(moments: Moments, worth: number, off: Float64Array, on: Float64Array) {
    this.#moments = moments;
    this.#worth = worth;
    this.off = off;
    this.on = on;
    this.#offRan = new Int32Array(off.length);
    this.#onRan = new Int32Array(on.length);
    this.#fewer = moments.rules.most === null ? 0 : 1;
  }

  reachOff(node: number, value: number, ran: number): void {
    if (value >= (this.off[node] as number)) return;
    this.off[node] = value;
    this.#offRan[node] = ran;
  }

  reachOn(node: number, value: number, ran: number): void {
    if (value >= (this.on[node] as number)) return;
    this.on[node] = value;
    this.#onRan[node] = ran;
  }

  fromOff(i: number, left: number): void {
    const { count, layers, rules, startCost, startAt, runTo } = this.#moments;
    const node = i * layers + left;
    const value = this.off[node] as number;
    if (value === NEVER) return;
    const ran = this.#offRan[node] as number;
    if (i + 1 < count) this.reachOff(node + layers, value, ran);
    const to = runTo[i] as number;
    if (to < 0 || left < this.#fewer) return;
    const begun = value + startCost + (startAt[i] as number) - this.#worth * rules.minRun;
    this.reachOn(to * layers + left - this.#fewer, begun, ran + rules.minRun);
  }

  fromOn(i: number, left: number): void {
    const { count, layers, rules, cost, span, restTo } = this.#moments;
    const node = i * layers + left;
    const value = this.on[node] as number;
    if (value === NEVER) return;
    const ran = this.#onRan[node] as number;
    if (value < this.least && (!rules.exactly || left === 0)) {
      this.least = value;
      this.seconds = ran;
      this.end = node;
    }
    const longer = span[i] as number;
    if (i + 1 < count) this.reachOn(node + layers, value + (cost[i] as number) - this.#worth * longer, ran + longer);
    const to = restTo[i] as number;
    if (to >= 0) this.reachOff(to * layers + left, value, ran);
  }
}

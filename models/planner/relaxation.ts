import type { Moments } from './moments.ts';

/** What the best plan of any length costs when every second it runs is worth `worth`. */
export interface Relaxed {
  readonly worth: number;
  /** No plan of the length that was asked for costs less. */
  readonly bound: number;
  /** The least cost less worth from the beginning to each state. */
  readonly off: Float64Array;
  readonly on: Float64Array;
}

interface Tried extends Relaxed {
  readonly seconds: number;
  readonly cost: number;
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
    if (tried.seconds === run) return tried;
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
  return best;
}

/** From the beginning on: off and on at each moment, with each number of starts left. */
function tryAt(moments: Moments, worth: number): Tried | null {
  const { count, layers, rules, startCost, begin, cost, span, startAt, runTo, restTo } = moments;
  const size = count * layers;
  const [off, on] = [new Float64Array(size).fill(NEVER), new Float64Array(size).fill(NEVER)];
  const [offRan, onRan] = [new Float64Array(size), new Float64Array(size)];
  const fewer = rules.most === null ? 0 : 1;
  const isOffFirst = rules.most === null && rules.minRun === 0;
  let [least, seconds] = [NEVER, 0];
  if (begin.isOn) [on[begin.node], onRan[begin.node]] = [begin.cost - worth * begin.ran, begin.ran];
  else off[begin.node] = 0;
  const fromOff = (i: number, left: number) => {
    const node = i * layers + left;
    const [so, ran] = [off[node] as number, offRan[node] as number];
    if (so === NEVER) return;
    if (i + 1 < count && so < (off[node + layers] as number)) [off[node + layers], offRan[node + layers]] = [so, ran];
    const to = runTo[i] as number;
    if (to < 0 || left < fewer) return;
    const next = to * layers + left - fewer;
    const value = so + startCost + (startAt[i] as number) - worth * rules.minRun;
    if (value < (on[next] as number)) [on[next], onRan[next]] = [value, ran + rules.minRun];
  };
  const fromOn = (i: number, left: number) => {
    const node = i * layers + left;
    const [so, ran] = [on[node] as number, onRan[node] as number];
    if (so === NEVER) return;
    if (so < least && (!rules.exactly || left === 0)) [least, seconds] = [so, ran];
    const value = so + (cost[i] as number) - worth * (span[i] as number);
    if (i + 1 < count && value < (on[node + layers] as number))
      [on[node + layers], onRan[node + layers]] = [value, ran + (span[i] as number)];
    const to = restTo[i] as number;
    if (to < 0) return;
    const next = to * layers + left;
    if (so < (off[next] as number)) [off[next], offRan[next]] = [so, ran];
  };
  for (let i = 0; i < count; i += 1)
    for (let left = layers - 1; left >= 0; left -= 1) {
      if (isOffFirst) fromOff(i, left);
      fromOn(i, left);
      if (!isOffFirst) fromOff(i, left);
    }
  if (least === NEVER) return null;
  return { worth, bound: least + worth * rules.run, off, on, seconds, cost: least + worth * seconds };
}

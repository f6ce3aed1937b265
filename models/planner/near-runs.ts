import { joined } from './cheapest-seconds.ts';
import type { Moments } from './moments.ts';
import type { Period } from './problem.ts';
import type { Relaxed, Tried } from './relaxation.ts';
import type { RunRules } from './rules.ts';
import type { Piece, Stretch } from './stretches.ts';

/**
 * Plans as long as was asked, made of the best ones of nearly that length: the longer one loses its dearest seconds at the ends
 * of its runs, the shorter one gains the cheapest beside them. Each of those is an optimum for its own length, so that a plan
 * costs more than the bound only by what a few seconds do. None where the ends do not have so many seconds.
 */
export function nearRuns(stretches: readonly Stretch[], moments: Moments, { near }: Relaxed): Period[][] {
  const { rules, times } = moments;
  const pieces = stretches.flat();
  return near.flatMap((tried) => {
    const periods = joined(traced(moments, tried));
    const runs = periods.map(([start, end]): Run => ({ start, end }));
    const goesOn = rules.first !== null && runs[0]?.start === times[0];
    const ends = { pieces, rules, runs, goesOn, now: times[0] as number };
    const over = periods.reduce((sum, [start, end]) => sum + end - start, 0) - rules.run;
    const fits = over > 0 ? isShortened(ends, over) : isLengthened(ends, -over);
    return fits ? [joined(runs.map(({ start, end }): Period => [start, end]))] : [];
  });
}

/** Of a run whose ends are moved. */
interface Run {
  start: number;
  end: number;
}

interface Ends {
  readonly pieces: readonly Piece[];
  readonly rules: RunRules;
  readonly runs: Run[];
  /** Whether the first of them is one that had begun before. */
  readonly goesOn: boolean;
  readonly now: number;
}

/** A step of one end: so many seconds of one weight. */
interface Step {
  readonly run: Run;
  readonly weight: number;
  readonly seconds: number;
  readonly isLate: boolean;
}

/** False where the runs are as short as they may be before so many seconds are gone. */
function isShortened(ends: Ends, over: number): boolean {
  let left = over;
  while (left > 0) {
    const step = best(shorter(ends, left), (a, b) => a.weight > b.weight);
    if (!step) {
      const run = ends.rules.exactly ? undefined : ends.runs.find(({ start, end }) => end - start <= left);
      if (!run || (ends.goesOn && run === ends.runs[0])) return false;
      ends.runs.splice(ends.runs.indexOf(run), 1);
      left -= run.end - run.start;
      continue;
    }
    if (step.isLate) step.run.end -= step.seconds;
    else step.run.start += step.seconds;
    left -= step.seconds;
  }
  return true;
}

function shorter({ pieces, rules, runs, goesOn }: Ends, most: number): Step[] {
  return runs.flatMap((run, index) => {
    const isOld = goesOn && index === 0;
    const least = isOld ? (rules.first ?? 0) : Math.max(rules.minRun, 1);
    const spare = Math.min(most, run.end - run.start - least);
    const [first, last] = [pieceAt(pieces, run.start), pieceAt(pieces, run.end - 1)];
    const steps: Step[] = [];
    if (last && spare > 0) steps.push(step(run, last, Math.min(spare, run.end - last.start), true));
    if (first && spare > 0 && !isOld) steps.push(step(run, first, Math.min(spare, first.end - run.start), false));
    return steps;
  });
}

/** False where the runs have no room before so many seconds are found. */
function isLengthened(ends: Ends, missing: number): boolean {
  let left = missing;
  while (left > 0) {
    const step = best(longer(ends, left), (a, b) => a.weight < b.weight);
    if (!step) return false;
    if (step.isLate) step.run.end += step.seconds;
    else step.run.start -= step.seconds;
    left -= step.seconds;
  }
  return true;
}

function longer({ pieces, rules, runs, goesOn, now }: Ends, most: number): Step[] {
  return runs.flatMap((run, index) => {
    const [before, after] = [runs[index - 1], runs[index + 1]];
    const free = rules.first === null ? Number.NEGATIVE_INFINITY : now;
    const early = Math.min(most, run.start - (before?.end ?? free) - rules.minRest);
    const late = Math.min(most, (after?.start ?? Number.POSITIVE_INFINITY) - run.end - (after ? rules.minRest : 0));
    const [first, last] = [pieceAt(pieces, run.start - 1), pieceAt(pieces, run.end)];
    const steps: Step[] = [];
    if (last && late > 0) steps.push(step(run, last, Math.min(late, last.end - run.end), true));
    if (first && early > 0 && !(goesOn && index === 0))
      steps.push(step(run, first, Math.min(early, run.start - first.start), false));
    return steps;
  });
}

function step(run: Run, { weight }: Piece, seconds: number, isLate: boolean): Step {
  return { run, weight, seconds, isLate };
}

function best(steps: readonly Step[], isBetter: (a: Step, b: Step) => boolean): Step | undefined {
  return steps.reduce<Step | undefined>((found, one) => (found && !isBetter(one, found) ? found : one), undefined);
}

/** The piece with the second that begins then. */
function pieceAt(pieces: readonly Piece[], time: number): Piece | undefined {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle] as Piece).end <= time) low = middle + 1;
    else high = middle;
  }
  const found = pieces[low];
  return found && found.start <= time ? found : undefined;
}

/** The way of the walk back from its last stop: at each state the one it came from, which is the one whose value leads to its own. */
function traced(moments: Moments, { worth, off, on, end: last }: Tried): Period[] {
  const { times, layers, rules, begin, span, cost, startAt, startCost } = moments;
  const [runFrom, restFrom] = [backward(moments.runTo), backward(moments.restTo)];
  const fewer = rules.most === null ? 0 : 1;
  const periods: Period[] = [];
  let [node, end, isOn] = [last, times[Math.floor(last / layers)] as number, true];
  while (!(isOn === begin.isOn && node === begin.node)) {
    const i = Math.floor(node / layers);
    const value = (isOn ? on : off)[node] as number;
    if (!isOn) {
      if (i > 0 && off[node - layers] === value) node -= layers;
      else {
        node = (restFrom[i] as number) * layers + (node % layers);
        end = times[restFrom[i] as number] as number;
        isOn = true;
      }
    } else if (
      i > 0 &&
      (on[node - layers] as number) + (cost[i - 1] as number) - worth * (span[i - 1] as number) === value
    )
      node -= layers;
    else {
      const from = runFrom[i] as number;
      periods.push([times[from] as number, end]);
      node = from * layers + (node % layers) + fewer;
      isOn = false;
      // what is not the way it came would go round for ever
      if (from < 0 || (off[node] as number) + startCost + (startAt[from] as number) - worth * rules.minRun !== value)
        return [];
    }
    if (node < 0) return [];
  }
  if (isOn) periods.push([times[0] as number, end]);
  return periods;
}

/** From which moment each is reached; −1: from none. */
function backward(to: Int32Array): Int32Array {
  const from = new Int32Array(to.length).fill(-1);
  to.forEach((moment, i) => {
    if (moment >= 0) from[moment] = i;
  });
  return from;
}

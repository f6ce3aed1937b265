import { costTable } from './cost-table.ts';
import type { Lattice } from './lattice.ts';
import type { RunRules } from './rules.ts';
import type { Stretch } from './stretches.ts';

/** The lattice as the programme walks it: from each moment where a step, a shortest run and a shortest rest lead, for how much. */
export interface Moments {
  readonly rules: RunRules;
  readonly times: readonly number[];
  readonly count: number;
  /** Starts that may be left, and one more; 1 where they are not counted. A state's number is moment × layers + starts left. */
  readonly layers: number;
  /** Seconds to the next moment and what running through them costs, infinite across a hole. */
  readonly span: Float64Array;
  readonly cost: Float64Array;
  /** The moment a shortest run later, −1 where there is none, and what the run costs. */
  readonly runTo: Int32Array;
  readonly startAt: Float64Array;
  readonly restTo: Int32Array;
  /** So little that it decides between equals alone. */
  readonly startCost: number;
  /** The greatest weight there is, without its sign. */
  readonly scale: number;
  readonly begin: Begin;
}

/** The first state: off at the first moment, or on at the first at which it may stop, having run and cost so much. */
export interface Begin {
  readonly isOn: boolean;
  readonly moment: number;
  readonly node: number;
  readonly ran: number;
  readonly cost: number;
}

/**
 * Null where the run that is going on cannot go on as long as it must. With `spread` a start costs a little more or less from
 * moment to moment, for each home otherwise, and less than decides between different costs.
 */
export function momentsOf(
  stretches: readonly Stretch[],
  { times }: Lattice,
  rules: RunRules,
  spread?: number,
): Moments | null {
  const table = costTable(stretches, times);
  const count = times.length;
  const layers = (rules.most ?? 0) + 1;
  const [runTo, restTo] = [after(times, rules.minRun), after(times, rules.minRest)];
  const moment = rules.first === null ? 0 : times.indexOf((times[0] as number) + rules.first);
  if (moment < 0) return null;
  const begin = {
    ...{ isOn: rules.first !== null, moment, node: moment * layers + layers - 1 },
    ...{ ran: rules.first ?? 0, cost: moment === 0 ? 0 : table.between(0, moment) },
  };
  if (begin.cost === Number.POSITIVE_INFINITY) return null;
  const startCost = 1e-11 * rules.run * table.scale;
  const turn = (i: number) => (spread === undefined ? 0 : ((spread + i * GOLDEN) % 1) * (startCost / 2));
  const [span, cost, startAt] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i += 1) {
    const to = runTo[i] as number;
    startAt[i] = to < 0 ? Number.POSITIVE_INFINITY : table.between(i, to) + turn(i);
    cost[i] = i + 1 < count ? table.between(i, i + 1) : Number.POSITIVE_INFINITY;
    span[i] = (times[i + 1] ?? (times[i] as number)) - (times[i] as number);
  }
  return { rules, times, count, layers, runTo, restTo, begin, span, cost, startAt, startCost, scale: table.scale };
}

/** Multiples of it, without what is whole, lie evenly however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

function after(times: readonly number[], seconds: number): Int32Array {
  const found = new Int32Array(times.length);
  let to = 0;
  times.forEach((time, i) => {
    while (to < times.length && (times[to] as number) < time + seconds) to += 1;
    found[i] = times[to] === time + seconds ? to : -1;
  });
  return found;
}

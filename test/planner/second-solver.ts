import type { Problem } from '../../models/planner/problem.ts';
import { weigh } from './enumerate.ts';

/**
 * The least weight in cells of `cell` seconds, found by growing every plan cell by cell and keeping the best of those that
 * are in the same state: cells run, starts, and how long it has been on or off. Naive, and another way than the planner's.
 */
export function secondOpinion(problem: Problem, cell: number): number | null {
  return grow(problem, cell, false) ?? grow(problem, cell, true);
}

interface State {
  readonly ran: number;
  readonly starts: number;
  readonly isOn: boolean;
  /** Cells it has been on or off. */
  readonly age: number;
  /** Whether it has been on since before now. */
  readonly goesOn: boolean;
  readonly weight: number;
}

const LONG = 1e6;

function grow(problem: Problem, cell: number, unpriced: boolean): number | null {
  const need = problem.run / cell;
  const { running, rested = LONG * cell } = problem;
  const isOn = running !== undefined;
  const first = { ran: 0, starts: 0, isOn, age: (running ?? rested) / cell, goesOn: isOn, weight: 0 };
  let states: State[] = [first];
  for (const weight of weigh(problem, cell, unpriced)) {
    const next = new Map<string, State>();
    const keep = (state: State) => {
      const key = `${state.ran} ${state.starts} ${state.isOn} ${state.age} ${state.goesOn}`;
      if ((next.get(key)?.weight ?? Number.POSITIVE_INFINITY) > state.weight) next.set(key, state);
    };
    for (const state of states) {
      const { age } = state;
      if (!state.isOn) keep({ ...state, age: Math.min(age + 1, LONG) });
      else if (mayStop(problem, state, cell)) keep({ ...state, isOn: false, age: 1, goesOn: false });
      if (weight === null || state.ran === need) continue;
      const on = { ...state, ran: state.ran + 1, weight: state.weight + weight * cell, isOn: true };
      if (state.isOn) keep({ ...on, age: age + 1 });
      else if (isRested(problem, age * cell)) keep({ ...on, starts: state.starts + 1, age: 1 });
    }
    states = [...next.values()];
  }
  const done = states.filter(
    (state) => state.ran === need && hasStarts(problem, state.starts) && (!state.isOn || mayStop(problem, state, cell)),
  );
  return done.length === 0 ? null : Math.min(...done.map(({ weight }) => weight));
}

function mayStop(problem: Problem, { ran, age, goesOn }: State, cell: number): boolean {
  const { blocks, minRun = 0, run, interruptible } = problem;
  if (ran * cell === run && goesOn) return true;
  if (!interruptible) return ran * cell === run;
  const apart = blocks === undefined ? 0 : Math.min(60, Math.floor(run / blocks));
  return age * cell >= Math.max(goesOn ? minRun : Math.min(minRun, run), apart);
}

function isRested({ blocks, minRest = 0 }: Problem, length: number): boolean {
  return length >= (blocks === undefined ? minRest : Math.max(minRest, 60));
}

function hasStarts({ interruptible, blocks, maxStarts, running }: Problem, starts: number): boolean {
  if (!interruptible) return starts === (running === undefined ? 1 : 0);
  if (blocks !== undefined) return starts === blocks;
  return maxStarts === undefined || starts <= maxStarts;
}

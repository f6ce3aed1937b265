import type { Problem } from '../../models/planner/problem.ts';
import { weigh } from './enumerate.ts';

/**
 * The least weight in cells of `cell` seconds, found by growing every plan cell by cell and keeping the best of those that
 * are in the same state: cells run, runs begun, and how long it has been on or off. Naive, and another way than the planner's.
 */
export function secondOpinion(problem: Problem, cell: number): number | null {
  return grow(problem, cell, false) ?? grow(problem, cell, true);
}

interface State {
  readonly ran: number;
  readonly runs: number;
  /** Cells on (positive) or off (negative) up to here. */
  readonly span: number;
  readonly weight: number;
}

function grow(problem: Problem, cell: number, unpriced: boolean): number | null {
  const need = problem.run / cell;
  let states = new Map<string, State>([['', { ran: 0, runs: 0, span: -1e6, weight: 0 }]]);
  for (const weight of weigh(problem, cell, unpriced)) {
    const next = new Map<string, State>();
    const keep = (state: State) => {
      const key = `${state.ran} ${state.runs} ${state.span}`;
      if ((next.get(key)?.weight ?? Number.POSITIVE_INFINITY) > state.weight) next.set(key, state);
    };
    for (const state of states.values()) {
      if (state.span < 0) keep({ ...state, span: Math.max(state.span - 1, -1e6) });
      else if (isLong(problem, state.span * cell)) keep({ ...state, span: -1 });
      if (weight === null || state.ran === need) continue;
      const on = { ran: state.ran + 1, weight: state.weight + weight * cell };
      if (state.span > 0) keep({ ...on, runs: state.runs, span: state.span + 1 });
      else if (isRested(problem, -state.span * cell)) keep({ ...on, runs: state.runs + 1, span: 1 });
    }
    states = next;
  }
  const done = [...states.values()].filter(
    (state) =>
      state.ran === need && hasRuns(problem, state.runs) && (state.span < 0 || isLong(problem, state.span * cell)),
  );
  return done.length === 0 ? null : Math.min(...done.map(({ weight }) => weight));
}

function isLong(problem: Problem, length: number): boolean {
  const { blocks, minRun = 0, run } = problem;
  const apart = blocks === undefined ? 0 : Math.min(60, Math.floor(run / blocks));
  return !problem.interruptible || length >= Math.max(Math.min(minRun, run), apart);
}

function isRested({ blocks, minRest = 0 }: Problem, length: number): boolean {
  return length >= (blocks === undefined ? minRest : Math.max(minRest, 60));
}

function hasRuns({ interruptible, blocks, maxStarts }: Problem, runs: number): boolean {
  if (!interruptible) return runs === 1;
  if (blocks !== undefined) return runs === blocks;
  return maxStarts === undefined || runs <= maxStarts;
}

import type { Effect } from './effect.ts';
import type { CompiledStep } from './process-list.ts';
import { type ProcessContext, Turn } from './turn.ts';

export interface RunResult {
  /** What the last step handed on. */
  readonly value: number | null;
  readonly effects: readonly Effect[];
  /** The list jumped in a circle; it is to be switched off. */
  readonly broken: boolean;
}

/**
 * Runs a process list on one value: left to right, each step's result the next one's value. Pure: what is to be kept or
 * published comes back as effects. A list that takes more steps than it has is going in a circle and is stopped there; one
 * that names a process the hub does not run ends before it.
 */
export function run(
  list: readonly CompiledStep[],
  value: number | null,
  time: number,
  context: ProcessContext,
): RunResult {
  const turn = new Turn(context, time, value);
  let now = value;
  let taken = 0;
  while (turn.next < list.length) {
    const step = list[turn.next] as CompiledStep;
    taken += 1;
    if (taken > list.length) return { value: now, effects: turn.effects, broken: true };
    if (!step.run) break;
    turn.place = turn.next;
    turn.next += 1;
    turn.args = step.args;
    now = step.run(now, step.arg, turn);
    if (now !== null && !Number.isFinite(now)) now = null;
  }
  return { value: now, effects: turn.effects, broken: false };
}

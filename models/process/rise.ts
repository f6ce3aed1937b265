import type { Turn } from './turn.ts';

/** How much the value is above what this step saw last; null the first time or without a value. */
export function riseSince(turn: Turn, value: number | null): number | null {
  if (value === null) return null;
  const before = turn.recall();
  turn.note(value);
  return before === undefined ? null : value - before;
}

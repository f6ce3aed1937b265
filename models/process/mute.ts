import type { Turn } from './turn.ts';

/** Whether fewer than `seconds` have passed since this step last said no. */
export function isMuted(turn: Turn, seconds: number): boolean {
  const last = turn.recall();
  if (last !== undefined && turn.time >= last && turn.time - last < seconds) return true;
  turn.note(turn.time);
  return false;
}

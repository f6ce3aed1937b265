import { REFERENCE } from './state-slot.ts';
import type { Turn } from './turn.ts';

/**
 * Adds what a counter has counted since the last packet to the feed's total and returns the total. The first packet only
 * sets the reference and passes through. Steps backwards (a restarted counter) and faster than `limit` an hour add nothing.
 * A packet that is not newer than the last changes nothing, so that a repeated or late one neither loses nor doubles energy.
 */
export function accumulate(turn: Turn, feed: number, value: number | null, limit: number): number | null {
  if (value === null) return null;
  const before = turn.state(feed, REFERENCE);
  const last = turn.feed(feed);
  if (before === undefined) {
    turn.remember(feed, REFERENCE, value);
    return value;
  }
  const total = last?.value ?? 0;
  const seconds = turn.time - (last?.time ?? 0);
  if (seconds <= 0) return total;
  turn.remember(feed, REFERENCE, value);
  const counted = value - before;
  const sane = counted > 0 && (counted / seconds) * 3600 < limit;
  const sum = sane ? total + counted : total;
  turn.postJoined(feed, sum);
  return sum;
}

import type { Turn } from './turn.ts';

/** Adds to the feed's total of the local day, stored at its midnight; a new day starts at `amount`. */
export function addToDay(turn: Turn, feed: number, amount: number): void {
  const { start } = turn.day();
  const last = turn.feed(feed);
  const before = last && turn.day(last.time).start === start ? (last.value ?? 0) : 0;
  turn.postAt(feed, start, before + amount);
}

/** Keeps the value at the local day's midnight where it beats what the day has so far. */
export function keepExtreme(
  turn: Turn,
  feed: number,
  value: number | null,
  beats: (candidate: number, kept: number) => boolean,
): void {
  if (value === null) return;
  const { start } = turn.day();
  const last = turn.feed(feed);
  const kept = last && turn.day(last.time).start === start ? last.value : null;
  if (kept === null || beats(value, kept)) turn.postAt(feed, start, value);
}

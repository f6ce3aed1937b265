import { DateTime, IANAZone } from 'luxon';
import { dayAt, dayStart } from '../../lib/local-day.ts';

/** A stretch of time within one local half-hour, `start` to before `end` in Unix seconds. */
export interface LocalSlice {
  readonly start: number;
  readonly end: number;
  /** Its date by the household's clock, days since 1970-01-01. */
  readonly day: number;
  /** Minute of the day that the wall clock shows at its start. */
  readonly minute: number;
  /** Whether its day begins with it. */
  readonly first: boolean;
}

export interface SliceCuts {
  /** Minutes of the wall clock's day at which something changes. */
  readonly minutes: readonly number[];
  /** Seconds: also cut at every multiple of these. */
  readonly steps: readonly number[];
}

/**
 * `from` to `to` cut at every half-hour of the wall clock, where clocks change, and at the given times. A wall-clock time that
 * comes twice cuts twice, one that is skipped does not cut.
 */
export function localSlices(from: number, to: number, zone: string, { minutes, steps }: SliceCuts): LocalSlice[] {
  const known = IANAZone.isValidZone(zone) ? zone : 'UTC';
  const marks = [...new Set([...HALF_HOURS, ...minutes])].sort((a, b) => a - b);
  const slices: LocalSlice[] = [];
  for (let day = dayAt(from, known); dayStart(day, known) < to; day += 1) {
    const [start, end] = [dayStart(day, known), dayStart(day + 1, known)];
    for (const piece of evenPieces(start, end, known)) {
      const edges = edgesOf(piece, marks, steps);
      for (let at = 1; at < edges.length; at += 1) {
        const begin = Math.max(from, edges[at - 1] as number);
        const stop = Math.min(to, edges[at] as number);
        if (begin >= stop) continue;
        const minute = Math.floor((begin + piece.offset - day * DAY_S) / 60);
        slices.push({ start: begin, end: stop, day, minute: mod(minute, 1440), first: begin === start });
      }
    }
  }
  return slices;
}

const DAY_S = 86_400;
const HALF_HOURS = Array.from({ length: 48 }, (_, index) => index * 30);

/** Time over which the zone's distance from UTC stays the same. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

function evenPieces(start: number, end: number, zone: string): Piece[] {
  if (start >= end) return [];
  const offset = offsetAt(start, zone);
  if (offsetAt(end - 1, zone) === offset) return [{ start, end, offset }];
  let [same, other] = [start, end - 1];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(middle, zone) === offset) same = middle;
    else other = middle;
  }
  return [{ start, end: other, offset }, ...evenPieces(other, end, zone)];
}

function edgesOf({ start, end, offset }: Piece, marks: readonly number[], steps: readonly number[]): number[] {
  const edges = new Set([start, end]);
  const midnight = Math.floor((start + offset) / DAY_S) * DAY_S - offset;
  for (let base = midnight; base < end; base += DAY_S)
    for (const mark of marks) if (base + mark * 60 > start && base + mark * 60 < end) edges.add(base + mark * 60);
  for (const step of steps) for (let at = Math.ceil(start / step) * step; at < end; at += step) edges.add(at);
  return [...edges].sort((a, b) => a - b);
}

function offsetAt(time: number, zone: string): number {
  return DateTime.fromSeconds(time, { zone }).offset * 60;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}

import { momentAt, wallDay } from './wall-clock.ts';

/** A day by the household's clock: 23, 24 or 25 hours from `start` to before `end`, Unix seconds. */
export interface LocalDay {
  readonly start: number;
  readonly end: number;
}

/** The local day that holds `time` in the zone; UTC's where the zone is unknown. */
export function localDay(time: number, zone: string): LocalDay {
  const newest = recent.get(zone);
  if (newest && time >= newest.start && time < newest.end) return newest;
  const day = dayAt(time, zone);
  const found = { start: dayStart(day, zone), end: dayStart(day + 1, zone) };
  recent.set(zone, found);
  return found;
}

/** The local date at `time`, days since 1970-01-01. */
export function dayAt(time: number, zone: string): number {
  const day = wallDay(time, zone);
  // Where clocks go back over midnight the date of the wall clock does, too; days do not.
  return time >= dayStart(day + 1, zone) ? day + 1 : day;
}

/**
 * Unix seconds at which a day, counted from 1970-01-01, begins in the zone: at the first moment of it where it has no midnight,
 * and at the first midnight where it has two. Looked up once and remembered, as a zone's rules do not change while the hub runs.
 */
export function dayStart(day: number, zone: string): number {
  const known = startsIn(zone);
  let start = known.get(day);
  if (start === undefined) {
    start = momentAt(day * DAY_S, zone);
    if (known.size >= MOST_DAYS) known.clear();
    known.set(day, start);
  }
  return start;
}

function startsIn(zone: string): Map<number, number> {
  let known = starts.get(zone);
  if (!known) {
    if (starts.size >= MOST_ZONES) starts.clear();
    known = new Map();
    starts.set(zone, known);
  }
  return known;
}

/** Readings of one household nearly always fall into the day of the one before. At most one entry a zone. */
const recent = new Map<string, LocalDay>();
const starts = new Map<string, Map<number, number>>();
const MOST_ZONES = 16;
/** A century of days. */
const MOST_DAYS = 36_525;
const DAY_S = 86_400;

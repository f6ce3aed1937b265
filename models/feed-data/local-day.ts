import { DateTime } from 'luxon';

const MOST_ZONES = 16;
/** A century of days. */
const MOST_DAYS = 36_525;
const DAY_MS = 86_400_000;

const zones = new Map<string, Map<number, number>>();

/** The day of a calendar date, counted from 1970-01-01. A month or day too large leads into those after it. */
export function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/**
 * Unix seconds at which a day begins in the zone; the first moment of it where it has no midnight. Looked up once and
 * remembered: a zone's rules do not change while the hub runs, and finding one takes as long as adding up a month.
 */
export function dayStart(day: number, zone: string): number {
  const known = ofZone(zone);
  let start = known.get(day);
  if (start === undefined) {
    const date = new Date(day * DAY_MS);
    const noon = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: 12 };
    const midnight = DateTime.fromObject(noon, { zone }).startOf('day');
    // Where clocks go back at midnight, the day has two of them, and begins with the first.
    const before = midnight.minus({ hours: 1 });
    start = (before.day === midnight.day ? before.startOf('day') : midnight).toSeconds();
    if (known.size >= MOST_DAYS) known.clear();
    known.set(day, start);
  }
  return start;
}

function ofZone(zone: string): Map<number, number> {
  let known = zones.get(zone);
  if (!known) {
    if (zones.size >= MOST_ZONES) zones.clear();
    known = new Map();
    zones.set(zone, known);
  }
  return known;
}

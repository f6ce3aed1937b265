import type { Rows, TimeFormat } from './request.ts';
import { roundTo } from './round.ts';
import { ZoneText } from './zone-text.ts';

/** How a row's time is written, or null where rows carry none. */
export function timeWriter(format: TimeFormat, zone: string): ((seconds: number) => number | string) | null {
  if (format === 'notime') return null;
  if (format === 'unix') return (seconds) => seconds;
  if (format === 'unixms') return (seconds) => seconds * 1000;
  const text = new ZoneText(zone);
  return format === 'excel' ? (seconds) => text.excel(seconds) : (seconds) => text.iso(seconds);
}

/** `[time, value]` pairs, or values alone where the format has no time. */
export function formatRows(rows: Rows, format: TimeFormat, zone: string, places: number): unknown[] {
  const time = timeWriter(format, zone);
  const round = rounder(places);
  if (time === null) return rows.values.map(round);
  return rows.times.map((seconds, i) => [time(seconds), round(rows.values[i]!)]);
}

/** Rounds to so many places; -1 leaves values as they are. */
export function rounder(places: number): (value: number | null) => number | null {
  if (places === -1) return (value) => value;
  return (value) => (value === null ? null : roundTo(value, places));
}

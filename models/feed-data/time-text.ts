import { parseDateText } from '../date-text.ts';

/**
 * Unix seconds of what a client gives as a time: seconds, milliseconds (above 100,000,000,000), or a date in the zone.
 * Null for anything else.
 */
export function parseTime(text: string, zone: string, now: number): number | null {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return parseDateText(trimmed, now, zone) ?? null;
  const number = Number(trimmed);
  return Math.trunc(number > MILLISECONDS_FROM ? number / 1000 : number) + 0;
}

const MILLISECONDS_FROM = 100_000_000_000;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

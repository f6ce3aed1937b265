import { HubError } from '../lib/errors.ts';
import { parseDateText } from './date-text.ts';

/** Clocks that were never set lie before it. */
const OLDEST = Date.UTC(2000, 0, 1) / 1000;
/** How far a meter's clock may be ahead of the hub's. */
const DAY = 86_400;

/** Throws HUB_TIME_TOO_OLD or HUB_TIME_AHEAD for a time (Unix seconds) no reading can have. */
export function checkReadingTime(time: number, now: number): void {
  if (!(time >= OLDEST)) throw new HubError('HUB_TIME_TOO_OLD');
  if (time > now + DAY) throw new HubError('HUB_TIME_AHEAD');
}

/** Whether `checkReadingTime` would let the time pass. */
export function isReadingTime(time: number, now: number): boolean {
  return time >= OLDEST && time <= now + DAY;
}

/** Unix seconds of a `time` that came with a reading: a number of seconds or a date text. Undefined where it is neither. */
export function parseReadingTime(time: unknown, now: number, zone: string): number | undefined {
  if (typeof time === 'number') return Number.isFinite(time) ? Math.trunc(time) : undefined;
  if (typeof time !== 'string') return undefined;
  if (NUMERIC.test(time)) return Math.trunc(Number(time));
  return parseDateText(time, now, zone);
}

const NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

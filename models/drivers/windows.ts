import { DateTime } from 'luxon';
import type { OnPeriod } from './driver.ts';

const MINUTE = 60;
const DAY = 86_400;
/** How long after its end a run is ended by a device that would not otherwise: the hub's own command comes first where it is there. */
const GRACE = 30;

/** What is left of the period that runs now. */
export interface Run {
  /** Unix seconds at which the device ends it. */
  readonly until: number;
  /** From now on. */
  readonly seconds: number;
}

/** The period that runs now, for devices that can only end one; `most` is the longest they can count. Null where none runs. */
export function runNow(periods: readonly OnPeriod[], now: number, most = Number.POSITIVE_INFINITY): Run | null {
  const running = periods.find(([start, end]) => start <= now && now < end);
  if (!running) return null;
  const seconds = Math.min(Math.ceil(running[1] - now) + GRACE, most);
  return { until: Math.floor(now) + seconds, seconds };
}

/**
 * What of the periods a device can keep that knows no date but only the time of day: whole minutes, so that none of a period is
 * lost, at most `most` of them, and none of a day from now or later, as it would come a day too soon.
 */
export function ofTheDay(periods: readonly OnPeriod[], now: number, most: number): OnPeriod[] {
  const from = floor(now);
  const last = from + DAY - MINUTE;
  const kept: [number, number][] = [];
  for (const [start, end] of periods) {
    if (end <= now || floor(start) >= last) continue;
    const until = Math.min(ceil(end), last);
    const begin = until - floor(start) < DAY ? floor(start) : from;
    const before = kept.at(-1);
    if (before && begin <= before[1]) before[1] = Math.max(before[1], until);
    else if (kept.length < most) kept.push([begin, until]);
    else break;
  }
  return kept;
}

/** When that is in a zone. */
export function clockAt(time: number, zone: string): DateTime {
  return DateTime.fromSeconds(time, { zone });
}

function floor(time: number): number {
  return Math.floor(time / MINUTE) * MINUTE;
}

function ceil(time: number): number {
  return Math.ceil(time / MINUTE) * MINUTE;
}

import { minutesOf, weekdayOf } from '../../lib/time-of-day.ts';
import { dateOf, dayNumber, momentAt, wallDay } from '../../lib/wall-clock.ts';
import type { Period } from '../planner/problem.ts';
import type { Schedule } from './schedule.ts';
import { windowsBetween } from './windows.ts';

/** One time that a schedule is to be done. */
export interface Occurrence {
  /** Date of its deadline by the household's clock; `skip` and `changes` go by it. */
  readonly day: string;
  /** Unix seconds before which it does not begin. */
  readonly from: number;
  /** Unix seconds at which it is done. */
  readonly readyBy: number;
  /** The schedule with what is different this time. */
  readonly schedule: Schedule;
  /** When it may not run, Unix seconds. */
  readonly never: readonly Period[];
  /** When it may not in the week after the deadline, for what is said of what could be done later. */
  readonly neverAfter: readonly Period[];
}

/** How far beyond a deadline the planner looks for another. */
export const LATER_S = 7 * 86_400;

/** Dates such as `2026-12-25`. */
export type Holidays = readonly string[];

/**
 * The occurrence with the next deadline after `now`; null where none comes, and for schedules that are not `smart`. It is found
 * directly, however long the hub was off. Times of day are the wall clock's: a skipped one is the moment the clock jumps, of a
 * doubled one the first counts.
 */
export function occurrenceAt(schedule: Schedule, now: number, zone: string, holidays: Holidays): Occurrence | null {
  if (schedule.mode !== 'smart') return null;
  const found = schedule.within === null ? nextDay(schedule, now, zone, holidays) : roll(schedule, now, zone, holidays);
  if (!found) return null;
  const { day, from, readyBy } = found;
  const date = dateOf(day);
  const never = windowsBetween(schedule.never, from, readyBy, zone, 'last');
  const neverAfter = windowsBetween(schedule.never, readyBy, readyBy + LATER_S, zone, 'last');
  return { day: date, from, readyBy, schedule: onThatDay(schedule, date), never, neverAfter };
}

/** The schedule with what only the occurrence of this date does differently. */
function onThatDay(schedule: Schedule, date: string): Schedule {
  const { readyBy, need, interruptible } = schedule.changes[date] ?? {};
  return {
    ...schedule,
    ...(readyBy === undefined ? {} : { readyBy }),
    ...(need === undefined ? {} : { need }),
    ...(interruptible === undefined ? {} : { interruptible }),
  };
}

/** Whether the pattern has an occurrence on the day, whatever is skipped or paused. */
function isInPattern({ repeat, once }: Schedule, day: number, holidays: Holidays): boolean {
  const date = dateOf(day);
  if (!repeat) return once === date;
  const { weekdays, months, holidays: rule } = repeat;
  if (!weekdays.includes(weekdayOf(day))) return false;
  if (months && !months.includes(Number(date.slice(5, 7)))) return false;
  return rule === 'as-usual' || holidays.includes(date) === (rule === 'only');
}

/** Whether the schedule is in force on the day. */
export function isInForce(schedule: Schedule, day: number, holidays: Holidays): boolean {
  if (!isInPattern(schedule, day, holidays)) return false;
  const date = dateOf(day);
  return !schedule.skip.includes(date) && (schedule.pausedUntil === null || date >= schedule.pausedUntil);
}

/** When a schedule of mode `timer` has its device on: what touches `from` to `to`, whole and in order, without what `never` forbids. */
export function timerWindows(
  schedule: Schedule,
  from: number,
  to: number,
  zone: string,
  holidays: Holidays = NO_HOLIDAYS,
): Period[] {
  if (schedule.mode !== 'timer') return [];
  const on = windowsBetween(schedule.timer, from, to, zone, 'first', (day) => isInForce(schedule, day, holidays));
  const [first, last] = [on[0], on.at(-1)];
  if (!first || !last) return [];
  const never = windowsBetween(schedule.never, first[0], last[1], zone, 'last');
  return without(on, never).filter(([start, end]) => start < to && end > from);
}

interface Found {
  readonly day: number;
  readonly from: number;
  readonly readyBy: number;
}

function nextDay(schedule: Schedule, now: number, zone: string, holidays: Holidays): Found | null {
  const deadline = (day: number) => {
    const minutes = minutesOf(onThatDay(schedule, dateOf(day)).readyBy ?? '00:00');
    return momentAt(day * DAY_S + minutes * 60, zone);
  };
  const isNext = (day: number) => isInForce(schedule, day, holidays) && deadline(day) > now;
  const day = firstDay(schedule, wallDay(now, zone), isNext);
  if (day === undefined) return null;
  const before = lastDay(day, (other) => isInPattern(schedule, other, holidays));
  const minutes = minutesOf(onThatDay(schedule, dateOf(day)).readyBy ?? '00:00');
  const starts = [
    ...(before === undefined ? [] : [deadline(before)]),
    ...(schedule.ahead === null ? [] : [momentAt(day * DAY_S + minutes * 60 - schedule.ahead, zone)]),
  ];
  const readyBy = deadline(day);
  return { day, from: starts.length > 0 ? Math.max(...starts) : readyBy - LONGEST_S, readyBy };
}

/** The first day from `today` on that is wanted. */
function firstDay(schedule: Schedule, today: number, isWanted: (day: number) => boolean): number | undefined {
  const { repeat, once, pausedUntil } = schedule;
  if (!repeat) {
    const day = once === null ? undefined : dayNumber(once);
    return day !== undefined && isWanted(day) ? day : undefined;
  }
  const first = pausedUntil === null ? today : Math.max(today, dayNumber(pausedUntil));
  for (let day = first; day < first + LOOK_AHEAD_DAYS; day += 1) if (isWanted(day)) return day;
  return undefined;
}

/** The last day before `day` that is wanted, within what any occurrence may last. */
function lastDay(day: number, isWanted: (day: number) => boolean): number | undefined {
  for (let other = day - 1; other >= day - LONGEST_S / DAY_S; other -= 1) if (isWanted(other)) return other;
  return undefined;
}

/**
 * The part of the day in which `now` lies, each `within` long in real seconds. They follow each other from every deadline on, the
 * last before the next one is shorter; without a time of day they follow each other for ever.
 */
function roll(schedule: Schedule, now: number, zone: string, holidays: Holidays): Found | null {
  let time = now;
  for (let tries = 0; tries < LOOK_AHEAD_DAYS; tries += 1) {
    const { from, readyBy } = partAt(schedule, time, zone);
    const day = wallDay(readyBy - 1, zone);
    if (isInForce(schedule, day, holidays)) return { day, from, readyBy };
    const next = firstDay(schedule, day + 1, (other) => isInForce(schedule, other, holidays));
    if (next === undefined || next <= day) return null;
    time = Math.max(readyBy, momentAt(next * DAY_S, zone));
  }
  return null;
}

function partAt(schedule: Schedule, time: number, zone: string): { from: number; readyBy: number } {
  const within = schedule.within ?? DAY_S;
  const { start, end } = schedule.readyBy === null ? { start: 0, end: null } : span(schedule.readyBy, time, zone);
  const origin = schedule.readyBy === null ? momentAt(0, zone) : start;
  const from = origin + Math.floor((time - origin) / within) * within;
  return { from, readyBy: end === null ? from + within : Math.min(from + within, end) };
}

/** From the time of day before `time` to the next. */
function span(clock: string, time: number, zone: string): { start: number; end: number } {
  const at = (day: number) => momentAt(day * DAY_S + minutesOf(clock) * 60, zone);
  const today = wallDay(time, zone);
  return at(today) > time ? { start: at(today - 1), end: at(today) } : { start: at(today), end: at(today + 1) };
}

function without(on: readonly Period[], never: readonly Period[]): Period[] {
  return never.reduce<Period[]>(
    (left, [from, to]) =>
      left.flatMap(([start, end]): Period[] => {
        if (to <= start || from >= end) return [[start, end]];
        const around: Period[] = [
          [start, from],
          [to, end],
        ];
        return around.filter(([a, b]) => a < b);
      }),
    [...on],
  );
}

const DAY_S = 86_400;
const LONGEST_S = 31 * DAY_S;
/** A weekday of one month comes every year, 60 of them may be skipped, and the rest may be holidays for some years. */
const LOOK_AHEAD_DAYS = 20 * 366;
const NO_HOLIDAYS: Holidays = [];

import type { Occurrence } from '../models/schedule/occurrence.ts';
import type { KeptSchedule, Schedule } from '../models/schedule/schedule.ts';
import { scheduleTexts } from '../models/schedule/schedule-form.ts';
import type { Words } from './page.ts';

export interface OnceDeps {
  next(account: number, schedule: Schedule): Occurrence | null;
  boostOf(device: number): { readonly until: number } | null;
}

/** What can be done to a kept schedule's next time alone. */
export function onceView(kept: KeptSchedule, { deps, words }: { deps: OnceDeps; words: Words }) {
  const occurrence = deps.next(kept.account, kept);
  const boost = deps.boostOf(kept.device);
  return {
    next: occurrence && nextOf(kept, occurrence, words),
    boost: boost ? words.clockTime(boost.until * 1000) : null,
    paused: kept.pausedUntil === null ? null : dateWords(kept.pausedUntil, words),
    skipped: kept.skip.map((day) => dateWords(day, words)),
  };
}

/** "Friday 2 February" of a date such as 2026-02-02. */
export function dateWords(date: string, words: Pick<Words, 'day' | 'zone'>): string {
  // The middle of the day is the same day in nearly every zone; a reader's own words need no better.
  return words.day(Date.parse(`${date}T12:00:00Z`));
}

function nextOf(kept: KeptSchedule, { day, schedule }: Occurrence, words: Words) {
  const texts = scheduleTexts(schedule);
  return {
    key: day,
    day: dateWords(day, words),
    readyBy: schedule.readyBy ?? '',
    hours: schedule.need.kind === 'time' ? (texts.hours ?? '') : null,
    pauses: schedule.interruptible,
    changed: kept.changes[day] !== undefined,
  };
}

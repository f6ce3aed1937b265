import { DateTime } from 'luxon';
import type { ReportSettings } from './report-settings.ts';

export const REPORT_KINDS = ['day', 'month', 'year'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** A report that is to be made at `end`, of the time since the one before would have been. */
export interface Due {
  readonly kind: ReportKind;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
}

/**
 * The reports of a kind that fall due after `after` and up to `now`, the oldest first and `most` of them at most. A time that the
 * clocks skip is the moment they go on; one that comes twice is the first.
 */
export function dues(
  kind: ReportKind,
  settings: ReportSettings,
  zone: string,
  after: number,
  now: number,
  most = 31,
): Due[] {
  const moment = momentsOf(kind, settings, zone);
  if (!moment) return [];
  const unit = UNITS[kind];
  const found: Due[] = [];
  // A step early: where its moment in the month of `after` lies before `after`, it is passed over.
  let at = DateTime.fromSeconds(after, { zone })
    .startOf(kind)
    .minus({ [unit]: 1 });
  for (let start = moment(at); start <= now && found.length < most; ) {
    at = at.plus({ [unit]: 1 });
    const end = moment(at);
    if (end > after && end <= now) found.push({ kind, start, end });
    start = end;
  }
  return found;
}

const UNITS = { day: 'days', month: 'months', year: 'years' } as const;

/** At which moment of the day, month or year that holds the date the report is made; undefined where it is not. */
function momentsOf(kind: ReportKind, { at, daily, monthly, yearly }: ReportSettings, zone: string) {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const clamped = (date: DateTime, day: number) => {
    const last = date.daysInMonth ?? 28;
    const wall = { year: date.year, month: date.month, day: Math.min(day, last), hour, minute };
    return Math.floor(DateTime.fromObject(wall, { zone }).toSeconds());
  };
  if (kind === 'day') return daily ? (date: DateTime) => clamped(date, date.day) : undefined;
  if (kind === 'month') return monthly ? (date: DateTime) => clamped(date, monthly.day) : undefined;
  return yearly ? (date: DateTime) => clamped(date.set({ month: yearly.month }), yearly.day) : undefined;
}

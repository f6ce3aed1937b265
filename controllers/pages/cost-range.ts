import { DateTime } from 'luxon';
import type { CostRange } from '../../models/cost/read-costs.ts';

/** What the costs' page can show at a time. */
export const VIEWS = ['day', 'week', 'month', 'year'] as const;
export type View = (typeof VIEWS)[number];

/** A day, week, month or year of costs. */
export interface Viewed {
  readonly view: View;
  /** Its first moment by the household's clock. */
  readonly start: DateTime;
  /** Up to now at most. */
  readonly range: CostRange;
  /** As the address has it: `day=2026-01-15`. */
  readonly query: string;
}

/** What the query asks for; without one the month of `here`. Nothing after `now`. */
export function viewedOf(query: Readonly<Record<string, string>>, zone: string, here: number, now: number): Viewed {
  for (const view of VIEWS) {
    const asked = query[view];
    if (asked === undefined) continue;
    const date = DateTime.fromFormat(asked, FORMATS[view], { zone });
    if (date.isValid && date.year >= 1970 && date.toSeconds() <= now) return viewAt(view, date, now);
    return viewAt(view, DateTime.fromSeconds(here, { zone }), now);
  }
  return viewAt('month', DateTime.fromSeconds(here, { zone }), now);
}

/** The view that holds the date. */
export function viewAt(view: View, date: DateTime, now: number): Viewed {
  const start = date.startOf(view);
  const to = Math.min(Math.floor(start.plus({ [view]: 1 }).toSeconds()), now);
  const range = { from: Math.floor(start.toSeconds()), to, by: ROWS[view] };
  return { view, start, range, query: `${view}=${start.toFormat(FORMATS[view])}` };
}

const ROWS = { day: 'half-hour', week: 'day', month: 'day', year: 'month' } as const;
/** A week goes by its Monday. */
const FORMATS: Readonly<Record<View, string>> = {
  day: 'yyyy-MM-dd',
  week: 'yyyy-MM-dd',
  month: 'yyyy-MM',
  year: 'yyyy',
};

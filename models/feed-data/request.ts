/** A calendar step of a grid. */
export type CalendarUnit = 'daily' | 'weekly' | 'monthly' | 'annual';

export type TimeFormat = 'unixms' | 'unix' | 'excel' | 'iso8601' | 'notime';

export const CALENDAR_UNITS: readonly string[] = ['daily', 'weekly', 'monthly', 'annual'] satisfies CalendarUnit[];
export const TIME_FORMATS: readonly string[] = ['unixms', 'unix', 'excel', 'iso8601', 'notime'] satisfies TimeFormat[];

/** What is asked of one feed. */
export interface DataRequest {
  /** Unix seconds, whole. */
  readonly start: number;
  readonly end: number;
  /** Seconds, a calendar unit, or the feed's own. 0: a round eight-hundredth of the span. */
  readonly interval: number | CalendarUnit | 'original';
  readonly average: boolean;
  readonly delta: boolean;
  readonly skipMissing: boolean;
  /** 1: no interval shorter than the feed's, and a multiple of it. 2: a variable feed's own times, too. */
  readonly limitInterval: number;
  readonly timeFormat: TimeFormat;
  /** A valid IANA zone. */
  readonly zone: string;
  /** Digits after the point, or -1 for all. */
  readonly places: number;
  /** Hours of the day to be read instead of one value a day, or null. */
  readonly split: readonly number[] | null;
}

/** Values on a grid: `times` in Unix seconds, ascending. */
export interface Rows {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/** Why a request cannot be answered, in EmonCMS's words. */
export interface Refusal {
  readonly success: false;
  readonly message: string;
}

export function refusal(message: string): Refusal {
  return { success: false, message };
}

export function isRefusal(value: object): value is Refusal {
  return 'success' in value;
}

/** Most rows of one answer. */
export const MOST_ROWS = 20_000;

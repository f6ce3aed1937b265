import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';
import { dayNumber } from '../../lib/wall-clock.ts';
import { evenSpans, figure } from './figures.ts';
import { ForecastError } from './forecast-error.ts';
import { halfHoursOfDay } from './half-hours.ts';
import type { Span } from './span.ts';

/** How figures without more words are meant. */
export interface OwnMeaning {
  readonly interval: number;
  readonly scale: number;
  readonly zone: string;
  readonly timezone?: string | undefined;
}

const MOST = 12_000;
const moment = z.union([z.number(), z.string().max(40)]);
const even = z.object({
  start: moment,
  interval: z.number().int().min(60).max(86_400).optional(),
  profile: z.array(figure).max(MOST).optional(),
  values: z.array(figure).max(MOST).optional(),
});
const wholeDay = z.object({ day: z.iso.date(), halfHours: z.array(figure).min(46).max(50) });
const row = z.union([
  z.tuple([moment, figure]).transform(([time, value]) => ({ time, end: undefined, value })),
  z
    .object({ time: moment.optional(), start: moment.optional(), from: moment.optional(), end: moment.optional() })
    .extend({ to: moment.optional(), value: figure.optional(), price: figure.optional() })
    .transform((one) => ({
      time: one.time ?? one.start ?? one.from,
      end: one.end ?? one.to,
      value: one.value ?? one.price ?? null,
    })),
]);

/**
 * Figures in any of the forms a household may bring: `{start, interval, profile|values}`, `{day, halfHours}` of a local day, rows
 * `[time, value]` or `{time|start|from, end|to, value|price}`, or CSV of `time,value` with or without a heading. Times are Unix seconds or
 * milliseconds, or ISO; those that do not say their zone are the wall clock's. Throws ForecastError or ZodError.
 */
export function ownFigures(content: unknown, meaning: OwnMeaning): Span[] {
  const zone = IANAZone.isValidZone(meaning.timezone ?? '') ? (meaning.timezone as string) : meaning.zone;
  const spans = spansOf(content, zone, meaning.interval).map((span) => ({
    ...span,
    value: span.value * meaning.scale,
  }));
  if (spans.length === 0) throw new ForecastError('There is not a single figure in it.');
  return spans;
}

function spansOf(content: unknown, zone: string, interval: number): Span[] {
  if (typeof content === 'string') return rowSpans(csvRows(content), zone, interval);
  if (Array.isArray(content)) return rowSpans(z.array(row).max(MOST).parse(content), zone, interval);
  if (typeof content === 'object' && content !== null && 'halfHours' in content) {
    const { day, halfHours } = wholeDay.parse(content);
    return halfHoursOfDay(halfHours, dayNumber(day), zone);
  }
  const { start, profile, values, interval: own } = even.parse(content);
  return evenSpans(profile ?? values ?? [], timeOf(start, zone), own ?? interval);
}

interface Row {
  readonly time?: string | number | undefined;
  readonly end?: string | number | undefined;
  readonly value: number | null;
}

/** Each row holds until the next or for the stated interval, whichever is shorter. */
function rowSpans(rows: readonly Row[], zone: string, interval: number): Span[] {
  return rows.flatMap(({ time, end, value }) => {
    if (time === undefined) throw new ForecastError('A row has no time.');
    const start = timeOf(time, zone);
    return value === null ? [] : [{ start, end: end === undefined ? start + interval : timeOf(end, zone), value }];
  });
}

function csvRows(text: string): Row[] {
  const lines = text.split(/\r\n|[\r\n]/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length > MOST) throw new ForecastError(`More than ${MOST} rows are too many.`);
  return lines.flatMap((line, at) => {
    const [time = '', value = ''] = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (at === 0 && !/^\d/.test(time)) return [];
    const number = value === '' ? null : Number(value);
    if (Number.isNaN(number)) throw new ForecastError(`Row ${at + 1} has no figure.`);
    return [{ time, value: figure.parse(number) }];
  });
}

const MILLISECONDS = 1e11;

function timeOf(moment: string | number, zone: string): number {
  const number = typeof moment === 'number' ? moment : /^\d+(\.\d+)?$/.test(moment) ? Number(moment) : null;
  if (number !== null) return Math.floor(number > MILLISECONDS ? number / 1000 : number);
  const time = DateTime.fromISO(String(moment).trim().replace(' ', 'T'), { zone });
  if (!time.isValid) throw new ForecastError(`${String(moment).slice(0, 40)} is no time.`);
  return Math.floor(time.toSeconds());
}

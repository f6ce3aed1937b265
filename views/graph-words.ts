import { DateTime } from 'luxon';
import { readingOf } from '../models/feed-kind.ts';
import type { FeedFigures } from '../models/graph-figures.ts';
import type { GraphRange } from '../models/graph-range.ts';
import { inUnits } from '../models/graph-step.ts';
import type { Words } from './page.ts';

const DATE = { day: 'numeric', month: 'long', year: 'numeric' } as const;

/** The range as one reads it between "Earlier" and "Later": "Thursday 1 February", "February 2007", "2003–2007". */
export function rangeWords(range: GraphRange, words: Words): string {
  const start = range.start * 1000;
  const last = range.end * 1000 - 1;
  switch (range.preset) {
    case 'hour':
      return `${words.day(start)}, ${hours(range, words)}`;
    case 'day':
      return words.day(start);
    case 'week':
      return between(start, last, words, DATE);
    case 'month':
      return between(start, start, words, { month: 'long', year: 'numeric' });
    case 'year':
    case 'years':
      return between(start, last, words, { year: 'numeric' });
    default:
      if (sameDay(range)) return `${words.day(start)}, ${hours(range, words)}`;
      return `${words.moment(start)} – ${words.moment(last + 1)}`;
  }
}

/** The answer the page opens with: what the range comes to and when it was highest. */
export function headingWords(range: GraphRange, unit: string, figures: FeedFigures, words: Words): string {
  const when = whenWords(range, words);
  const { total, peakAt } = figures;
  if (!total) return words.t('graph.heading.none', { when });
  const shown = readingOf(unit);
  const value = (amount: number, digits: number) => `${words.number(amount, digits)}\u00a0${shown.unit}`;
  if (shown.kind === 'energy')
    return words.t('graph.heading.energy', { when, kwh: words.number(total.energy ?? 0, 1) });
  if (shown.kind === 'other') {
    const figure = (amount: number) => amountWords(amount, shown.unit, words);
    return words.t('graph.heading.other', { when, low: figure(total.low), high: figure(total.high) });
  }
  const kwh = words.number(total.energy ?? 0, 1);
  const peak = value(total.high, total.high < 1 ? 2 : 1);
  const time = words.clockTime((peakAt ?? range.start) * 1000);
  if (range.end - range.start <= 25 * 3600) return words.t('graph.heading.power', { when, kwh, peak, time });
  const day = words.day((peakAt ?? range.start) * 1000);
  return words.t('graph.heading.long', { when, kwh, peak, day, time });
}

/** What the line and the band stand for, with the length of one window. */
export function noteWords(step: number, words: Words): string {
  return words.t('graph.note', { step: stepWords(step, words) });
}

/** "10 minutes". */
export function stepWords(seconds: number, words: Words): string {
  const { count, unit } = inUnits(seconds);
  return words.t(`graph.step.${unit}`, { count });
}

/** A shown value with its unit. */
export function amountWords(value: number, unit: string, words: Words): string {
  const { figure } = words.quantity(value, unit);
  return unit === '' ? figure : `${figure} ${unit}`;
}

/** A table row's start, as short as the rows allow. */
export function rowWords(
  at: number,
  unit: '5 minutes' | 'hour' | 'day' | 'month' | 'year',
  range: GraphRange,
  words: Words,
): string {
  const time = DateTime.fromSeconds(at, { zone: range.zone, locale: words.language });
  if (unit === 'day') return time.toLocaleString({ weekday: 'short', day: 'numeric', month: 'short' });
  if (unit === 'month') return time.toLocaleString({ month: 'long', year: 'numeric' });
  if (unit === 'year') return time.toFormat('yyyy');
  const clock = time.toFormat('HH:mm');
  return range.end - range.start <= 25 * 3600
    ? clock
    : `${time.toLocaleString({ weekday: 'short', day: 'numeric' })}, ${clock}`;
}

function whenWords(range: GraphRange, words: Words): string {
  if (range.preset === 'hour' || (range.preset === null && sameDay(range))) return hours(range, words);
  if (range.preset !== 'day') return rangeWords(range, words);
  if (range.start * 1000 <= words.now && words.now < range.end * 1000) return words.t('graph.today');
  return DateTime.fromSeconds(range.start, { zone: range.zone, locale: words.language }).toFormat('cccc');
}

function sameDay({ start, end, zone }: GraphRange): boolean {
  return DateTime.fromSeconds(start, { zone }).hasSame(DateTime.fromSeconds(end - 1, { zone }), 'day');
}

function hours(range: GraphRange, words: Words): string {
  return `${words.clockTime(range.start * 1000)}–${words.clockTime(range.end * 1000)}`;
}

function between(from: number, to: number, words: Words, style: Intl.DateTimeFormatOptions): string {
  const tag = { en: 'en-GB', cy: 'cy', de: 'de-DE' }[words.language];
  return new Intl.DateTimeFormat(tag, { ...style, timeZone: words.zone }).formatRange(from, to);
}

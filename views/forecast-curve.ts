import type { Forecast } from '../models/forecast/forecast.ts';
import type { Period } from '../models/planner/problem.ts';
import { cellsOf, midnights } from './curve-cells.ts';
import { valueWords } from './curve-words.ts';
import type { Words } from './page.ts';
import { drawSchedule } from './schedule-plot.ts';

export interface CurveParts {
  /** For the ids in the page. */
  readonly id: string;
  readonly curve: Forecast;
  readonly now: number;
  /** Filled and underlined. */
  readonly periods?: readonly Period[];
  readonly currency: string;
  readonly words: Words;
}

/** What partials/curve.ejs prints: the picture, its cells in words for who reads them one by one, and the table. */
export function curveView({ id, curve, now, periods = [], currency, words }: CurveParts) {
  const { t } = words;
  const last = curve.profile.findLastIndex((value) => value !== null);
  const start = Math.floor(now / HALF_HOUR) * HALF_HOUR;
  const known = curve.start + (last + 1) * curve.interval;
  const unit = t(`schedule.unit.${curve.unit}`);
  const note = `${t(`schedule.note.${curve.unit}`)}${periods.length > 0 ? ` ${t('schedule.note.chosen')}` : ''}`;
  if (last < 0 || known <= now) return { id, unit, note, svg: null, cells: '[]', start, end: start, rows: [] };
  const end = Math.min(start + SHOWN, Math.max(known, start + LEAST));
  const edge = end + (end - start) * GUTTER;
  const cells = cellsOf(curve, start, end);
  const told = (value: number | null) =>
    value === null ? t('schedule.unknown') : valueWords(value, { curve, currency }, words);
  const rows = cells.map(({ start, end, value }) => ({
    from: words.moment(start * 1000),
    value: told(value),
    chosen: periods.some(([from, to]) => from < end && to > start),
  }));
  return {
    ...{ id, unit, note, start, end: edge },
    svg: drawSchedule({
      ...{ start, end: edge, now, cells, periods, never: [], deadline: null, second: [] },
      days: midnights(start, end, words),
      label: note,
      words: {
        now: t('schedule.now'),
        clock: (time) => words.clockTime(time * 1000),
        axis: (value) => valueWords(value, { curve, currency }, words),
      },
    }),
    cells: JSON.stringify(cells.map((cell, at) => [cell.start, cell.end, `${rows[at]?.from}: ${rows[at]?.value}`])),
    rows: rows.slice(0, MOST_ROWS),
  };
}

const HALF_HOUR = 1800;
/** How far a picture reaches at most, and at the least. */
const SHOWN = 48 * 3600;
const LEAST = 6 * 3600;
/** Room at the right for the words of the lines. */
const GUTTER = 0.07;
const MOST_ROWS = 200;

import { lengthOf, type Period } from '../models/planner/problem.ts';
import { cellsOf, midnights } from './curve-cells.ts';
import { valueWords } from './curve-words.ts';
import { span } from './plan-why.ts';
import { type Curve, LONGEST_S, type Previewed, type PreviewWords } from './previewed.ts';
import { factsMarkup } from './schedule-facts.ts';
import { type Cell, drawSchedule } from './schedule-plot.ts';
import { headingOf, nextOf, noteOf, unitOf, whyOf } from './schedule-why.ts';
import { markup } from './svg.ts';

/** Everything the editor shows of a draft: words as text, the rest as markup. */
export interface PreviewView {
  readonly heading: string;
  readonly why: string;
  readonly note: string;
  readonly next: string;
  readonly unit: string;
  readonly svg: string;
  readonly facts: string;
  readonly rows: string;
  /** What the picture covers, with the room for the words of its lines; and its cells, which end before that. */
  readonly start: number;
  readonly end: number;
  readonly until: number;
  readonly cells: readonly Cell[];
}

/** All that the editor shows of what a draft would do. */
export function previewView(seen: Previewed, words: PreviewWords): PreviewView {
  const [start, until] = reach(seen);
  const cells = cellsOf(seen.curve, start, until);
  const axis = (value: number) => valueWords(value, seen, words);
  const end = withGutter(start, until, cells, axis);
  const note = noteOf(seen, words);
  return {
    heading: headingOf(seen, words),
    why: whyOf(seen, words),
    note,
    next: nextOf(seen, words),
    unit: unitOf(seen, words),
    svg: drawSchedule({
      ...{
        start,
        end,
        now: seen.now,
        cells,
        periods: seen.periods,
        never: seen.never,
        deadline: seen.deadline !== null && seen.deadline <= until ? seen.deadline : null,
      },
      second: seen.carbon && seen.curve.unit !== 'carbon' ? cellsOf(seen.carbon, start, until) : [],
      days: midnights(start, until, words),
      label: note,
      words: { now: words.t('schedule.now'), clock: (time) => words.clockTime(time * 1000), axis },
    }),
    facts: factsMarkup(seen, words),
    rows: rowsOf(seen, cells, words),
    start,
    end,
    until,
    cells,
  };
}

/** The end of the picture with a gutter as wide as the words of its lines, as far as can be told without knowing its width. */
function withGutter(start: number, end: number, cells: readonly Cell[], axis: (value: number) => string): number {
  const values = cells.flatMap(({ value }) => (value === null ? [] : [value]));
  const signs = axis(Math.max(...values.map(Math.abs), 0)).length;
  const share = Math.min(0.16, Math.max(0.09, 0.02 + 0.02 * signs));
  return Math.round(end + ((end - start) * share) / (1 - share));
}

/** What one moment of the picture says: time, value, and whether it runs. */
export function readAt(at: number, seen: Previewed, cells: readonly Cell[], words: PreviewWords): string {
  const cell = cells.find(({ start, end }) => start <= at && at < end);
  const value = cell?.value ?? null;
  const runs = seen.periods.some(([from, to]) => from <= at && at < to);
  return words.t('schedule.read', {
    time: words.moment(at * 1000),
    value: value === null ? words.t('schedule.unknown') : valueWords(value, seen, words),
    state: words.t(runs ? 'schedule.runs' : 'schedule.waits'),
  });
}

/** From now to a little after the deadline, at least a day. */
function reach({ now, deadline, curve, periods }: Previewed): [number, number] {
  const start = Math.floor(now / 1800) * 1800;
  const known = curve.start + lastKnown(curve) * curve.interval;
  const last = Math.max(deadline ?? now, periods.at(-1)?.[1] ?? now);
  const wanted = last > now + LONGEST_S ? now : last + Math.max(1800, (last - now) * 0.06);
  return [start, Math.max(wanted, Math.min(known, now + DAY_S), now + 6 * 3600)];
}

function lastKnown({ profile }: Curve): number {
  let last = profile.length;
  while (last > 0 && (profile[last - 1] ?? null) === null) last -= 1;
  return last;
}

function rowsOf(seen: Previewed, cells: readonly Cell[], words: PreviewWords): string {
  const carbon = seen.carbon && cellsOf(seen.carbon, cells[0]?.start ?? 0, cells.at(-1)?.end ?? 0);
  return cells
    .slice(0, MOST_ROWS)
    .map((cell) => {
      const runs = lengthOf(overlap(seen.periods, cell));
      const whole = runs === cell.end - cell.start;
      const state = words.t(runs === 0 ? 'schedule.waits' : whole ? 'schedule.runs' : 'schedule.runs.part', {
        length: span(Math.round(runs / 60) * 60),
      });
      const grams = carbon?.find(({ start, end }) => start <= cell.start && cell.start < end)?.value ?? null;
      const value = cell.value === null ? '–' : valueWords(cell.value, seen, words);
      return `<tr><th scope="row">${markup(words.moment(cell.start * 1000))}</th><td class="n">${markup(value)}</td><td class="n">${grams === null ? '–' : `${words.number(grams)} g`}</td><td>${markup(state)}</td></tr>`;
    })
    .join('');
}

function overlap(periods: readonly Period[], { start, end }: Cell): Period[] {
  return periods.flatMap(([from, to]): Period[] =>
    from < end && to > start ? [[Math.max(from, start), Math.min(to, end)]] : [],
  );
}

const DAY_S = 86_400;
const MOST_ROWS = 200;

import type { Forecast } from '../models/forecast/forecast.ts';
import type { PlannedRun } from '../models/plan/device-plan.ts';
import type { Period } from '../models/planner/problem.ts';
import { valueWords } from './curve-words.ts';
import type { Words } from './page.ts';
import { type Cell, drawSchedule } from './schedule-plot.ts';

export interface AheadParts {
  /** What time costs, from now on. */
  readonly curve: Forecast;
  /** What Hearth will run. */
  readonly runs: readonly PlannedRun[];
  /** Unix seconds. */
  readonly now: number;
  readonly currency: string;
  readonly words: Words;
}

/** The next 24 hours: what a unit costs in each half-hour, those that Hearth will use filled and underlined. Null: nothing is known. */
export function homeAhead({ curve, runs, now, currency, words }: AheadParts) {
  const { t } = words;
  const end = now + DAY;
  const cells = halfHours(curve, now, end);
  const known = cells.flatMap(({ start, end, value }) => (value === null ? [] : [{ start, end, value }]));
  if (known.length === 0) return null;
  const told = (value: number | null) =>
    value === null ? t('schedule.unknown') : valueWords(value, { curve, currency }, words);
  const periods = chosenOf(runs, now, end);
  const isChosen = (cell: Cell) => periods.some(([from, to]) => from < cell.end && to > cell.start);
  const clock = (time: number) => words.clockTime(time * 1000);
  const edge = end + DAY * GUTTER;
  const note = [
    levelsOf(known, told, words),
    knownUntil(known, end, words),
    periods.length > 0 ? t('home.ahead.chosen') : '',
  ].filter(Boolean);
  const rows = cells.map((cell) => ({ from: clock(cell.start), value: told(cell.value), chosen: isChosen(cell) }));
  return {
    heading: t(`home.ahead.${curve.unit}`),
    note: note.join(' '),
    unit: t(`schedule.unit.${curve.unit}`),
    svg: drawSchedule({
      ...{ start: now, end: edge, now, cells, periods, never: [], deadline: null, second: [], days: [] },
      label: `${t(`home.ahead.${curve.unit}`)}. ${note.join(' ')}`,
      words: { now: t('home.now'), clock, axis: told },
    }),
    start: now,
    end: edge,
    cells: JSON.stringify(
      cells.map((cell, at) => [
        cell.start,
        cell.end,
        t(isChosen(cell) ? 'home.ahead.read.chosen' : 'home.ahead.read', {
          from: clock(cell.start),
          to: clock(cell.end),
          value: rows[at]?.value ?? '',
        }),
      ]),
    ),
    rows,
    chosen: periods.length > 0,
  };
}

/** Cut at each half-hour of the clock, and within one where the value changes. */
function halfHours({ start, interval, profile }: Forecast, from: number, to: number): Cell[] {
  const cells: { start: number; end: number; value: number | null }[] = [];
  for (let at = Math.floor((from - start) / interval); start + at * interval < to; at += 1) {
    const value = profile[at] ?? null;
    let left = Math.max(from, start + at * interval);
    const right = Math.min(to, start + (at + 1) * interval);
    while (left < right) {
      const next = Math.min(right, (Math.floor(left / HALF_HOUR) + 1) * HALF_HOUR);
      const before = cells.at(-1);
      if (before && before.value === value && left % HALF_HOUR !== 0) before.end = next;
      else cells.push({ start: left, end: next, value });
      left = next;
    }
  }
  return cells;
}

/** When something that a schedule plans is on, without overlaps. */
function chosenOf(runs: readonly PlannedRun[], from: number, to: number): Period[] {
  const spans = runs
    .filter(({ state, schedule }) => schedule !== null && state !== 'done')
    .map(({ start, end }): Period => [Math.max(start, from), Math.min(end, to)])
    .filter(([start, end]) => end > start)
    .sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [start, end] of spans) {
    const before = merged.at(-1);
    if (before && start <= before[1]) before[1] = Math.max(before[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

type Known = Cell & { readonly value: number };

/** Around when it is lowest and highest. */
function levelsOf(known: readonly Known[], told: (value: number) => string, { t, clockTime }: Words): string {
  const values = known.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (told(low) === told(high)) return t('home.ahead.flat', { value: told(low) });
  const near = (high - low) * NEAR;
  const [cheap, dear] = [spellOf(known, low, near), spellOf(known, high, near)];
  const clock = (time: number) => clockTime(time * 1000);
  return t('home.ahead.levels', {
    ...{ low: told(low), lowFrom: clock(cheap[0]), lowTo: clock(cheap[1]) },
    ...{ high: told(high), highFrom: clock(dear[0]), highTo: clock(dear[1]) },
  });
}

/** The stretch around the first `best` in which everything is within `near` of it. */
function spellOf(known: readonly Known[], best: number, near: number): Period {
  const isNear = (at: number) => {
    const cell = known[at];
    return cell !== undefined && Math.abs(cell.value - best) <= near;
  };
  const at = known.findIndex(({ value }) => value === best);
  let [first, last] = [at, at];
  while (isNear(first - 1) && known[first - 1]?.end === known[first]?.start) first -= 1;
  while (isNear(last + 1) && known[last]?.end === known[last + 1]?.start) last += 1;
  return [known[first]?.start ?? 0, known[last]?.end ?? 0];
}

function knownUntil(known: readonly Known[], end: number, { t, clockTime }: Words): string {
  const last = known.at(-1)?.end ?? end;
  return last < end - HALF_HOUR ? t('home.ahead.until', { time: clockTime(last * 1000) }) : '';
}

const HALF_HOUR = 1800;
const DAY = 86_400;
/** Room at the right for the words of the lines, as a share of the day. */
const GUTTER = 0.08;
/** How far from the best a figure still counts to its spell, as a share of the whole range. */
const NEAR = 0.15;

import type { ForecastUnit } from '../models/forecast/forecast.ts';
import { costOf } from '../models/planner/plan.ts';
import { type Impossible, isPlan, lengthOf, type Period, type Plan, type Problem } from '../models/planner/problem.ts';
import type { Why } from '../models/planner/why.ts';
import type { Need } from '../models/schedule/schedule.ts';
import { cellsOf, midnights } from './curve-cells.ts';
import { money, unitPrice } from './money.ts';
import type { Words } from './page.ts';
import { impossibleInWords, span, whyInWords } from './plan-why.ts';
import { type Cell, drawSchedule } from './schedule-plot.ts';
import { markup } from './svg.ts';

/** Values over time, as a forecast gives them. */
export interface Curve {
  readonly unit: ForecastUnit;
  readonly optimise: 'min' | 'max';
  readonly start: number;
  readonly interval: number;
  readonly profile: readonly (number | null)[];
}

/** What a draft would do next. */
export interface Previewed {
  readonly device: string;
  readonly mode: 'smart' | 'timer' | 'on' | 'off';
  readonly need: Need;
  readonly now: number;
  /** null: nothing lies ahead. */
  readonly deadline: number | null;
  readonly periods: readonly Period[];
  readonly never: readonly Period[];
  /** Null where the planner was not asked. */
  readonly planned: { readonly problem: Problem; readonly outcome: Plan | Impossible; readonly why: Why | null } | null;
  /** What is not known and keeps it from being planned. */
  readonly missing: 'power' | 'soc' | 'price' | 'carbon' | null;
  /** What it is planned by. */
  readonly curve: Curve;
  /** Several forecasts weighed against each other: its figures are neither money nor grams. */
  readonly mixed: boolean;
  readonly price: Curve | null;
  readonly carbon: Curve | null;
  /** Share of local generation, 0 to 1. */
  readonly share: Curve | null;
  /** What it draws; null: not known. */
  readonly powerW: number | null;
  readonly currency: string;
}

/** Whose language, zone and clock it is told in; a browser has these, too. */
export type PreviewWords = Pick<Words, 't' | 'number' | 'language' | 'zone' | 'moment' | 'clockTime' | 'day'>;

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
    why: whyOfDraft(seen, words),
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
    facts: factsOf(seen, words).map(factMarkup).join(''),
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

/** A value of what it is planned by: "4.7p", "120 g", "0.8 kW". */
export function valueWords(
  value: number,
  { curve, currency, mixed }: Pick<Previewed, 'curve' | 'currency'> & { readonly mixed?: boolean },
  words: PreviewWords,
): string {
  if (mixed) return words.number(value, 2);
  if (curve.unit === 'price') return unitPrice(Math.round(value * MICRO), currency, words);
  if (curve.unit === 'carbon') return `${words.number(value)} g`;
  if (curve.unit === 'power') return `${words.number(value, 1)} kW`;
  return words.number(value, 2);
}

/** From now to a little after the deadline, at least a day. */
function reach({ now, deadline, curve, periods }: Previewed): [number, number] {
  const start = Math.floor(now / 1800) * 1800;
  const known = curve.start + lastKnown(curve) * curve.interval;
  const last = Math.max(deadline ?? now, periods.at(-1)?.[1] ?? now);
  const wanted = last > now + LONGEST ? now : last + Math.max(1800, (last - now) * 0.06);
  return [start, Math.max(wanted, Math.min(known, now + DAY), now + 6 * 3600)];
}

function lastKnown({ profile }: Curve): number {
  let last = profile.length;
  while (last > 0 && (profile[last - 1] ?? null) === null) last -= 1;
  return last;
}

function headingOf(seen: Previewed, words: PreviewWords): string {
  const { t } = words;
  const { device, mode, deadline } = seen;
  if (mode !== 'smart') return t(`schedule.heading.${mode}`, { device });
  const parts = {
    device,
    need: needWords(seen.need, words),
    time: deadline === null ? '–' : words.clockTime(deadline * 1000),
  };
  const cost = costWords(seen, words);
  if (seen.planned && !isPlan(seen.planned.outcome)) return t('schedule.heading.cannot', parts);
  return cost === null ? t('schedule.heading', parts) : t('schedule.heading.cost', { ...parts, cost });
}

/** "5 h", "12 kWh", "up to 80%". */
export function needWords(need: Need, words: Pick<PreviewWords, 't' | 'number'>): string {
  if (need.kind === 'time') return span(need.seconds);
  if (need.kind === 'energy') return `${words.number(need.wh / 1000, need.wh % 1000 === 0 ? 0 : 1)} kWh`;
  return words.t('schedule.need.upto', { level: `${words.number(need.target * 100)}%` });
}

function whyOfDraft(seen: Previewed, words: PreviewWords): string {
  const { planned, mode, periods } = seen;
  const { t } = words;
  if (mode === 'on' || mode === 'off') return t(`schedule.why.${mode}`);
  if (mode === 'timer') return t('schedule.why.timer');
  if (seen.missing) return t(`schedule.why.missing.${seen.missing}`);
  if (!planned && seen.deadline !== null && seen.deadline > seen.now + LONGEST) return t('schedule.why.far');
  if (!planned) return t(seen.deadline === null ? 'schedule.why.nothing' : 'schedule.why.done');
  const { problem, outcome, why } = planned;
  if (!isPlan(outcome))
    return impossibleInWords(problem, { ...outcome, longest: outcome.longest - (outcome.longest % 60) }, words);
  if (isFlat(seen))
    return t('schedule.why.flat', { times: periods.map(([from, to]) => between(from, to, words)).join(', ') });
  return why ? whyInWords(problem, outcome, why, { ...words, amount: amountOf(seen, words) }) : '';
}

/** All times are as good: a reason that compares prices would say nothing. */
function isFlat({ curve, now, deadline }: Previewed): boolean {
  const cells = cellsOf(curve, now, deadline ?? now + DAY);
  const known = cells.flatMap(({ value }) => (value === null ? [] : [value]));
  return known.every((value) => value === known[0]);
}

/** What Σ value × hours at 1 kW is to the household, at what the device draws. */
function amountOf({ curve, mixed, powerW, currency }: Previewed, words: PreviewWords): (cost: number) => string {
  const kW = (powerW ?? 1000) / 1000;
  if (mixed) return (cost) => words.number(cost, 2);
  if (curve.unit === 'price') return (cost) => money(Math.round(cost * kW * MICRO), currency, words);
  if (curve.unit === 'carbon') return (cost) => grams(cost * kW, words);
  return (cost) => words.number(cost, 2);
}

function noteOf(seen: Previewed, words: PreviewWords): string {
  const { t } = words;
  const kind = t(`schedule.note.${kindOf(seen)}`);
  const chosen = seen.periods.length > 0 ? ` ${t('schedule.note.chosen')}` : '';
  const second = seen.carbon && seen.curve.unit !== 'carbon' ? ` ${t('schedule.note.second')}` : '';
  return `${kind}${chosen}${second}`;
}

function unitOf(seen: Previewed, { t }: PreviewWords): string {
  return t(`schedule.unit.${kindOf(seen)}`);
}

function kindOf({ mixed, curve }: Previewed): ForecastUnit | 'mix' {
  return mixed ? 'mix' : curve.unit;
}

function nextOf({ deadline, mode }: Previewed, words: PreviewWords): string {
  if (mode !== 'smart') return '';
  if (deadline === null) return words.t('schedule.next.none');
  return words.t('schedule.next', { time: `${words.day(deadline * 1000)}, ${words.clockTime(deadline * 1000)}` });
}

interface Fact {
  readonly label: string;
  readonly figure: string;
  readonly line: string;
  readonly look?: 'good' | 'wait' | 'bad';
}

function factsOf(seen: Previewed, words: PreviewWords): Fact[] {
  if (seen.mode === 'on' || seen.mode === 'off' || seen.periods.length === 0) return [];
  const { t } = words;
  const kW = seen.powerW === null ? null : seen.powerW / 1000;
  const now = nowPeriods(seen);
  const facts: Fact[] = [];
  const cost = worth(seen.price, seen.periods, kW);
  if (cost !== null) {
    const other = worth(seen.price, now, kW);
    const saved = other === null ? 0 : Math.round((other - cost) * MICRO);
    const figure = money(Math.round(cost * MICRO), seen.currency, words);
    const line =
      other === null
        ? ''
        : t(saved >= 0 ? 'schedule.saves' : 'schedule.more.than', {
            amount: money(Math.abs(saved), seen.currency, words),
          });
    facts.push({ label: t('schedule.cost'), figure, line });
  }
  const seconds = lengthOf(seen.periods);
  const power = kW === null ? t('schedule.power.unknown') : t('schedule.at', { power: `${words.number(kW, 1)} kW` });
  const energy =
    kW === null
      ? span(seconds < 60 ? seconds : seconds - (seconds % 60))
      : `${words.number((seconds / 3600) * kW, 1)} kWh`;
  facts.push({ label: t(kW === null ? 'schedule.length' : 'schedule.energy'), figure: energy, line: power });
  const carbon = worth(seen.carbon, seen.periods, kW);
  const other = worth(seen.carbon, now, kW);
  if (carbon !== null) {
    const line = other === null ? '' : t('schedule.ifnow', { amount: grams(other, words) });
    facts.push({ label: 'CO₂', figure: grams(carbon, words), line });
  }
  const share = worth(seen.share, seen.periods, 1);
  if (share !== null && seconds > 0) {
    const figure = `${words.number((share / (seconds / 3600)) * 100)}%`;
    facts.push({ label: t('schedule.share'), figure, line: t('schedule.share.line') });
  }
  return [...facts, ...riskOf(seen, words)];
}

/** How much may go wrong before it is late. */
function riskOf({ deadline, periods, planned, mode, now }: Previewed, words: PreviewWords): Fact[] {
  if (deadline === null || mode !== 'smart' || !planned) return [];
  const { t } = words;
  if (!isPlan(planned.outcome))
    return [{ label: t('schedule.risk'), figure: t('schedule.risk.late'), line: '', look: 'bad' }];
  const end = periods.at(-1)?.[1] ?? now;
  const spare = deadline - end;
  const line =
    spare === 0 ? t('schedule.risk.line.none') : t('schedule.risk.line', { spare: span(spare - (spare % 60)) });
  const tight = spare < TIGHT;
  return [
    {
      label: t('schedule.risk'),
      figure: t(tight ? 'schedule.risk.tight' : 'schedule.risk.none'),
      line,
      look: tight ? 'wait' : 'good',
    },
  ];
}

function factMarkup({ label, figure, line, look }: Fact): string {
  const quiet = line === '' ? '' : `<dd>${markup(line)}</dd>`;
  return `<div><dt>${markup(label)}</dt><dd${look ? ` class="${look}"` : ''}>${markup(figure)}</dd>${quiet}</div>`;
}

/** Started now and run through, as somebody without a plan would. */
function nowPeriods({ now, periods }: Previewed): Period[] {
  return [[now, now + lengthOf(periods)]];
}

/** Σ value × kWh; null where some of it is not known. */
function worth(curve: Curve | null, periods: readonly Period[], kW: number | null): number | null {
  if (!curve || kW === null) return null;
  const problem = { ...curve, now: 0, readyBy: 0, run: 0, interruptible: true };
  const { cost, unpriced } = costOf(problem, periods);
  return unpriced > 0 ? null : cost * kW;
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

/** "62p" of the plan, where its price is known. */
function costWords(seen: Previewed, words: PreviewWords): string | null {
  const cost = worth(seen.price, seen.periods, seen.powerW === null ? null : seen.powerW / 1000);
  return cost === null || seen.periods.length === 0 ? null : money(Math.round(cost * MICRO), seen.currency, words);
}

function between(from: number, to: number, words: PreviewWords): string {
  return `${words.moment(from * 1000)}–${words.clockTime(to * 1000)}`;
}

function grams(value: number, words: PreviewWords): string {
  return Math.abs(value) < 1000 ? `${words.number(value)} g` : `${words.number(value / 1000, 1)} kg`;
}

const MICRO = 1_000_000;
const DAY = 86_400;
/** A picture of more days says nothing. */
const LONGEST = 8 * DAY;
const TIGHT = 900;
const MOST_ROWS = 200;

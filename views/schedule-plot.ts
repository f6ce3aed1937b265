import { markup } from './svg.ts';

/** A stretch of one price, or of one value of whatever the plan goes by; null: not known. */
export interface Cell {
  readonly start: number;
  readonly end: number;
  readonly value: number | null;
}

type Span = readonly [start: number, end: number];

/** When something runs, over what time costs. Times are Unix seconds. */
export interface SchedulePicture {
  readonly start: number;
  readonly end: number;
  readonly now: number;
  readonly cells: readonly Cell[];
  readonly periods: readonly Span[];
  /** When it must not run. */
  readonly never: readonly Span[];
  readonly deadline: number | null;
  /** Drawn as a dashed line on a scale of its own. */
  readonly second: readonly Cell[];
  /** Midnights, with the word for the day that begins. */
  readonly days: readonly { readonly at: number; readonly word: string }[];
  readonly label: string;
  readonly words: {
    readonly now: string;
    readonly clock: (time: number) => string;
    readonly axis: (value: number) => string;
  };
}

export const PLOT_HEIGHT = 244;
const BASE = 200;
const TOP = 22;

/** The SVG: a bar for each price, chosen time filled and underlined, now and the deadline as rules. No words depend on its width. */
export function drawSchedule(picture: SchedulePicture): string {
  const x = across(picture);
  const scale = scaleOf(picture.cells);
  const cut = picture.cells.flatMap((cell) => cutAt(cell, picture.periods));
  const tight = cut.length > 80;
  return [
    `<svg class="plot" height="${PLOT_HEIGHT}" role="img" aria-label="${markup(picture.label)}">`,
    ...picture.never.map((span) => rect('closed', x, span, TOP, BASE - TOP)),
    ...cut.map((cell) => bar(cell, isIn(cell, picture.periods), { x, scale, gap: tight ? 0 : 0.26 })),
    ...scale.lines.flatMap((value) => gridline(value, scale, picture)),
    secondLine(picture),
    `<line class="base" x1="0" x2="100%" y1="${scale.zero}" y2="${scale.zero}"/>`,
    ...picture.periods.map((span) => rect('lane', x, span, BASE + 6, 10, 3)),
    ...picture.days.map(({ at, word }) => dayMark(x(at), word, picture.deadline === null ? null : x(picture.deadline))),
    rule('now', x(picture.now)),
    picture.deadline === null ? '' : rule('rule', x(picture.deadline)),
    ...foot(picture, x),
    '</svg>',
  ].join('');
}

/** Where a time stands, in per cent of the width. */
export function across({ start, end }: Pick<SchedulePicture, 'start' | 'end'>): (time: number) => number {
  return (time) => round(Math.min(100, Math.max(0, ((time - start) / (end - start)) * 100)));
}

interface Scale {
  readonly y: (value: number) => number;
  readonly zero: number;
  readonly lines: readonly number[];
}

function scaleOf(cells: readonly Cell[]): Scale {
  const values = cells.flatMap(({ value }) => (value === null ? [] : [value]));
  const high = Math.max(0, ...values);
  const low = Math.min(0, ...values);
  const range = Math.max(high - low, 1e-6) * 1.04;
  const y = (value: number) => round(BASE - ((value - low) / range) * (BASE - TOP));
  const step = niceStep(range);
  const lines: number[] = [];
  for (let at = Math.ceil(low / step); at * step < low + range * 0.97; at += 1) if (at !== 0) lines.push(at * step);
  return { y, zero: y(0), lines };
}

/** Two to four lines. */
function niceStep(range: number): number {
  const size = 10 ** Math.floor(Math.log10(range));
  return [5, 2, 1, 0.5, 0.2].map((factor) => factor * size).find((step) => step * 2 <= range) ?? size / 5;
}

/** A price of which only a part is chosen is drawn as two. */
function cutAt({ start, end, value }: Cell, periods: readonly Span[]): Cell[] {
  const marks = periods.flat().filter((at) => at > start && at < end);
  const edges = [start, ...marks.sort((a, b) => a - b), end];
  return edges.slice(1).map((to, at) => ({ start: edges[at] ?? start, end: to, value }));
}

function isIn({ start, end }: Cell, periods: readonly Span[]): boolean {
  const middle = (start + end) / 2;
  return periods.some(([from, to]) => from <= middle && middle < to);
}

interface Pen {
  readonly x: (time: number) => number;
  readonly scale: Scale;
  /** Per cent left free beside each bar. */
  readonly gap: number;
}

function bar({ start, end, value }: Cell, chosen: boolean, { x, scale, gap }: Pen): string {
  const left = round(x(start) + gap);
  const width = round(Math.max(0.05, x(end) - x(start) - 2 * gap));
  const place = `x="${left}%" width="${width}%"`;
  if (value === null) return `<rect class="unknown" ${place} y="${TOP}" height="${BASE - TOP}"/>`;
  const [top, height] = [Math.min(scale.y(value), scale.zero), Math.abs(scale.y(value) - scale.zero)];
  const body = `<rect class="${chosen ? 'pick-bar' : 'bar'}" ${place} y="${round(top)}" height="${round(height)}"/>`;
  return chosen
    ? body
    : `${body}<rect class="cap" ${place} y="${round(scale.y(value) - (value < 0 ? 2 : 0))}" height="2"/>`;
}

function rect(name: string, x: Pen['x'], [start, end]: Span, y: number, height: number, radius = 0): string {
  const width = round(x(end) - x(start));
  if (width <= 0) return '';
  return `<rect class="${name}" x="${x(start)}%" width="${width}%" y="${y}" height="${height}"${radius ? ` rx="${radius}"` : ''}/>`;
}

function gridline(value: number, scale: Scale, { words }: SchedulePicture): string[] {
  const y = scale.y(value);
  const line = `<line class="g over" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
  return [line, `<text x="100%" y="${round(y - 5)}" text-anchor="end">${markup(words.axis(value))}</text>`];
}

/** In a viewBox of its own, so that it stretches with the width. */
function secondLine({ second, start, end }: SchedulePicture): string {
  const known = second.filter((cell) => cell.value !== null);
  if (known.length === 0) return '';
  const values = known.map(({ value }) => value ?? 0);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (value: number) => round(BASE - 10 - ((value - low) / Math.max(high - low, 1e-9)) * (BASE - TOP - 40));
  const place = (time: number) => round(((time - start) / (end - start)) * 1000);
  const points = known.flatMap((cell) => [
    `${place(cell.start)},${y(cell.value ?? 0)}`,
    `${place(cell.end)},${y(cell.value ?? 0)}`,
  ]);
  return `<svg x="0" y="0" width="100%" height="${BASE}" viewBox="0 0 1000 ${BASE}" preserveAspectRatio="none"><polyline class="l2" points="${points.join(' ')}"/></svg>`;
}

/** Its word gives way to the deadline's grip, which stands at the same height. */
function dayMark(at: number, word: string, grip: number | null): string {
  const near = grip !== null && grip > at && grip < at + 20;
  const text = at < 84 ? `<text x="${at}%" dx="6" y="12"${near ? ' class="roomy"' : ''}>${markup(word)}</text>` : '';
  return `<line class="g over" x1="${at}%" x2="${at}%" y1="0" y2="${BASE}"/>${text}`;
}

function rule(name: string, at: number): string {
  return `<line class="${name}" x1="${at}%" x2="${at}%" y1="0" y2="216"/>`;
}

/** Per cent of the width. */
const HALF_WORD = 3;

/** Clock times that matter, the first first, as far as they do not run into each other. */
function foot({ periods, deadline, now, start, end, words }: SchedulePicture, x: Pen['x']): string[] {
  const taken: number[] = [];
  const put = (at: number, word: string, name: string): string => {
    const anchor = at < 5 ? 'start' : at > 94 ? 'end' : 'middle';
    const middle = at + { start: HALF_WORD, middle: 0, end: -HALF_WORD }[anchor];
    const free = Math.min(100, ...taken.map((other) => Math.abs(other - middle)));
    if (free < 6.5) return '';
    taken.push(middle);
    const roomy = free < 15 ? `roomy ${name}` : name;
    return `<text x="${at}%" y="234" class="${roomy.trim()}" text-anchor="${anchor}">${markup(word)}</text>`;
  };
  const time = (at: number, name = 'strong') => put(x(at), words.clock(at), name);
  const marks = [
    put(x(now), words.now, 'hot'),
    ...(deadline === null ? [] : [time(deadline)]),
    ...periods.map(([from]) => time(from)),
    ...periods.map(([, to]) => time(to)),
  ];
  const step = Math.max(1, Math.round((end - start) / 3600 / 6)) * 3600;
  for (let at = Math.ceil(start / step) * step; at < end; at += step) if (x(at) <= 94) marks.push(time(at, ''));
  return marks;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

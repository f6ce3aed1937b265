import { markup, tenths } from './svg.ts';

/** A day's costs in millionths: devices in the table's order, the rest last. */
export interface DayStack {
  /** Short, for the axis. */
  readonly word: string;
  readonly parts: readonly number[];
}

export interface StackWords {
  readonly label: string;
  readonly money: (micro: number) => string;
}

const HEIGHT = 200;
const WORDS_BELOW = 24;
const GAP = 0.22;
/** Per cent of the width that belongs to the words on the left. */
const GUTTER = 11;
/** Bars between two words below, the first that leaves few enough of them. */
const STEPS = [1, 2, 3, 4, 7, 12, 24];
const MOST_WORDS = 5;
/** Colours for devices; the rest has one of its own. */
export const COLOURED = 4;

/** The SVG of a bar a day, split by device from the top down; what was earned is not drawn. */
export function drawStacks(days: readonly DayStack[], { label, money }: StackWords): string {
  const sums = days.map(({ parts }) => parts.reduce((sum, part) => sum + Math.max(0, part), 0));
  const high = Math.max(...sums, 0);
  const scale = high > 0 ? (HEIGHT - 20) / high : 0;
  const width = (100 - GUTTER) / Math.max(1, days.length);
  const left = (at: number) => tenths(GUTTER + at * width);
  const bars = days.flatMap(({ parts }, at) => {
    let y = HEIGHT;
    const x = `x="${left(at + GAP / 2)}%" width="${tenths(width * (1 - GAP))}%"`;
    return [...parts.entries()].reverse().flatMap(([part, cost]) => {
      const height = tenths(Math.max(0, cost) * scale);
      if (height === 0) return [];
      y = tenths(y - height);
      const colour = part === parts.length - 1 ? COLOURED + 1 : part + 1;
      return [`<rect class="f${colour}" ${x} y="${y}" height="${height}"/>`];
    });
  });
  const lines = ticksTo(high).map((micro) => {
    const y = tenths(HEIGHT - micro * scale);
    const word = `<text x="0" y="${tenths(y - 4)}">${markup(money(micro))}</text>`;
    return `<line class="g" x1="0" x2="100%" y1="${y}" y2="${y}"/>${word}`;
  });
  const every = STEPS.find((step) => step * MOST_WORDS >= days.length) ?? days.length;
  const words = days.map(({ word }, at) =>
    at % every === 0
      ? `<text x="${left(at + 0.5)}%" y="${HEIGHT + WORDS_BELOW - 6}" text-anchor="middle">${markup(word)}</text>`
      : '',
  );
  return [
    `<svg class="plot" height="${HEIGHT + WORDS_BELOW}" role="img" aria-label="${markup(label)}">`,
    ...lines,
    ...bars,
    `<line class="base" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>`,
    ...words.filter((word) => word !== ''),
    '</svg>',
  ].join('\n');
}

/** Lines are no nearer to each other than their words can tell apart. */
const PENNY = 10_000;

/** Two to four round amounts up to the highest. */
function ticksTo(high: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(PENNY, high / 4)));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => high < 5 * one) ?? 10 * power;
  return Array.from({ length: Math.floor(high / step) }, (_, at) => (at + 1) * step);
}

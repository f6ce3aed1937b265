/** A day's costs in millionths: devices in the table's order, the rest last. */
export interface DayStack {
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
/** Colours for devices; the rest has one of its own. */
export const COLOURED = 4;

/** The SVG of a bar a day, split by device from the top down; what was earned is not drawn. */
export function drawStacks(days: readonly DayStack[], { label, money }: StackWords): string {
  const sums = days.map(({ parts }) => parts.reduce((sum, part) => sum + Math.max(0, part), 0));
  const high = Math.max(...sums, 0);
  const scale = high > 0 ? (HEIGHT - 20) / high : 0;
  const width = 100 / Math.max(1, days.length);
  const bars = days.flatMap(({ parts }, at) => {
    let y = HEIGHT;
    const x = `x="${round((at + GAP / 2) * width)}%" width="${round(width * (1 - GAP))}%"`;
    return [...parts.entries()].reverse().flatMap(([part, cost]) => {
      const height = round(Math.max(0, cost) * scale);
      if (height === 0) return [];
      y = round(y - height);
      const colour = part === parts.length - 1 ? COLOURED + 1 : part + 1;
      return [`<rect class="f${colour}" ${x} y="${y}" height="${height}"/>`];
    });
  });
  const foot = HEIGHT + WORDS_BELOW - 6;
  const [first, last] = [days[0], days.at(-1)];
  return [
    `<svg class="plot" height="${HEIGHT + WORDS_BELOW}" role="img" aria-label="${markup(label)}">`,
    high > 0 ? `<text x="0" y="12">${markup(money(high))}</text>` : '',
    ...bars,
    `<line class="base" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>`,
    first ? `<text x="0" y="${foot}">${markup(first.word)}</text>` : '',
    last && days.length > 1 ? `<text x="100%" y="${foot}" text-anchor="end">${markup(last.word)}</text>` : '',
    '</svg>',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function markup(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

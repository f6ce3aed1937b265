import type { Words } from './page.ts';
import { markup, tenths } from './svg.ts';

/** Energy of one day; null where nothing is known of it. */
export interface DayEnergy {
  /** Unix seconds at which it begins. */
  readonly start: number;
  readonly kWh: number | null;
}

const HEIGHT = 120;
const WORDS_BELOW = 24;
const GAP = 0.22;

/** The SVG of a bar a day, the newest on the right; x in per cent, y in px, as every drawing here. */
export function drawBars(days: readonly DayEnergy[], label: string, words: Words): string {
  const high = Math.max(...days.map(({ kWh }) => kWh ?? 0), 0);
  const scale = high > 0 ? (HEIGHT - 16) / high : 0;
  const width = 100 / Math.max(1, days.length);
  const bars = days.flatMap(({ kWh }, i) => {
    if (kWh === null) return [];
    const height = tenths(kWh * scale);
    const at = `x="${tenths((i + GAP / 2) * width)}%" width="${tenths(width * (1 - GAP))}%"`;
    const y = tenths(HEIGHT - height);
    return [`<rect class="bar" ${at} y="${y}" height="${height}"/><rect class="cap" ${at} y="${y}" height="2"/>`];
  });
  const [first, last] = [days[0], days.at(-1)];
  const foot = HEIGHT + WORDS_BELOW - 6;
  return [
    `<svg class="plot" height="${HEIGHT + WORDS_BELOW}" role="img" aria-label="${markup(label)}">`,
    high > 0 ? `<text x="0" y="12">${markup(words.energy(high))}</text>` : '',
    ...bars,
    `<line class="base" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>`,
    first ? `<text x="0" y="${foot}">${markup(dayWord(first, words))}</text>` : '',
    last ? `<text x="100%" y="${foot}" text-anchor="end">${markup(words.t('device.today.word'))}</text>` : '',
    '</svg>',
  ].join('\n');
}

function dayWord({ start }: DayEnergy, { day }: Words): string {
  return day(start * 1000);
}

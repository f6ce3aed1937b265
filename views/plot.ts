import { clockTime, type Language, power } from './format.ts';
import { markup, tenths } from './svg.ts';

/** Lowest, highest and mean value of one stretch of time, or null where nothing was recorded. */
export type Stretch = readonly [min: number, max: number, mean: number] | null;

export interface Plot {
  /** Equal stretches that fill start to end. Values in watts. */
  stretches: readonly Stretch[];
  /** Milliseconds. */
  start: number;
  end: number;
  zone: string;
  language: Language;
  /** What the picture shows, for those who do not see it. */
  label: string;
  /** The word at the right end when the picture ends now; null leaves its clock time and draws no ember line. */
  now: string | null;
  /** Readings still come: the newest one glows. */
  live: boolean;
}

// As tall as a picture of prices, which it meets on the dashboard.
const HEIGHT = 200;
const WORDS_BELOW = 44;

/**
 * The SVG of one power curve: mean as a line over its area, lowest to highest as the span behind it. The outer svg has
 * no viewBox (x in per cent, y in px), so words keep their size at any width; no style attribute anywhere.
 */
export function drawPlot(plot: Plot): string {
  const scale = createScale(plot.stretches);
  const runs = splitRuns(plot.stretches);
  const inner = [
    ...runs.map((run) => polygon('area', [...line(run, 2, scale), ...floor(run, scale)])),
    ...runs.map((run) => polygon('span', [...line(run, 1, scale), ...line(run, 0, scale).reverse()])),
    ...runs.map((run) => `<polyline class="curve" points="${line(run, 2, scale).join(' ')}"/>`),
  ].join('');
  return [
    `<svg class="plot" height="${HEIGHT + WORDS_BELOW}" role="img" aria-label="${markup(plot.label)}">`,
    ...grid(scale),
    `<svg x="0" y="0" width="100%" height="${HEIGHT}" viewBox="0 0 ${plot.stretches.length} ${HEIGHT}" preserveAspectRatio="none">${inner}</svg>`,
    `<line class="base" x1="0" x2="100%" y1="${scale.zero}" y2="${scale.zero}"/>`,
    ...heights(scale, plot.language),
    ...nowLine(plot, scale),
    ...times(plot),
    '</svg>',
  ].join('\n');
}

interface Scale {
  y(value: number): number;
  zero: number;
  lines: readonly number[];
}

/** A run of stretches without a gap: its first index and its values. */
interface Run {
  first: number;
  values: readonly NonNullable<Stretch>[];
}

/** Two to four gridlines at round values; zero is always in the picture. */
function createScale(stretches: readonly Stretch[]): Scale {
  let high = 0;
  let low = 0;
  for (const stretch of stretches) {
    if (!stretch) continue;
    high = Math.max(high, stretch[1]);
    low = Math.min(low, stretch[0]);
  }
  const range = Math.max(high - low, 100) * 1.06;
  const top = low < 0 ? low + range : range;
  const bottom = low < 0 ? high - range : 0;
  const height = top - bottom;
  const y = (value: number): number => tenths(((top - value) / height) * HEIGHT);
  const step = niceStep(height * (1 - HEADROOM));
  const lines: number[] = [];
  for (let at = Math.ceil(bottom / step) * step; at <= top - height * HEADROOM; at += step)
    if (at !== 0) lines.push(at);
  return { y, zero: y(0), lines };
}

/** A line's words stand above it, so none is drawn right under the top. */
const HEADROOM = 0.07;

/** The widest round step that fits in at least twice. */
function niceStep(height: number): number {
  const size = 10 ** Math.floor(Math.log10(height));
  return [5, 2, 1, 0.5, 0.2].map((factor) => factor * size).find((step) => step * 2 <= height) ?? size / 10;
}

function splitRuns(stretches: readonly Stretch[]): Run[] {
  const runs: Run[] = [];
  let values: NonNullable<Stretch>[] = [];
  stretches.forEach((stretch, index) => {
    if (!stretch) {
      values = [];
      return;
    }
    if (values.length === 0) runs.push({ first: index, values });
    values.push(stretch);
  });
  return runs;
}

/** Points in the middle of each stretch; the first and last reach to their stretch's edge, so a lone one is seen. */
function line(run: Run, which: 0 | 1 | 2, scale: Scale): string[] {
  const points = run.values.map((value, index) => `${run.first + index + 0.5},${scale.y(value[which])}`);
  const first = run.values[0];
  const last = run.values.at(-1);
  if (first) points.unshift(`${run.first},${scale.y(first[which])}`);
  if (last) points.push(`${run.first + run.values.length},${scale.y(last[which])}`);
  return points;
}

function floor(run: Run, scale: Scale): string[] {
  return [`${run.first + run.values.length},${scale.zero}`, `${run.first},${scale.zero}`];
}

function polygon(name: string, points: readonly string[]): string {
  return `<polygon class="${name}" points="${points.join(' ')}"/>`;
}

function grid(scale: Scale): string[] {
  return scale.lines.map((watts) => `<line class="g" x1="0" x2="100%" y1="${scale.y(watts)}" y2="${scale.y(watts)}"/>`);
}

/** The words of the gridlines, drawn over the curve so that a high one does not hide them. */
function heights(scale: Scale, language: Language): string[] {
  return scale.lines.map(
    (watts) => `<text x="0" y="${tenths(scale.y(watts) - 5)}">${axisWords(watts, language)}</text>`,
  );
}

/** "2 kW", "1.5 kW", "500 W": no more decimals than a gridline needs. */
function axisWords(watts: number, language: Language): string {
  if (Math.abs(watts) < 1000) return `${power(watts, language).figure} W`;
  return `${new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB').format(watts / 1000)} kW`;
}

function nowLine(plot: Plot, scale: Scale): string[] {
  if (plot.now === null) return [];
  const last = plot.live ? (plot.stretches.at(-1) ?? plot.stretches.at(-2)) : null;
  const spark = last ? `<circle class="spark" cx="100%" cy="${scale.y(last[2])}" r="6"/>` : '';
  return [`<line class="now" x1="100%" x2="100%" y1="0" y2="${HEIGHT + 16}"/>${spark}`];
}

/** Clock times along the foot: both ends, and each sixth hour that does not run into them. */
function times(plot: Plot): string[] {
  const y = HEIGHT + 34;
  const width = plot.end - plot.start;
  const marks = [`<text x="0" y="${y}">${clockTime(plot.start, plot.zone)}</text>`];
  const quarter = 15 * 60_000;
  for (let at = Math.ceil(plot.start / quarter) * quarter; at < plot.end; at += quarter) {
    const share = (at - plot.start) / width;
    const words = clockTime(at, plot.zone);
    if (share < 0.16 || share > 0.86 || !SIXTH_HOUR.test(words)) continue;
    marks.push(`<text x="${tenths(share * 100)}%" y="${y}" text-anchor="middle">${words}</text>`);
  }
  const end = plot.now === null ? clockTime(plot.end, plot.zone) : markup(plot.now);
  const look = plot.now === null ? '' : ' class="hot"';
  return [...marks, `<text x="100%" y="${y}"${look} text-anchor="end">${end}</text>`];
}

const SIXTH_HOUR = /^(00|06|12|18):00$/;

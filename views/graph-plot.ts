import type { FeedWindows, Triple } from '../models/triple.ts';
import { BRIDGE } from './graph-bridge.ts';
import { type Scale, scaleOf } from './graph-scale.ts';
import type { Tick } from './graph-ticks.ts';
import { markup, tenths } from './svg.ts';

export interface PlotSeries {
  readonly data: FeedWindows;
  readonly unit: string;
  /** Stored value × scale − base = drawn value. */
  readonly scale: number;
  readonly base: number;
}

export interface PlotOptions {
  readonly start: number;
  readonly end: number;
  readonly series: readonly PlotSeries[];
  readonly ticks: readonly Tick[];
  /** Says in words what the drawing shows. */
  readonly label: string;
  readonly number: (value: number, digits: number) => string;
}

const PLOT_HEIGHT = 338;
const PLOT_TOP = 14;
const PLOT_BASE = 314;
const WIDTH = 1000;
const HEIGHT = PLOT_BASE - PLOT_TOP;

/**
 * The drawing as SVG text. The first unit's axis is on the left, a second unit's on the right; the first feed has a band
 * from its lowest to its highest readings behind the line of its means.
 */
export function graphPlot(options: PlotOptions): string {
  const scales = scalesOf(options.series);
  const [left, right] = [...scales.entries()];
  const width = right ? 91 : 100;
  const curves = options.series.map((series, i) => curvesOf(series, scales.get(series.unit)!, options, i)).join('');
  return [
    `<svg class="plot" height="${PLOT_HEIGHT}" role="img" aria-label="${markup(options.label)}">`,
    left ? gridOf(left[1], width) : '',
    `<svg x="0" y="${PLOT_TOP}" width="${width}%" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${curves}</svg>`,
    `<line class="base" x1="0" x2="${width}%" y1="${PLOT_BASE}" y2="${PLOT_BASE}"/>`,
    // Words stand over the curves, with a rim of paper, so that no line crosses them out.
    left ? leftOf(left[1], (value) => words(value, left, options)) : '',
    right ? rightOf(right[1], (value) => words(value, right, options)) : '',
    ticksSvg(options, width),
    '</svg>',
  ].join('');
}

/** One axis a unit, in the order the units come up. */
function scalesOf(series: readonly PlotSeries[]): Map<string, Scale> {
  const bounds = new Map<string, [low: number, high: number]>();
  series.forEach(({ data, unit, scale, base }, index) => {
    const known = bounds.get(unit) ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const triple of data.windows) {
      if (!triple) continue;
      const [min, max, mean] = triple;
      known[0] = Math.min(known[0], (index === 0 ? min : mean) * scale - base);
      known[1] = Math.max(known[1], (index === 0 ? max : mean) * scale - base);
    }
    bounds.set(unit, known);
  });
  return new Map([...bounds].map(([unit, [low, high]]) => [unit, scaleOf(low, high)]));
}

/** Stretches of neighbouring windows with values, each window with its place; short gaps are bridged. */
export function stretches(windows: readonly (Triple | null)[]): { at: number; triple: Triple }[][] {
  const all: { at: number; triple: Triple }[][] = [];
  let current: { at: number; triple: Triple }[] = [];
  windows.forEach((triple, at) => {
    if (!triple) return;
    const last = current[current.length - 1];
    if (last && at - last.at > BRIDGE + 1) current = [];
    if (current.length === 0) all.push(current);
    current.push({ at, triple });
  });
  return all;
}

function curvesOf(series: PlotSeries, scale: Scale, { start, end }: PlotOptions, index: number): string {
  const { data } = series;
  const x = (place: number) => tenths(((data.start + place * data.step - start) / (end - start)) * WIDTH);
  const y = (value: number) =>
    tenths(HEIGHT - ((value * series.scale - series.base - scale.low) / (scale.high - scale.low)) * HEIGHT);
  return stretches(data.windows)
    .map((points) => {
      // A lone window has no length as a line of centres: it is drawn from its start to its end.
      const places =
        points.length === 1
          ? [0, 1].map((side) => ({ at: points[0]!.at + side, triple: points[0]!.triple }))
          : points.map(({ at, triple }) => ({ at: at + 0.5, triple }));
      const line = places.map(({ at, triple }) => `${x(at)},${y(triple[2])}`).join(' ');
      const curve = `<polyline class="l${index + 1}" points="${line}"/>`;
      if (index > 0) return curve;
      const over = places.map(({ at, triple }) => `${x(at)},${y(triple[1])}`);
      const under = places.map(({ at, triple }) => `${x(at)},${y(triple[0])}`).reverse();
      return `<polygon class="band" points="${over.concat(under).join(' ')}"/>${curve}`;
    })
    .join('');
}

function gridOf(scale: Scale, width: number): string {
  const line = (y: number) => `<line class="g" x1="0" x2="${width}%" y1="${y}" y2="${y}"/>`;
  return scale.lines.map((value) => line(lineY(value, scale))).join('');
}

function leftOf(scale: Scale, text: (value: number) => string): string {
  return scale.lines
    .filter((value) => value !== scale.low || value !== 0)
    .map((value) => `<text x="0" y="${lineY(value, scale) - 5}">${text(value)}</text>`)
    .join('');
}

function rightOf(scale: Scale, text: (value: number) => string): string {
  return scale.lines
    .map((value) => `<text x="100%" y="${lineY(value, scale) - 5}" text-anchor="end">${text(value)}</text>`)
    .join('');
}

function lineY(value: number, scale: Scale): number {
  return Math.round(PLOT_BASE - ((value - scale.low) / (scale.high - scale.low)) * HEIGHT);
}

function ticksSvg({ ticks, start, end }: PlotOptions, width: number): string {
  return ticks
    .map(({ at, label }, i) => {
      const share = (at - start) / (end - start);
      const anchor = share < 0.03 ? '' : share > 0.97 ? ' text-anchor="end"' : ' text-anchor="middle"';
      const roomy = ticks.length > 5 && i % 2 === 1 ? ' class="roomy"' : '';
      return `<text x="${tenths(share * width)}%" y="${PLOT_BASE + 16}"${roomy}${anchor}>${markup(label)}</text>`;
    })
    .join('');
}

function words(value: number, [unit, scale]: [string, Scale], options: PlotOptions): string {
  return markup(`${options.number(value, scale.digits)} ${unit}`.trim());
}

import type uPlot from 'uplot';
import { number } from '../format.ts';
import { scaleOf } from '../graph-scale.ts';
import { zoneClock } from './graph-clock.ts';
import type { GraphSetup } from './graph-data.ts';
import { faded, ink } from './graph-ink.ts';
import { loneWindows } from './graph-view.ts';

export const HEIGHT = 338;
const TOP = 14;
const X_AXIS = 24;
const RIGHT_SHARE = 0.09;
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

/** uPlot's options for the look of the server's drawing: words on the gridlines, no gutter on the left. */
export function plotOptions(setup: GraphSetup, width: number): uPlot.Options {
  const units = [...new Set(setup.feeds.map((feed) => feed.unit))];
  const clock = zoneClock(setup.zone);
  const axis = timeAxis(setup, clock);
  return {
    width,
    height: HEIGHT,
    padding: [TOP, units.length > 1 ? Math.round(width * RIGHT_SHARE) : 0, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      points: {
        size: (_plot, at) => (isEdge(at) ? 0 : 11),
        width: (_plot, at) => (isEdge(at) ? 0 : 2),
        stroke: () => ink('--paper'),
      },
    },
    tzDate: clock,
    scales: {
      x: { time: true, auto: false },
      ...Object.fromEntries(units.map((unit) => [keyOf(unit), { range: valueRange }])),
    },
    axes: [axis.options, ...units.slice(0, 1).map(valueAxis)],
    series: seriesOf(setup),
    bands: [{ series: [2, 3], fill: () => faded(ink('--d1')) }],
    hooks: {
      drawAxes: [axis.draw, drawLoneBands],
      draw: [
        (plot) => {
          for (const unit of units.slice(0, 2)) drawValueWords(plot, unit, unit === units[0], setup);
        },
      ],
    },
  };
}

/** The columns of `columnsOf` that belong to the feed at `index`. */
export function seriesIndexes(index: number): number[] {
  return index === 0 ? [1, 2, 3] : [index + 3];
}

/** Whether the series is the upper or lower edge of the band, which is not read by itself. */
function isEdge(series: number): boolean {
  return series === 2 || series === 3;
}

function seriesOf({ feeds }: GraphSetup): uPlot.Series[] {
  const all: uPlot.Series[] = [{}];
  feeds.forEach((feed, i) => {
    const scale = keyOf(feed.unit);
    const stroke = () => ink(`--d${i + 1}`);
    all.push({
      label: feed.name,
      scale,
      stroke,
      width: 2,
      dash: [...DASHES[i]!],
      points: { show: true, size: 5, fill: stroke, filter: lonely },
    });
    const edge = { scale, stroke: 'transparent', width: 0, points: { show: false } };
    if (i === 0) all.push({ ...edge }, { ...edge });
  });
  return all;
}

const loneIn = new WeakMap<object, number[]>();

/** The windows that stand alone and that a line of at least two points therefore leaves out; found once for each column. */
function lonely(plot: uPlot, series: number): number[] {
  const column = plot.data[series] ?? [];
  let found = loneIn.get(column);
  if (!found) {
    found = loneWindows(column);
    loneIn.set(column, found);
  }
  return found;
}

/** The band of a window that stands alone: a stroke from its highest to its lowest reading. */
function drawLoneBands(plot: uPlot): void {
  const { ctx, data } = plot;
  const { scale = '', show } = plot.series[1] ?? {};
  if (!show) return;
  const width = 4 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = faded(ink('--d1'));
  for (const i of lonely(plot, 1)) {
    const [high, low] = [data[2]?.[i], data[3]?.[i]];
    if (high == null || low == null) continue;
    const [x, top, base] = [
      plot.valToPos(data[0][i]!, 'x', true),
      plot.valToPos(high, scale, true),
      plot.valToPos(low, scale, true),
    ];
    ctx.fillRect(x - width / 2, top, width, base - top);
  }
  ctx.restore();
}

function valueAxis(unit: string): uPlot.Axis {
  return {
    scale: keyOf(unit),
    size: 0,
    gap: 0,
    splits: (plot) => linesOf(plot, unit).lines.slice(),
    values: (_plot, splits) => splits.map(() => ''),
    grid: { stroke: () => ink('--line'), width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
}

const valueRange: uPlot.Scale.Range = (_plot, low, high) => {
  const scale = scaleOf(low ?? Number.NaN, high ?? Number.NaN);
  return [scale.low, scale.high];
};

function linesOf(plot: uPlot, unit: string) {
  const { min, max } = plot.scales[keyOf(unit)] ?? {};
  return scaleOf(min ?? Number.NaN, max ?? Number.NaN);
}

function drawValueWords(plot: uPlot, unit: string, left: boolean, { language }: GraphSetup): void {
  const { low, lines, digits } = linesOf(plot, unit);
  const x = left ? plot.bbox.left : plot.ctx.canvas.width;
  for (const value of lines) {
    if (left && value === low && low === 0) continue;
    const y = plot.valToPos(value, keyOf(unit), true) - 5 * devicePixelRatio;
    word(plot, `${number(value, language, digits)} ${unit}`.trim(), x, y, left ? 'left' : 'right');
  }
}

/** The time axis: uPlot finds round local times, this writes them so that none is cut off at the edges. */
function timeAxis(setup: GraphSetup, clock: (seconds: number) => Date) {
  let found: { splits: number[]; step: number } = { splits: [], step: 60 };
  const options: uPlot.Axis = {
    size: X_AXIS,
    gap: 0,
    space: () => (innerWidth < 768 ? 64 : 72),
    values: (_plot, splits, _axis, _space, step) => {
      found = { splits, step };
      return splits.map(() => '');
    },
    grid: { show: false },
    ticks: { show: false },
    border: { show: true, stroke: () => ink('--edge'), width: 1 },
  };
  const draw = (plot: uPlot) => {
    const { left, width, top, height } = plot.bbox;
    const y = top + height + 16 * devicePixelRatio;
    for (const at of found.splits) {
      const x = plot.valToPos(at, 'x', true);
      const share = (x - left) / width;
      if (share < -0.001 || share > 1.001) continue;
      word(
        plot,
        timeWord(clock(at), found.step, setup),
        x,
        y,
        share < 0.03 ? 'left' : share > 0.97 ? 'right' : 'center',
      );
    }
  };
  return { options, draw };
}

function timeWord(time: Date, step: number, { words }: GraphSetup): string {
  const day = `${time.getDate()} ${words.months[time.getMonth()]}`;
  if (step >= 360 * 86_400) return String(time.getFullYear());
  if (step >= 27 * 86_400)
    return time.getMonth() === 0 ? String(time.getFullYear()) : (words.months[time.getMonth()] ?? '');
  if (step > 86_400) return day;
  if (step === 86_400) return `${words.days[time.getDay()]} ${time.getDate()}`;
  if (time.getHours() === 0 && time.getMinutes() === 0) return day;
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Words over the drawing, with a rim of paper so that lines do not cross them out. */
function word({ ctx }: uPlot, text: string, x: number, y: number, align: CanvasTextAlign): void {
  ctx.save();
  ctx.font = `${13 * devicePixelRatio}px ${ink('--font')}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'alphabetic';
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = ink('--paper');
  ctx.strokeText(text, x, y);
  ctx.fillStyle = ink('--ink-3');
  ctx.fillText(text, x, y);
  ctx.restore();
}

function keyOf(unit: string): string {
  return `y${unit}`;
}

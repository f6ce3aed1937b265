import type { HouseOverview } from '../models/house.ts';
import { NOTHING } from './format.ts';
import type { Words } from './page.ts';
import { drawPlot, type Stretch } from './plot.ts';

type Curve = HouseOverview['curve'];

/** The last 24 hours of the house, or of one device: heading, a sentence that says what they show, the drawing, and its table. */
export function homeCurve(
  { curve, peak, anchor, state }: Pick<HouseOverview, 'curve' | 'peak' | 'anchor' | 'state'>,
  words: Words,
) {
  const { t, zone, language, moment, clockTime } = words;
  const present = isPresent(anchor, words);
  const low = Math.min(...curve.windows.map(([, min]) => min));
  const high = peak && watts(peak.value, words);
  return {
    heading: present ? t('home.curve') : t('home.curve.past', { time: moment(anchor * 1000) }),
    note: peak && high ? t('home.curve.note', { high, time: clockTime(peak.time * 1000) }) : t('home.curve.none'),
    svg: drawPlot({
      stretches: stretchesOf(curve),
      start: curve.start * 1000,
      end: curve.end * 1000,
      zone,
      language,
      label: high ? t('home.curve.label', { low: watts(low, words), high }) : t('home.curve.none'),
      now: present ? t('home.now') : null,
      live: state === 'live',
    }),
    present,
    start: curve.start,
    end: curve.end,
    cells: JSON.stringify(
      stretchesBy(HALF_HOUR, curve, anchor).map(({ start, end, kWh, high }) => [
        start,
        end,
        t(kWh === null ? 'home.read.none' : 'home.read', {
          from: clockTime(start * 1000),
          to: clockTime(end * 1000),
          energy: words.energy(kWh),
          high: watts(high ?? 0, words),
        }),
      ]),
    ),
    rows: stretchesBy(HOUR, curve, anchor).map((hour) => ({
      from: clockTime(hour.start * 1000),
      energy: hour.kWh === null ? NOTHING : words.number(hour.kWh, 2),
      highest: hour.high === null ? NOTHING : words.number(hour.high / 1000, 2),
    })),
  };
}

/** Whether the page is about now, and not about a day that is looked back at. */
export function isPresent(anchor: number, { now }: Pick<Words, 'now'>): boolean {
  return now - anchor * 1000 < OLD_MS;
}

const OLD_MS = 3_600_000;

/** Power as one phrase: "7.5 kW". */
export function watts(value: number, { power }: Pick<Words, 'power'>): string {
  const { figure, unit } = power(value);
  return `${figure} ${unit}`;
}

function stretchesOf({ start, end, step, windows }: Curve): Stretch[] {
  const stretches: Stretch[] = Array.from({ length: Math.round((end - start) / step) }, () => null);
  for (const [time, min, max, mean] of windows) stretches[Math.round((time - start) / step)] = [min, max, mean];
  return stretches;
}

interface Used {
  start: number;
  end: number;
  kWh: number | null;
  high: number | null;
}

/** Hour by hour, or by another `length`; what a window covers of the future counts for nothing. */
function stretchesBy(length: number, { start, end, step, windows }: Curve, anchor: number): Used[] {
  const first = Math.floor(start / length) * length;
  const all: Used[] = [];
  for (let at = first; at < end; at += length)
    all.push({ start: Math.max(at, start), end: Math.min(at + length, end), kWh: null, high: null });
  for (const [time, , max, mean] of windows) {
    const one = all[Math.floor((time - first) / length)];
    if (!one) continue;
    const covered = Math.max(0, Math.min(step, anchor - time));
    one.kWh = (one.kWh ?? 0) + (mean * covered) / 3_600_000;
    one.high = Math.max(one.high ?? max, max);
  }
  return all.filter((one) => one.start < anchor);
}

const HOUR = 3600;
const HALF_HOUR = 1800;

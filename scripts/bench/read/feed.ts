import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { nodeFiles } from '../../../models/timeseries/file.ts';
import { encodeMeta } from '../../../models/timeseries/meta.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import type { Series, Window } from '../../../models/timeseries/series.ts';

export const FEED = 1;
export const INTERVAL = 10;
/** 1 January 2021, where the feed begins. */
export const START = 1_609_459_200;

/** A house's power every 10 s: nights, kettles, noise, a day without a meter now and then, and one spike. */
export function writeFeed(folder: string, years: number, feed = FEED): void {
  mkdirSync(join(folder, 'feeds'), { recursive: true });
  const slots = Math.floor((years * 365.25 * 86_400) / INTERVAL);
  writeFileSync(join(folder, 'feeds', `${feed}.meta`), encodeMeta({ interval: INTERVAL, startTime: START }));
  const data = openSync(join(folder, 'feeds', `${feed}.dat`), 'w');
  const block = new Float32Array(65_536);
  let dice = 42;
  for (let slot = 0; slot < slots; slot += block.length) {
    const count = Math.min(block.length, slots - slot);
    for (let i = 0; i < count; i++) {
      dice = (Math.imul(dice, 1_664_525) + 1_013_904_223) >>> 0;
      const day = (slot + i) / 8640;
      const kettle = dice % 997 === 0 ? 2000 : 0;
      const away = Math.floor(day) % 211 === 100;
      block[i] = away ? Number.NaN : 300 + 250 * Math.sin(day * 2 * Math.PI) + kettle + (dice >>> 24);
    }
    writeSync(data, block, 0, count * 4);
  }
  closeSync(data);
}

/** A device's total in kWh, which rises by a few watt-hours whenever it runs. */
export function writeTotal(folder: string, feed: number, years: number): void {
  const slots = Math.floor((years * 365.25 * 86_400) / INTERVAL);
  const values = Float32Array.from({ length: slots }, (_, slot) => Math.floor(slot / 360) * 0.05);
  writeFileSync(join(folder, 'feeds', `${feed}.meta`), encodeMeta({ interval: INTERVAL, startTime: START }));
  writeFileSync(join(folder, 'feeds', `${feed}.dat`), values);
}

export function openFeed(folder: string): Promise<Series> {
  const [feeds, journal] = [join(folder, 'feeds'), join(folder, 'journal')];
  return openSeries({ folder: feeds, journal, files: nodeFiles, clock: systemClock, log: createLog('error') });
}

/** Forgets the sums, as if the folder came from EmonCMS. */
export function dropSums(folder: string): void {
  rmSync(join(folder, 'feeds', `${FEED}.sum`), { force: true });
}

/** The windows between the edges from every single value: what there would be without sums. */
export async function scanWindows(series: Series, edges: readonly number[]): Promise<Window[]> {
  const windows = edges.slice(1).map(() => ({ min: Number.NaN, max: Number.NaN, sum: 0, count: 0 }));
  let i = 0;
  await series.scan(FEED, edges[0]!, edges.at(-1)! - 1, (times, values) => {
    for (let at = 0; at < times.length; at++) {
      const value = values[at]!;
      while (edges[i + 1]! <= times[at]!) i++;
      const window = windows[i]!;
      if (Number.isNaN(value)) continue;
      if (window.count === 0 || value < window.min) window.min = value;
      if (window.count === 0 || value > window.max) window.max = value;
      window.sum += value;
      window.count += 1;
    }
  });
  return windows;
}

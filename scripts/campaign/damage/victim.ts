import { createLog } from '../../../lib/log.ts';
import { ManualClock } from '../../../lib/manual-clock.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import type { Change, Series } from '../../../models/timeseries/series.ts';
import { MemoryDisk } from '../engine/memory-disk.ts';

export const FEEDS = '/s/feeds';
export const JOURNAL = '/s/journal';

/** A file that will be damaged among the others of its folder, and what is true while it is whole. */
export interface Victim {
  readonly name: string;
  readonly path: string;
  readonly files: ReadonlyMap<string, Buffer>;
  /** What every reader of the damaged folder must find: one sentence for each thing that is wrong. */
  judge(damaged: Damaged): Promise<string[]>;
}

/** Values by feed, then time. */
export type Truth = ReadonlyMap<number, ReadonlyMap<number, number>>;

/** The folder after one byte was changed, or the file was cut, at `offset`. */
export interface Damaged {
  readonly series: Series;
  readonly offset: number;
  readonly cut: boolean;
}

export function openOn(files: ReadonlyMap<string, Buffer>, disk = new MemoryDisk(files)): Promise<Series> {
  const [clock, log] = [new ManualClock(), createLog('silent')];
  return openSeries({ folder: FEEDS, journal: JOURNAL, files: disk, clock, log });
}

/** A series on an empty disk, and that disk. */
export async function newSeries(): Promise<{ series: Series; disk: MemoryDisk }> {
  const disk = new MemoryDisk(new Map());
  return { series: await openOn(new Map(), disk), disk };
}

export function point(feed: number, time: number, value: number): Change {
  return { kind: 'point', feed, time, value };
}

/** Every value a feed has; slots without one are left out. */
export async function valuesOf(series: Series, feed: number): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  await series.scan(feed, 0, 0xffff_ffff, (times, values) => {
    for (let i = 0; i < times.length; i += 1) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isNaN(value)) found.set(times[i] ?? 0, value);
    }
  });
  return found;
}

/** Whether the damage in the file is told with this offset. */
export function isTold(series: Series, file: string, offset: number): boolean {
  return series.health().damages.some((damage) => damage.file === file && damage.offset === offset);
}

import { join } from 'node:path';
import { createLog } from '../../../lib/log.ts';
import { ManualClock } from '../../../lib/manual-clock.ts';
import { nodeFiles } from '../../../models/timeseries/file.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import type { CountedDisk } from './disk.ts';
import type { Meter } from './house-load.ts';

const START = 1_700_000_000;
const FLUSH_SECONDS = 600;
const DAY = 86_400;

/**
 * Bytes a day that go into the feed files in blocks: the engine alone, its clock moved by hand through two days, of which the
 * second counts. Only flushes are counted; what the journal takes is for the hub's own measurement.
 */
export async function blocksPerDay(disk: CountedDisk, meters: readonly Meter[]): Promise<number> {
  const clock = new ManualClock(START * 1000);
  const root = join(disk.path, 'blocks');
  const series = await openSeries({
    folder: join(root, 'feeds'),
    journal: join(root, 'journal'),
    files: nodeFiles,
    clock,
    log: createLog('silent'),
  });
  for (const [index, { seconds }] of meters.entries()) await series.create(index + 1, 5, seconds);
  let counted = 0;
  for (let second = 0; second < 2 * DAY; second += FLUSH_SECONDS) {
    for (let at = second; at < second + FLUSH_SECONDS; at += 10) await series.append(pointsAt(meters, at));
    clock.advance(FLUSH_SECONDS * 1000);
    await series.sync();
    disk.settle();
    const before = disk.written();
    await series.flush('due');
    disk.settle();
    if (second >= DAY) counted += disk.written() - before;
  }
  await series.close();
  return counted;
}

/** Meters began to speak one after the other, so their blocks do not all fill up at once. */
function pointsAt(meters: readonly Meter[], second: number) {
  return meters.flatMap(({ seconds }, index) =>
    second % seconds === 0 && second >= index * 600
      ? [{ kind: 'point' as const, feed: index + 1, time: START + second, value: (second % 997) / 4 }]
      : [],
  );
}

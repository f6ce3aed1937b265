import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { nodeFiles } from '../../../models/timeseries/file.ts';
import { encodeMeta } from '../../../models/timeseries/meta.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import type { Series } from '../../../models/timeseries/series.ts';

export const START = 1_700_000_000;

/** The engine over a folder of files as it is. */
export function openFolder(root: string): Promise<Series> {
  return openSeries({
    folder: join(root, 'feeds'),
    journal: join(root, 'journal'),
    files: nodeFiles,
    clock: systemClock,
    log: createLog('error'),
  });
}

/** Feeds 1 to `count` with a thousand values each, written as EmonCMS would have left them. */
export function makeFeeds(root: string, count: number): void {
  const folder = join(root, 'feeds');
  mkdirSync(folder, { recursive: true });
  const meta = encodeMeta({ interval: 10, startTime: START });
  const data = Buffer.from(Float32Array.from({ length: 1000 }, (_, n) => n).buffer);
  for (let id = 1; id <= count; id += 1) {
    writeFileSync(join(folder, `${id}.meta`), meta);
    writeFileSync(join(folder, `${id}.dat`), data);
  }
}

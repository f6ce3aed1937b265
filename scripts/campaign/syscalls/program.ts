import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { nodeFiles } from '../../../models/timeseries/file.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import { seeded } from '../chance.ts';
import { play, standardScenario } from '../engine/scenario.ts';

// Plays the standard scenario on the real disk, one step after the other, and says on stdout how many are done. To be killed.

const [folder = '', seed = '1', appends = '60'] = process.argv.slice(2);
const series = await openSeries({
  folder: join(folder, 'feeds'),
  journal: join(folder, 'journal'),
  files: nodeFiles,
  clock: systemClock,
  log: createLog('silent'),
  segmentBytes: 1500,
});
for (const [done, step] of standardScenario(seeded(Number(seed)), Number(appends)).entries()) {
  await play(series, step);
  writeSync(1, `${done + 1}\n`);
}
await series.close();
writeSync(1, 'closed\n');

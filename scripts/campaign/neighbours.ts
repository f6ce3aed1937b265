import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStores } from './hub-process.ts';
import { troubleNeighbours } from './neighbours/campaign.ts';
import { campaignOptions, tell } from './options.ts';

const HELP = `Kills, stops, flushes and slows down Redis and MariaDB while a house of a hundred feeds reports.

npm run campaign neighbours -- [options]
  --trouble <N>   seconds each of them lasts (default 60)
  --budget <T>    taken for what the other campaigns take it; the troubles set the time here
`;

const { numbers } = campaignOptions(HELP, '60m', { trouble: 60 });
const folder = mkdtempSync(join(tmpdir(), 'hearth-near-'));
const leave = () => {
  for (const name of ['own', 'far']) endStores(join(folder, name));
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    leave();
    process.exit(1);
  });
}
try {
  const { troubles, points, slowestMs, problems } = await troubleNeighbours({
    folder,
    troubleMs: (numbers.trouble ?? 60) * 1000,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  process.exitCode = tell(
    problems,
    `${troubles} troubles of ${numbers.trouble} s: ${points} points acknowledged, ${problems.length} missing, changed or not recovered; whole again after at most ${slowestMs} ms`,
  );
} finally {
  leave();
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { campaignOptions, tell } from './options.ts';
import { replay } from './year/campaign.ts';
import { figuresOf } from './year/figures.ts';

const HELP = `Replays a year of half-hourly prices through a hub, its broker, two plugs, a charger and a car, while hub, plugs, clock and prices
fail now and then, and compares what the devices did with the best that could have been done.

npm run campaign year -- [options]
  --seed <N>    what chooses prices, trips and faults (default 1)
  --days <N>    how many days (default 365)
  --skip <N>    leaves out so many days from Monday 4 January 2027: the same year can be run in parts side by side (default 0)
  --budget <T>  begins no further hour after this time, such as 90s or 15m (default 60m)
`;

const YEAR = 365;
const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { days: YEAR, skip: 0 });
const { skip = 0, days = YEAR } = numbers;
const storage = await mkdtemp(join(tmpdir(), 'hearth-year-'));
try {
  const result = await replay({
    ...{ seed, budgetMs, storage, first: '2027-01-04', length: YEAR },
    ...{ skip: Math.min(skip, YEAR - 1), days: Math.min(days, YEAR - skip) },
    faults: { restart: 9, offline: 4, clock: 15, prices: 12 },
    progress: (line) => process.stderr.write(`${line}\n`),
  });
  for (const line of figuresOf(result)) console.log(line);
  process.exitCode = tell(result.problems, `seed ${seed}: ${result.days} days, ${result.problems.length} problems`);
} finally {
  await rm(storage, { recursive: true, force: true });
}

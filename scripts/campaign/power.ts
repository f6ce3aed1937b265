import { campaignOptions, tell } from './options.ts';
import { cutPower } from './power/campaign.ts';

const HELP = `Cuts the power after each recorded file call, in many ways that a disk is allowed, and opens what is left.

npm run campaign power -- [options]
  --seed <N>      what chooses scenario, moments and what the disk does (default 1)
  --states <N>    how many disks (default 120000)
  --budget <T>    stops after this time, such as 90s or 15m (default 60m)
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { states: 120_000 });
const wanted = numbers.states ?? 0;
const { states, moments, oldestLoss, problems } = await cutPower({
  seed,
  budgetMs,
  states: wanted,
  progress: (done) => process.stderr.write(`${done} disks\n`),
});
const short = states < wanted ? [`the budget ended after ${states} of ${wanted} disks`] : [];
process.exitCode = tell(
  [...problems, ...short],
  `seed ${seed}: ${states} disks after ${moments} power cuts: ${problems.length} that did not open, lost what was synced or changed a value; oldest loss ${oldestLoss} s (F = 30 s)`,
);

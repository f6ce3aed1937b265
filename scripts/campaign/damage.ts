import { damageFiles } from './damage/campaign.ts';
import { campaignOptions, tell } from './options.ts';

const HELP = `Cuts a journal, a .meta, a .dat, a .MYD and a .sum at every byte and flips every bit of them, and opens the folder each time.

npm run campaign damage -- [options]
  --seed <N>      what chooses the readings (default 1)
  --journal <N>   bytes of the journal (default 65536)
  --every <N>     every how many-th cut and flip (default 1: each)
  --budget <T>    stops after this time, such as 90s or 15m (default 60m)
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { journal: 65_536, every: 1 });
const { cuts, flips, sizes, problems, complete } = await damageFiles({
  seed,
  budgetMs,
  every: numbers.every ?? 1,
  journalBytes: numbers.journal ?? 65_536,
  progress: (name, done, of) => process.stderr.write(`${name}: ${done} of ${of}\n`),
});
const files = Object.entries(sizes).map(([name, bytes]) => `${name} ${bytes} B`);
process.exitCode = tell(
  complete ? problems : [...problems, 'the budget ended before the last of them'],
  `seed ${seed}: ${cuts} cuts and ${flips} flipped bits (${files.join(', ')}): ${problems.length} opened with an error, an invented or missing number, or untold`,
);

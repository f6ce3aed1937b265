import { campaignOptions, tell } from './options.ts';
import { tryPlans } from './plans/campaign.ts';

const HELP = `Plans random problems and compares each with every combination tried, or with a second, naive solver.

npm run campaign plans -- [options]
  --seed <N>       what chooses the problems (default 1)
  --problems <N>   how many (default 100000)
  --budget <T>     stops after this time, such as 90s or 15m (default 60m)
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { problems: 100_000 });
const { tried, feasible, enumerated, problems } = tryPlans({
  seed,
  budgetMs,
  problems: numbers.problems ?? 0,
  progress: (count) => process.stderr.write(`${count} problems\n`),
});
process.exitCode = tell(
  problems,
  `seed ${seed}: ${tried} problems, ${feasible} of them feasible, ${enumerated} compared with every combination, the others with a second solver; ${problems.length} differ`,
);

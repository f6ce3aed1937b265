import { tryBills } from './bill/campaign.ts';
import { campaignOptions, tell } from './options.ts';

const HELP = `Bills random histories over days on which clocks change, with changes of tariff and gaps, and holds each against a walk minute by minute.

npm run campaign bill -- [options]
  --seed <N>        what chooses the histories (default 1)
  --histories <N>   how many (default 10000)
  --budget <T>      stops after this time, such as 90s or 15m (default 60m)
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { histories: 10_000 });
const { tried, rows, problems } = await tryBills({
  seed,
  budgetMs,
  histories: numbers.histories ?? 0,
  progress: (count) => process.stderr.write(`${count} histories\n`),
});
process.exitCode = tell(
  problems,
  `seed ${seed}: ${tried} histories, ${rows} rows of bills; ${problems.length} times devices and rest were not the meter’s cost, or that was another than minute by minute`,
);

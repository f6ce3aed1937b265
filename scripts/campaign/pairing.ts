import { campaignOptions, tell } from './options.ts';
import { attackPairing } from './pairing/campaign.ts';

const HELP = `Attacks the way devices are let in, in fourteen ways, each under many schedules of who acts when.

npm run campaign pairing -- [options]
  --seed <N>       what chooses the schedules (default 1)
  --schedules <N>  how many (default 10000)
  --budget <T>     stops after this time, such as 90s or 15m (default 30m)
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '30m', { schedules: 10_000 });
const wanted = numbers.schedules ?? 10_000;
const { schedules, scenarios, granted, problems } = await attackPairing({
  seed,
  budgetMs,
  schedules: wanted,
  progress: (done) => process.stderr.write(`${done} of ${wanted}\n`),
});
process.exitCode = tell(
  schedules === wanted ? problems : [...problems, 'the budget ended before the last of them'],
  `seed ${seed}: ${scenarios} attacks under ${schedules} schedules, ${granted} logins fetched by whom a person allowed: ${problems.length} problems`,
);

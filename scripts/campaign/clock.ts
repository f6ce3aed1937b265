import { liveThroughClocks } from './clock/campaign.ts';
import { campaignOptions, tell } from './options.ts';

const HELP = `Lives through days on which the machine's clock is wrong: 1970, an hour back and on, ten years on, each zone's summer time.

npm run campaign clock -- [options]
  --seed <N>     what chooses the random days (default 1)
  --days <N>     how many of them (default 300)
  --every <N>    every how many-th time zone (default 1: each)
  --budget <T>   taken for what the other campaigns take it
`;

const { seed, numbers } = campaignOptions(HELP, '60m', { days: 300, every: 1 });
const { days, zones, readings, refused, problems } = await liveThroughClocks({
  seed,
  days: numbers.days ?? 0,
  every: numbers.every ?? 1,
});
process.exitCode = tell(
  problems,
  `seed ${seed}: ${days} days, ${zones} time zones: ${readings} readings, ${refused} refused for the clock's sake, ${problems.length} slots written twice, far off or padded`,
);

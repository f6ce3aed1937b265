import { campaignOptions, tell } from './options.ts';
import { dieBeforeEachCall } from './syscalls/campaign.ts';

const HELP = `Lets a program over the series die before its n-th write, fsync, rename and unlink, for every n, and opens what it left.

npm run campaign syscalls -- [options]
  --seed <N>      what chooses the readings (default 1)
  --appends <N>   how long the scenario is (default 60)
  --every <N>     every how many-th call (default 1: each)
  --budget <T>    stops after this time, such as 90s or 15m (default 60m)

Needs strace.
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { appends: 60, every: 1 });
const { deaths, spared, calls, problems } = await dieBeforeEachCall({
  seed,
  budgetMs,
  appends: numbers.appends ?? 60,
  every: numbers.every ?? 1,
  progress: (done, of) => {
    if (done % 50 === 0) process.stderr.write(`${done} of ${of} deaths\n`);
  },
});
const kinds = Object.entries(calls)
  .filter(([, count]) => count > 0)
  .map(([call, count]) => `${count} ${call}`);
const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
// A call in a hundred may come in one run and not in the next; more would mean that nothing was tried.
const alive = spared > all / 100 ? [`${spared} calls did not come again`] : [];
const short =
  deaths + spared < Math.floor(all / (numbers.every ?? 1)) ? ['the budget ended before every death was died'] : [];
process.exitCode = tell(
  [...problems, ...alive, ...short],
  `seed ${seed}: ${deaths} deaths among ${all} calls (${kinds.join(', ')}), ${problems.length} with anything lost, changed or invented`,
);

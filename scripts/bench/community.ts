import { parseArgs } from 'node:util';
import { shareOut } from '../../models/community/share-out.ts';
import { seeded } from '../campaign/chance.ts';
import { figure, median } from './shared/ratio.ts';

const HELP = `How long a club's local generation takes to share out among its homes for a year of half-hours.

npm run bench community -- [options]
  --homes <N>    homes of the club (default 1000)
  --rounds <N>   how often it is measured (default 3)

The reference of the ratio is sorting every half-hour's uses, which any exact sharing has to do. Ends with 1 when a year of
1000 homes takes more than 5 s, or a unit is lost.
`;
const { values: args } = parseArgs({
  options: {
    homes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', short: 'h' },
  },
});
const HALF_HOURS = 17_520;
const MOST_MS = 5000;

if (args.help) console.log(HELP);
else process.exitCode = main(Number(args.homes), Number(args.rounds));

function main(homes: number, rounds: number): number {
  const chance = seeded(7);
  // A week of uses, over and over: Wh of each half-hour, some homes silent or giving.
  const week = Array.from({ length: 336 }, () =>
    Float64Array.from({ length: homes }, () => (chance() < 0.02 ? Number.NaN : Math.round(chance() ** 3 * 2500) - 20)),
  );
  const plant = Array.from({ length: HALF_HOURS }, () => Math.round(chance() * homes * 400));
  let lost = 0;
  const share = timed(rounds, () => {
    for (const [at, generation] of plant.entries()) {
      const { shares, left } = shareOut(generation, week[at % 336] as Float64Array);
      lost += generation - left - shares.reduce((sum, one) => sum + one, 0);
    }
  });
  const sort = timed(rounds, () => {
    for (const at of plant.keys()) (week[at % 336] as Float64Array).toSorted();
  });
  console.log(
    `${homes} homes, a year of half-hours: ${figure(share)} ms, ${(share / sort).toFixed(2)} times the sorting; ${lost} Wh lost`,
  );
  return share <= (MOST_MS * homes) / 1000 && lost === 0 ? 0 : 1;
}

function timed(rounds: number, work: () => void): number {
  return median(
    Array.from({ length: rounds }, () => {
      const begun = performance.now();
      work();
      return performance.now() - begun;
    }),
  );
}

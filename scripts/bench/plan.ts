import { parseArgs } from 'node:util';
import { plan } from '../../models/planner/plan.ts';
import { planTogether } from '../../models/planner/together.ts';
import { type HomeShape, homeOf } from './plan/home.ts';
import { figure, median } from './shared/ratio.ts';

const HELP = `How long the planner takes for a home, each device by itself and all together under a limit.

npm run bench plan -- [options]
  --rounds <N>   how often each is measured (default 9)
  --limit <kW>   what the home may draw (default 14)

The reference of the ratio is sorting the prices once for every device, the least that any planner has to do. Ends with 1 when
20 devices over 7 days of 5 minutes, each by itself, take more than 100 ms.
`;
const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    limit: { type: 'string', default: '14' },
    help: { type: 'boolean', short: 'h' },
  },
});
const MOST_MS = 100;
const SHAPES: readonly HomeShape[] = [
  { days: 1, interval: 1800, devices: 5 },
  { days: 2, interval: 1800, devices: 20 },
  { days: 7, interval: 300, devices: 20 },
];

if (args.help) console.log(HELP);
else process.exitCode = main();

function main(): number {
  let apart = 0;
  for (const shape of SHAPES) {
    const home = homeOf(shape);
    const sort = timed(() => home.map(({ problem }) => problem.profile.toSorted((a, b) => (a ?? 0) - (b ?? 0)).length));
    apart = timed(() => home.map(({ problem }) => plan(problem)));
    const joint = timed(() => planTogether(home, { limit: Number(args.limit) }));
    const { gap, cost, plans } = planTogether(home, { limit: Number(args.limit) });
    const placed = plans.filter((one) => one !== null).length;
    const worst = Math.max(0, ...plans.map((one) => one?.gap ?? 0));
    console.log(
      `${shape.devices} devices, ${shape.days} days of ${shape.interval / 60} min: each by itself ${figure(apart, 1)} ms (${figure(apart / sort, 1)} times the sorting), ` +
        `together ${figure(joint, 1)} ms; ${placed} placed for ${figure(cost, 2)}, at most ${figure(gap, 3)} above the best, no single plan more than ${figure(worst, 3)}`,
    );
  }
  return apart <= MOST_MS ? 0 : 1;
}

/** The median in milliseconds, once warm. */
function timed(work: () => unknown): number {
  const times = Array.from({ length: Number(args.rounds) + 1 }, () => {
    const began = performance.now();
    work();
    return performance.now() - began;
  });
  return median(times.slice(1));
}

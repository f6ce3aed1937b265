import { parseArgs } from 'node:util';
import { ManualClock } from '../../lib/manual-clock.ts';
import { parseSchedule } from '../../models/schedule/schedule.ts';
import { figure, median } from './shared/ratio.ts';
import { tickHome } from './tick/home.ts';

const HELP = `How long one look at all scheduled devices takes, and one preview, without stores and networks.

npm run bench tick -- [options]
  --devices <N>  scheduled devices of the household (default 50)
  --rounds <N>   how often each is measured (default 60)

The reference of the ratio is mixing the household's tariff once for two days. Ends with 1 when a look takes more than 100 ms or a
preview more than 5 ms.
`;
const { values: args } = parseArgs({
  options: {
    devices: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '60' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [MOST_TICK_MS, MOST_PREVIEW_MS] = [100, 5];
const DAYS_S = 2 * 86_400;

if (args.help) console.log(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const clock = new ManualClock(Date.UTC(2026, 0, 5, 18));
  const { plans, forecasts, account, device } = tickHome(clock, Number(args.devices));
  const draft = parseSchedule({ device, readyBy: '08:00', need: { kind: 'time', seconds: 10_800 } });
  const now = clock.seconds();
  const reference = await timed(() => forecasts.combined(account, [], now, now + DAYS_S));
  const began = performance.now();
  await plans.tick();
  const first = performance.now() - began;
  const tick = await timed(async () => {
    clock.advance(60_000);
    await plans.tick();
  });
  const revised = await timed(async () => {
    forecasts.revise();
    plans.revised(account);
    clock.advance(60_000);
    await plans.tick();
  });
  const preview = await timed(() => plans.preview(account, draft));
  const told = (ms: number) => `${figure(ms, 2)} ms (${figure(ms / reference, 1)} times mixing the tariff)`;
  console.log(
    `${args.devices} devices: the first look ${told(first)}, a look ${told(tick)}, with new prices ${told(revised)}; a preview ${told(preview)}`,
  );
  return tick <= MOST_TICK_MS && preview <= MOST_PREVIEW_MS ? 0 : 1;
}

/** The median in milliseconds, once warm. */
async function timed(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < Number(args.rounds) + 5; round += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return median(times.slice(5));
}

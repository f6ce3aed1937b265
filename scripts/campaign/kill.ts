import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endStores } from './hub-process.ts';
import { killAgainAndAgain } from './kill/campaign.ts';

const HELP = `Kills the hub with kill -9 at random moments under load and looks for acknowledged readings that are gone.

npm run campaign kill -- [options]
  --seed <N>      what chooses the moments (default 1)
  --kills <N>     how many (default 1000)
  --budget <T>    stops after this time, such as 90s or 15m (default 60m)
  --least <N>     points/s that must have been acknowledged (default 500)
  --within <ms>   within which 99 of 100 starts must serve (default 1000)
`;

const { values: args } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '1000' },
    budget: { type: 'string', default: '60m' },
    least: { type: 'string', default: '500' },
    within: { type: 'string', default: '1000' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (args.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const storage = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      endStores(storage);
      rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
      process.exit(1);
    });
  }
  try {
    const result = await killAgainAndAgain({
      storage,
      seed: Number(args.seed),
      kills: Number(args.kills),
      budgetMs: milliseconds(args.budget),
      progress: (kills) => {
        if (kills % 50 === 0) process.stderr.write(`${kills} kills\n`);
      },
    });
    const { kills, points, pointsPerSecond, problems, serving } = result;
    for (const problem of problems.slice(0, 20)) console.log(problem);
    const [p50, p99] = [percentile(serving, 50), percentile(serving, 99)];
    console.log(
      `seed ${args.seed}: serving again after ${p50} ms (p50), ${p99} ms (p99), ${percentile(serving, 100)} ms (most)`,
    );
    console.log(
      `${kills} kills, ${points} points acknowledged (${Math.round(pointsPerSecond)}/s), ${problems.length} missing, changed or unreadable`,
    );
    return problems.length === 0 && pointsPerSecond >= Number(args.least) && p99 <= Number(args.within) ? 0 : 1;
  } finally {
    rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
  }
}

function milliseconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)(s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`--budget ${text}: give a time such as 90s or 15m`);
  return Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
}

/** The value below which `percent` of the sorted values lie, rounded. */
function percentile(sorted: readonly number[], percent: number): number {
  return Math.round(sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0);
}

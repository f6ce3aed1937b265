import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { clear, furnish, type Site, TASKS, type Task } from './emoncms/tasks.ts';
import { makeHouse } from './ingest/house.ts';
import { startBenchHub } from './shared/hub.ts';
import { compareRates, figure } from './shared/ratio.ts';

const HELP = `Hearth beside a running EmonCMS, both as a client sees them, turn by turn in one run.

EMONCMS_URL=http://emonpi.local EMONCMS_WRITE_KEY=… npm run bench emoncms -- [options]
  --ms <N>      how long each turn of each task lasts (default 2000)
  --rounds <N>  turns of each (default 3)

Makes inputs and feeds with names that begin with "hearthbench" in that account, a year of values among them, and takes
them away again at the end. Without EMONCMS_URL it only says this.
`;

const { values: args } = parseArgs({
  options: {
    ms: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', short: 'h' },
  },
});
const { EMONCMS_URL: url, EMONCMS_WRITE_KEY: key } = process.env;
const CONNECTIONS = 8;

if (args.help || !url || !key) process.stdout.write(HELP);
else process.exitCode = await main(url.replace(/\/$/, ''), key);

async function main(theirUrl: string, theirKey: string): Promise<number> {
  const hub = await startBenchHub();
  let theirs: Site | undefined;
  try {
    const now = Math.floor(Date.now() / 1000);
    const { key: ourKey } = await makeHouse(hub.http, []);
    const ours = await furnish(hub.http, ourKey, now);
    theirs = await furnish(theirUrl, theirKey, now);
    let least = Number.POSITIVE_INFINITY;
    for (const task of TASKS) least = Math.min(least, await compare(task, ours, theirs));
    console.log(`Hearth is at least ${least.toFixed(1)} times as fast as EmonCMS in all of these`);
    return least >= 1 ? 0 : 1;
  } finally {
    if (theirs) await clear(theirs);
    await hub.stop();
  }
}

async function compare(task: Task, ours: Site, theirs: Site): Promise<number> {
  const found = await compareRates(
    () => requestRate(task, ours),
    () => requestRate(task, theirs),
    Number(args.rounds),
  );
  console.log(
    `${task.name}: Hearth ${figure(found.ours)}/s, EmonCMS ${figure(found.theirs, 1)}/s, ratio ${figure(found.ratio, 1)}`,
  );
  return found.ratio;
}

async function requestRate({ path, body }: Task, site: Site): Promise<number> {
  const post = body && {
    method: 'POST' as const,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body(site),
  };
  const result = await autocannon({
    url: site.url + path(site),
    connections: CONNECTIONS,
    duration: Math.ceil(Number(args.ms) / 1000),
    ...post,
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${site.url}: ${result.non2xx} refused, ${result.errors} failed`);
  return result.requests.average;
}

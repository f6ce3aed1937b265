import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProcesses } from '../../app/connections/process.ts';
import { makeHouse } from './ingest/house.ts';
import { startBenchHub } from './shared/hub.ts';
import { figure } from './shared/ratio.ts';
import { blocksPerDay } from './writes/blocks.ts';
import { type CountedDisk, loopDisk, processWritten } from './writes/disk.ts';
import { houseOfMeters, speak } from './writes/house-load.ts';

const HELP = `What the whole box (hub, journal, Redis, MariaDB, log) writes in a day: 25 feeds a minute and 20 feeds every 10 s.

npm run bench writes -- [options]
  --seconds <N>   how long to measure, after a minute to settle (default 600)
  --fsync <F>     HEARTH_FSYNC_SECONDS (default 10)
  --mount <list>  options of the ext4 on a loop device (default rw; try lazytime,noatime)
  --no-loop       count by /proc/<pid>/io alone, as an ordinary user has to

Readings come in real time. What happens less often than the measurement lasts is measured by itself and added: whole
blocks of the feed files (the engine driven through two days) and Redis's hourly snapshot (its size, 24 times).
`;

const { values: args } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    fsync: { type: 'string', default: '10' },
    mount: { type: 'string', default: 'rw' },
    loop: { type: 'boolean', default: true },
    help: { type: 'boolean', short: 'h' },
  },
  allowNegative: true,
});
const DAY = 86_400;
const MB = 1e6;
/** What may be written in a day, by F. */
const MOST_MB = Number(args.fsync) >= 60 ? 30 : 100;
const SETTLE_MS = 60_000;

if (args.help) process.stdout.write(HELP);
else process.exitCode = await main();

async function main(): Promise<number> {
  const disk = args.loop ? loopDisk(args.mount) : null;
  if (!disk) console.log('no ext4 on a loop device here: counted by /proc/<pid>/io, without what the file system adds');
  const folder = disk?.path ?? mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    return await measure(disk, folder);
  } finally {
    disk?.release();
    if (!disk) rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(disk: CountedDisk | null, folder: string): Promise<number> {
  const meters = houseOfMeters();
  const storage = join(folder, 'storage');
  const env = { HEARTH_FSYNC_SECONDS: args.fsync, HEARTH_LOG_LEVEL: 'info' };
  const hub = await startBenchHub(env, storage);
  let steady: Steady;
  try {
    const ofNode = (node: string) => meters.filter((meter) => meter.node === node);
    const house = await makeHouse(hub.http, [...new Set(meters.map(({ node }) => node))], {
      interval: (node) => ofNode(node)[0]?.seconds ?? 10,
      reading: (node) => JSON.stringify(Object.fromEntries(ofNode(node).map(({ name }) => [name, 1]))),
    });
    const quiet = await speak(hub.mqtt, house, meters);
    steady = await overTime(disk, [hub.pid, ...findProcesses(storage)]);
    const lines = hub.log().split('\n').length - 1;
    console.log(`${await quiet()} readings acknowledged; ${lines} lines in the hub's log`);
  } finally {
    await hub.stop();
  }
  const snapshot = 24 * sizeIn(join(storage, 'redis'));
  const blocks = disk ? await blocksPerDay(disk, meters) : 0;
  for (const { name, bytes } of steady.processes) console.log(`  ${name}: ${figure(bytes / MB, 1)} MB/day by /proc`);
  console.log(`  in real time: ${disk ? `${figure(steady.device / MB, 1)} MB/day, ${disk.what}` : 'by /proc'}`);
  console.log(`  whole blocks: ${figure(blocks / MB, 1)} MB/day; Redis snapshots: ${figure(snapshot / MB, 1)} MB/day`);
  const byProcess = steady.processes.reduce((sum, { bytes }) => sum + bytes, 0);
  const total = ((disk ? steady.device : byProcess) + blocks + snapshot) / MB;
  const good = total <= MOST_MB;
  console.log(
    `${figure(total, 1)} MB/day at F = ${args.fsync} (by /proc ${figure((byProcess + blocks + snapshot) / MB, 1)}), ${good ? 'within' : 'above'} ${MOST_MB}; EmonCMS 277 at a window of 60 s`,
  );
  return good ? 0 : 1;
}

interface Steady {
  readonly device: number;
  readonly processes: readonly { readonly name: string; readonly bytes: number }[];
}

/** Bytes a day, from what was written while the house spoke. */
async function overTime(disk: CountedDisk | null, pids: readonly number[]): Promise<Steady> {
  await pause(SETTLE_MS);
  disk?.settle();
  const before = { device: disk?.written() ?? 0, processes: pids.map(processWritten) };
  await pause(Number(args.seconds) * 1000);
  const after = { processes: pids.map(processWritten) };
  disk?.settle();
  const scale = DAY / Number(args.seconds);
  const names = ['hub', 'store', 'store'];
  return {
    device: ((disk?.written() ?? 0) - before.device) * scale,
    processes: pids.map((pid, index) => ({
      name: `${names[index] ?? 'store'} ${pid}`,
      bytes: ((after.processes[index] ?? 0) - (before.processes[index] ?? 0)) * scale,
    })),
  };
}

function sizeIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

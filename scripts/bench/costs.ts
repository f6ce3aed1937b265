import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EnergySource } from '../../models/cost/energy.ts';
import { powerOns, USUAL_THRESHOLDS } from '../../models/cost/power-on.ts';
import { readCosts } from '../../models/cost/read-costs.ts';
import { parseTariff } from '../../models/tariff/tariff.ts';
import { INTERVAL, openFeed, START, writeFeed, writeTotal } from './read/feed.ts';
import { figure, median } from './shared/ratio.ts';

const HELP = `How long a year's costs by month take: a house and its devices, each recorded every 10 s.

npm run bench costs -- [options]
  --devices <N>  (default 50)
  --rounds <N>   warm turns, of which the median is told (default 5)

Once with devices that record a total in kWh, as Hearth sets them up, and once with such as record their power only, of which
is counted beside how often each ran, as the page tells. Ends with 1 when the costs of either take more than 2 s.
`;
const MOST_MS = 2000;
const YEAR = 365 * 86_400;
const END = START + YEAR - INTERVAL;

const { values: args } = parseArgs({
  options: {
    devices: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', short: 'h' },
  },
});

const tariff = parseTariff({
  currency: 'GBP',
  versions: [
    {
      from: '2020-01-01',
      standing: 530_000,
      import: { kind: 'bands', bands: [{ price: 70_000, from: '00:30', to: '05:30' }], otherwise: 280_000 },
    },
  ],
});

if (args.help) process.stdout.write(HELP);
else process.exitCode = await bench(Number(args.devices), Number(args.rounds));

async function bench(devices: number, rounds: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-costs-'));
  try {
    writeFeed(folder, 1);
    writeTotal(folder, 2, 1);
    for (let more = 1; more < devices; more += 1) copyFeed(folder, 2, 2 + more);
    const totals = await turn(folder, devices, 'total', rounds);
    for (let at = 0; at < devices; at += 1) copyFeed(folder, 1, 2 + at);
    const powers = await turn(folder, devices, 'power', rounds);
    const ran = await countTurn(folder, devices, rounds);
    process.stdout.write(`a total each: ${figure(totals.first)} ms at first, ${figure(totals.warm)} ms warm\n`);
    process.stdout.write(`a power each: ${figure(powers.first)} ms at first, ${figure(powers.warm)} ms warm\n`);
    process.stdout.write(`how often each ran: ${figure(ran.first)} ms at first, ${figure(ran.warm)} ms warm\n`);
    return Math.max(totals.warm, powers.warm) <= MOST_MS ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function turn(folder: string, devices: number, kind: EnergySource['kind'], rounds: number) {
  const series = await openFeed(folder);
  const sources = {
    tariff,
    zone: 'Europe/London',
    house: { kind: 'power', feed: 1 } as const,
    devices: Array.from({ length: devices }, (_, at) => ({ kind, feed: 2 + at })),
  };
  const range = { from: START, to: END, by: 'month' } as const;
  const taken = await timed(rounds, () => readCosts(series, sources, range));
  await series.close();
  return taken;
}

/** How long counting takes how often each of as many devices ran in the year: each once a day. */
async function countTurn(folder: string, devices: number, rounds: number) {
  writeRuns(folder, 2);
  for (let more = 1; more < devices; more += 1) copyFeed(folder, 2, 2 + more);
  const series = await openFeed(folder);
  const feeds = Array.from({ length: devices }, (_, at) => 2 + at);
  const count = (feed: number) => powerOns(series, feed, [START, END], USUAL_THRESHOLDS);
  const taken = await timed(rounds, () => Promise.all(feeds.map(count)));
  await series.close();
  return taken;
}

async function timed(rounds: number, work: () => Promise<unknown>) {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return { first: times[0] as number, warm: median(times.slice(1)) };
}

/** The power of a device that runs for two hours a day. */
function writeRuns(folder: string, feed: number): void {
  const values = Float32Array.from({ length: YEAR / INTERVAL }, (_, slot) => (slot % 8640 < 720 ? 2000 : 0));
  rmSync(join(folder, 'feeds', `${feed}.sum`), { force: true });
  writeFileSync(join(folder, 'feeds', `${feed}.dat`), values);
}

function copyFeed(folder: string, from: number, to: number): void {
  rmSync(join(folder, 'feeds', `${to}.sum`), { force: true });
  for (const part of ['meta', 'dat'])
    copyFileSync(join(folder, 'feeds', `${from}.${part}`), join(folder, 'feeds', `${to}.${part}`));
}

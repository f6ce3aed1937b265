import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Feed } from '../../models/feed.ts';
import { feedCsv } from '../../models/feed-data/csv.ts';
import type { DataRequest } from '../../models/feed-data/request.ts';
import { FeedData } from '../../models/feed-data.ts';
import { windowsOf } from '../../models/feed-windows.ts';
import type { Series } from '../../models/timeseries/series.ts';
import { dropSums, FEED, INTERVAL, openFeed, START, scanWindows, writeFeed } from './read/feed.ts';
import { figure, median } from './shared/ratio.ts';

const HELP = `How long the model takes to answer what graphs and EmonCMS's clients ask of a long feed with a value every 10 s.

npm run bench read -- [options]
  --years <N>   length of the feed (default 5)
  --rounds <N>  warm turns, of which the median is told (default 21)

For each question: without sums on the disk (as when the feed comes from EmonCMS), the first time after opening, warm; and
the ratio of warm to adding up every value in the same run. Ends with 1 when a warm answer is not 10 times as fast.
`;
const LEAST = 10;

const { values: args } = parseArgs({
  options: {
    years: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '21' },
    help: { type: 'boolean', short: 'h' },
  },
});
const YEARS = Number(args.years);
const ROUNDS = Number(args.rounds);
const YEAR = 365 * 86_400;
const ZONE = 'Europe/London';
const END = START + Math.floor(YEARS * 365.25) * 86_400;
/** A year that ends where the feed does, off every grid. */
const FROM = END - YEAR - 12_340;

const feed: Feed = {
  id: FEED,
  account: 1,
  name: 'power',
  tag: null,
  unit: 'W',
  public: false,
  publicChosen: false,
  engine: 5,
  interval: INTERVAL,
  processList: '',
};
const BASE: DataRequest = {
  start: FROM,
  end: FROM + YEAR,
  interval: Math.round(YEAR / 800 / INTERVAL) * INTERVAL,
  average: true,
  delta: false,
  skipMissing: false,
  limitInterval: 1,
  timeFormat: 'unixms',
  zone: ZONE,
  places: -1,
  split: null,
};

interface Question {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly windows: number;
  readonly ask: (series: Series) => Promise<unknown>;
}

const read = (request: Partial<DataRequest>) => (series: Series) => dataOf(series).read(feed, { ...BASE, ...request });
const QUESTIONS: readonly Question[] = [
  { name: 'a year as 800 means', from: FROM, to: FROM + YEAR, windows: 800, ask: read({}) },
  {
    name: 'daily means of a year in London',
    from: FROM,
    to: FROM + YEAR,
    windows: 365,
    ask: read({ interval: 'daily' }),
  },
  {
    name: 'monthly means of all years',
    from: START,
    to: END,
    windows: YEARS * 12,
    ask: read({ start: START, end: END, interval: 'monthly' }),
  },
  {
    name: 'a year as 1,000 min/max/mean',
    from: FROM,
    to: FROM + YEAR,
    windows: 1000,
    ask: (series) => windowsOf(series, FEED, FROM, FROM + YEAR, 1000),
  },
  {
    name: 'all years as 1,000 min/max/mean',
    from: START,
    to: END,
    windows: 1000,
    ask: (series) => windowsOf(series, FEED, START, END, 1000),
  },
];

if (args.help) console.log(HELP);
else {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    process.exitCode = await main(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(folder: string): Promise<number> {
  writeFeed(folder, YEARS);
  let slow = 0;
  console.log(
    `${YEARS} years of a value every ${INTERVAL} s\n${row('', 'no sums', 'opened', 'warm', 'full scan', 'ratio')}`,
  );
  for (const question of QUESTIONS) slow += (await measure(folder, question)) < LEAST ? 1 : 0;
  await sizes(folder);
  await rows(folder);
  return slow > 0 ? 1 : 0;
}

async function measure(folder: string, { name, from, to, windows, ask }: Question): Promise<number> {
  dropSums(folder);
  let series = await openFeed(folder);
  const made = await time(() => ask(series));
  await series.close();
  series = await openFeed(folder);
  const opened = await time(() => ask(series));
  const edges = Array.from({ length: windows + 1 }, (_, i) => from + ((to - from) / windows) * i);
  const warm: number[] = [];
  const scans: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    warm.push(await time(() => ask(series)));
    if (round % 4 === 0) scans.push(await time(() => scanWindows(series, edges)));
  }
  await series.close();
  const ratio = median(scans) / median(warm);
  console.log(row(name, ms(made), ms(opened), ms(median(warm)), ms(median(scans)), `${figure(ratio)}×`));
  return ratio;
}

async function sizes(folder: string): Promise<void> {
  const series = await openFeed(folder);
  await series.windows(FEED, [START, END]);
  await series.flush('all');
  const bytes = ['dat', 'sum'].map((kind) => statSync(join(folder, 'feeds', `${FEED}.${kind}`)).size);
  const points = series.meta(FEED)!.npoints;
  await series.close();
  console.log(
    `bytes a point: ${figure((bytes[0]! + bytes[1]!) / points, 3)}, of which sums ${figure(bytes[1]! / points, 3)}`,
  );
}

/** Rows as they are: an answer as large as one may be, and the way out as CSV. */
async function rows(folder: string): Promise<void> {
  const series = await openFeed(folder);
  const spread = read({ average: false, interval: 1580 });
  const dense = read({ average: false, interval: INTERVAL, end: FROM + 19_999 * INTERVAL });
  for (const [name, ask] of [
    ['20,000 rows over a year', spread],
    ['20,000 rows in a row', dense],
  ] as const) {
    const opened = await time(() => ask(series));
    const warm: number[] = [];
    for (let round = 0; round < ROUNDS; round++) warm.push(await time(() => ask(series)));
    console.log(row(name, '', ms(opened), ms(median(warm)), '', ''));
  }
  let lines = 0;
  const spent = await time(async () => {
    const request = {
      ...BASE,
      average: false,
      interval: INTERVAL,
      end: FROM + YEAR / 4,
      skipMissing: true,
      timeFormat: 'iso8601',
    };
    const csv = await feedCsv(dataOf(series), feed, request as DataRequest);
    if (typeof csv === 'object' && csv !== null && Symbol.asyncIterator in csv) {
      for await (const block of csv) for (const byte of block) if (byte === 10) lines++;
    }
  });
  console.log(`CSV with local times: ${figure(lines / (spent / 1000))} lines/s`);
  await series.close();
}

function dataOf(series: Series): FeedData {
  return new FeedData({ series, last: (id) => series.last(id), virtual: { rows: async () => null } });
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function ms(milliseconds: number): string {
  return `${figure(milliseconds, 2)} ms`;
}

function row(name: string, ...cells: string[]): string {
  return `${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}`;
}

import type { Feed } from '../feed.ts';
import type { FeedData } from '../feed-data.ts';
import { present } from './delta.ts';
import { timeWriter } from './format.ts';
import { type DataRequest, isRefusal, type Refusal, type Rows } from './request.ts';
import { twoPlaces } from './round.ts';

/** `time,value` lines of one feed, however many, made a block at a time; or why not. `false` where the feed has no rows. */
export async function feedCsv(data: FeedData, feed: Feed, request: DataRequest) {
  const plan = data.plan(feed, { ...request, delta: false }, false);
  if (isRefusal(plan)) return plan;
  const { step } = plan;
  const blocks = typeof step === 'number' ? spans(plan.start, plan.end, step) : [[plan.start, plan.end] as const];
  return lines(data, feed, request, blocks, step);
}

/** `time,value,value…` lines on the grid of the first feed; a feed without a value at a time has `null` there. */
export async function feedsCsv(
  data: FeedData,
  feeds: readonly Feed[],
  request: DataRequest,
): Promise<string | Refusal> {
  const columns: Rows[] = [];
  for (const [i, feed] of feeds.entries()) {
    const rows = await column(data, feed, { ...request, delta: false });
    if (isRefusal(rows)) return rows;
    columns[i] = rows;
  }
  const write = csvTime(request, 'unixms');
  const lookups = columns.map((rows) => new Map(rows.times.map((time, i) => [time, rows.values[i]!])));
  const times = columns[0]?.times ?? [];
  return times
    .map((time) => `${[write(time), ...lookups.map((values) => twoPlaces(values.get(time) ?? null))].join(',')}\n`)
    .join('');
}

type Span = readonly [start: number, end: number];

const BLOCK_ROWS = 10_000;

function* spans(start: number, end: number, step: number): Generator<Span> {
  const length = BLOCK_ROWS * step;
  for (let from = start; from <= end; from += length) yield [from, Math.min(end, from + length - 1)];
}

async function* lines(
  data: FeedData,
  feed: Feed,
  request: DataRequest,
  blocks: Iterable<Span>,
  step: number | Exclude<DataRequest['interval'], number | 'original'>,
): AsyncGenerator<Buffer> {
  const write = csvTime(request, 'unix');
  for (const [start, end] of blocks) {
    if (request.skipMissing && !data.overlaps(feed, start, end, step)) continue;
    const plan = { start, end, step };
    const all = await data.rows(feed, data.grid(feed, plan, request.zone), plan, request);
    if (all === null) return;
    const rows = request.skipMissing ? present(all) : all;
    if (rows.times.length === 0) continue;
    yield Buffer.from(rows.times.map((time, i) => `${write(time)},${twoPlaces(rows.values[i]!)}\n`).join(''));
  }
}

async function column(data: FeedData, feed: Feed, request: DataRequest): Promise<Rows | Refusal> {
  const plan = data.plan(feed, request, true);
  if (isRefusal(plan)) return plan;
  const rows = (await data.rows(feed, data.grid(feed, plan, request.zone), plan, request)) ?? { times: [], values: [] };
  return request.skipMissing ? present(rows) : rows;
}

/** CSV has a time in every format; where the format's own does not suit, seconds stand in. */
function csvTime({ timeFormat, zone }: DataRequest, milliseconds: 'unix' | 'unixms') {
  return timeWriter(timeFormat === 'unixms' ? milliseconds : timeFormat, zone) ?? ((seconds: number) => seconds);
}

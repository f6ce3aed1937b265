import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Series } from '../../models/timeseries/series.ts';
import { makeFeeds, openFolder, START } from './engine/open-folder.ts';
import { writeRaw } from './engine/raw-write.ts';
import { compareRates, figure, median } from './shared/ratio.ts';

/**
 * The time series by themselves: points appended each second beside raw writes of the journal's bytes, the time ten
 * thousand feeds take to open, and what each costs in memory.
 */
const { values: args } = parseArgs({
  options: {
    points: { type: 'string', default: '1000000' },
    feeds: { type: 'string', default: '10000' },
    together: { type: 'string', default: '100' },
  },
});
const POINTS = Number(args.points);
const FEEDS = Number(args.feeds);
/** Points in one append, as one packet or one bulk row brings them, and appends under way at once. */
const TOGETHER = Number(args.together);
const AT_ONCE = 64;
const HUNDRED = 100;
/** In the journal, without the frame they share. */
const POINT_BYTES = 17;
const LEAST = 0.05;

const root = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(root, { recursive: true, force: true, maxRetries: 3 });
}

async function main(): Promise<number> {
  const { ms, kilobytes } = await openMany();
  console.log(`${figure(FEEDS)} feeds open in ${figure(ms)} ms and take ${figure(kilobytes, 1)} kB of memory each`);
  const series = await openFolder(join(root, 'append'));
  for (let feed = 1; feed <= HUNDRED; feed += 1) await series.create(feed, 5, 10);
  const raw = join(root, 'raw');
  let slot = 0;
  const { ours, theirs, ratio } = await compareRates(
    async () => {
      const rate = await appendRate(series, slot);
      slot += POINTS / HUNDRED;
      return rate;
    },
    async () => writeRaw(raw, POINTS * POINT_BYTES, TOGETHER * POINT_BYTES) / POINT_BYTES,
  );
  await series.close();
  console.log(`raw writes of ${TOGETHER * POINT_BYTES} bytes: ${figure(theirs)} points/s`);
  console.log(`append: ${figure(ours)} points/s, ${ratio.toFixed(2)} of raw writes of the same bytes`);
  return ratio >= LEAST ? 0 : 1;
}

/** A million points on a hundred feeds, each acknowledged. */
async function appendRate(series: Series, firstSlot: number): Promise<number> {
  const started = performance.now();
  let slot = firstSlot;
  for (let done = 0; done < POINTS; ) {
    const waits: Promise<void>[] = [];
    for (let packet = 0; packet < AT_ONCE && done < POINTS; packet += 1, done += TOGETHER) {
      waits.push(series.append(pointsOf(slot)));
      slot += TOGETHER / HUNDRED;
    }
    await Promise.all(waits);
  }
  return (POINTS * 1000) / (performance.now() - started);
}

function pointsOf(slot: number) {
  return Array.from({ length: TOGETHER }, (_, index) => {
    const time = START + 10 * (slot + Math.floor(index / HUNDRED));
    return { kind: 'point', feed: 1 + (index % HUNDRED), time, value: (index % 1000) / 4 } as const;
  });
}

async function openMany(): Promise<{ ms: number; kilobytes: number }> {
  const folder = join(root, 'open');
  mkdirSync(folder);
  makeFeeds(folder, FEEDS);
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 5; round += 1) {
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const series = await openFolder(folder);
    times.push(performance.now() - started);
    // Every feed is asked for once, as a page with all of them does.
    for (let id = 1; id <= FEEDS; id += 1) series.meta(id);
    if (round === 0) bytes = process.memoryUsage().rss - before;
    await series.close();
  }
  return { ms: median(times), kilobytes: bytes / 1000 / FEEDS };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type BenchWindow, openWindow, watchFrames, weighAnswers } from './graph/window.ts';
import { writeFeed } from './read/feed.ts';
import { startBenchHub } from './shared/hub.ts';
import { figure, percentile } from './shared/ratio.ts';

const HELP = `How the graph page moves over a feed with a value every 10 s, in a browser with a slow processor.

npm run bench graph -- [options]
  --years <N>    length of the feed (default 5)
  --slower <N>   how many times slower the browser's processor is made (default 6)
  --moves <N>    moves of the mouse in each test, one a frame (default 120)

For dragging and for the wheel: time from frame to frame, and how long the page's thread was busy for each. "Still" is the same
page with a mouse that rests: what the machine and its screen are able to. Ends with 1 when a view weighs more than 15 kB.
`;
const { values: args } = parseArgs({
  options: {
    years: { type: 'string', default: '5' },
    slower: { type: 'string', default: '6' },
    moves: { type: 'string', default: '120' },
    help: { type: 'boolean', short: 'h' },
  },
});
const YEARS = Number(args.years);
const MOVES = Number(args.moves);
const FRAME_MS = 1000 / 60;
const MOST_BYTES = 15_000;
const USER = {
  username: 'bench',
  password: 'a bench of its own',
  email: 'bench@example.org',
  timezone: 'Europe/London',
};

if (args.help) console.log(HELP);
else {
  const storage = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    process.exitCode = await main(storage);
  } finally {
    rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function main(storage: string): Promise<number> {
  const feed = await longFeed(storage);
  const hub = await startBenchHub({}, storage);
  const window = await openWindow(hub.http);
  try {
    await signIn(window.page);
    return await measure(window, feed);
  } finally {
    await window.close();
    await hub.stop();
  }
}

/** A household whose only feed begins five years ago; its file is put in place while the hub is away. */
async function longFeed(storage: string): Promise<number> {
  const hub = await startBenchHub({}, storage);
  const register = await fetch(`${hub.http}/user/register.json`, { method: 'POST', body: new URLSearchParams(USER) });
  const { apikey_write: key } = (await register.json()) as { apikey_write: string };
  const query = `apikey=${key}&tag=house&name=power&unit=W&engine=5&options=${encodeURIComponent('{"interval":10}')}`;
  const { feedid } = (await (await fetch(`${hub.http}/feed/create.json?${query}`)).json()) as { feedid: number };
  await hub.stop();
  writeFeed(storage, YEARS, Number(feedid));
  return Number(feedid);
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await page.fill('#username', USER.username);
  await page.fill('#password', USER.password);
  await page.click('main button');
  await page.waitForURL((url) => url.pathname === '/');
}

async function measure(window: BenchWindow, feed: number): Promise<number> {
  const { page, engine } = window;
  const views: readonly (readonly [name: string, query: string])[] = [
    ['five years', 'range=years&at=2025-06-01'],
    ['a year', 'range=year&at=2024-06-01'],
    ['a week', 'range=week&at=2024-06-01'],
    ['a day', 'range=day&at=2024-06-01'],
  ];
  let heaviest = 0;
  for (const [name, query] of views) {
    const weights = await weighAnswers(engine, '/windows?', async () => {
      await page.goto(`/graph?feed=${feed}&${query}`);
      await page.waitForSelector('.uplot canvas');
      await page.waitForTimeout(300);
    });
    const bytes = weights.reduce((sum, weight) => sum + weight, 0);
    heaviest = Math.max(heaviest, bytes);
    const moved = await weighAnswers(engine, '/', async () => {
      await page.focus('#graph');
      await page.keyboard.press('+');
      await page.waitForTimeout(2000);
    });
    const wholeMove = moved.reduce((sum, weight) => sum + weight, 0);
    heaviest = Math.max(heaviest, wholeMove);
    console.log(
      `${name}: ${figure(bytes)} bytes on the wire; after a move, figures and table included, ${figure(wholeMove)}`,
    );
    await engine.send('Emulation.setCPUThrottlingRate', { rate: Number(args.slower) });
    for (const [move, work] of [
      ['still', still],
      ['drag', drag],
      ['wheel', wheel],
    ] as const) {
      const { between, busy } = await watchFrames(window, () => work(page));
      const late = between.filter((ms) => ms > FRAME_MS * 1.5).length;
      console.log(
        `  ${move.padEnd(6)} frames ${figure(percentile(between, 0.5), 1)} ms, p95 ${figure(percentile(between, 0.95), 1)} ms, ` +
          `late ${late} of ${between.length}; busy ${figure(busy, 1)} ms a frame`,
      );
    }
    await engine.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
  return heaviest > MOST_BYTES ? 1 : 0;
}

async function still(page: Page): Promise<void> {
  await page.waitForTimeout(MOVES * FRAME_MS);
}

async function drag(page: Page): Promise<void> {
  const { x, y, width } = await plotBox(page);
  await page.mouse.move(x + width * 0.2, y);
  await page.mouse.down();
  await paced((i) => page.mouse.move(x + width * (0.2 + (0.6 * i) / MOVES), y));
  await page.mouse.up();
}

async function wheel(page: Page): Promise<void> {
  const { x, y, width } = await plotBox(page);
  await page.mouse.move(x + width * 0.6, y);
  await paced((i) => page.mouse.wheel(0, i < MOVES / 2 ? -12 : 12));
}

/** One move a frame, not waiting for the page to have followed. */
async function paced(move: (i: number) => Promise<void>): Promise<void> {
  const done: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < MOVES; i++) {
    done.push(move(i));
    const wait = started + (i + 1) * FRAME_MS - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  await Promise.all(done);
}

async function plotBox(page: Page): Promise<{ x: number; y: number; width: number }> {
  const box = await page.locator('.u-over').boundingBox();
  if (!box) throw new Error('There is no graph on the page.');
  return { x: box.x, y: box.y + box.height / 2, width: box.width };
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { startHub, type TestHub } from '../hub.ts';
import { loginOf, PATIENCE_MS, setUp, signedInAs, simulateDay, testBrowser, type Window } from './browser.ts';
import { pace, weigh } from './measure.ts';

/** The real day of February 2007, looked back at: moved through by hand, taken away as a file, weighed and timed. */
const { window } = testBrowser();
let hub: TestHub;
let page: Window;

beforeAll(async () => {
  hub = await startHub();
  page = await window(hub);
  await setUp(page, { name: 'Sceaux', home: 'Sceaux', zone: 'Europe/Paris' });
  await simulateDay(await loginOf(page));
});

describe('the graph', () => {
  beforeAll(() => openGraph(page));

  test('says the day’s total and its peak first', async () => {
    expect(await page.textContent('h1')).toMatch(/30\.4\skWh.*\d\.\d+\skW/);
  });

  test('is dragged by the mouse into the hours before', async () => {
    const before = await rangeOf(page);
    const box = await boxOf(page);
    await moves(page, async () => {
      await page.mouse.move(box.x + box.width * 0.4, box.y + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 60, { steps: 4 });
      await page.mouse.up();
    });
    const after = await rangeOf(page);
    expect(after.start).toBeLessThan(before.start);
    expect(after.end - after.start).toBe(before.end - before.start);
  });

  test('comes closer by the wheel', async () => {
    const before = await rangeOf(page);
    const box = await boxOf(page);
    await moves(page, async () => {
      await page.mouse.move(box.x + box.width / 2, box.y + 60);
      await page.mouse.wheel(0, -400);
    });
    const after = await rangeOf(page);
    expect(after.end - after.start).toBeLessThan(before.end - before.start);
  });

  test('obeys the keyboard: whole range, closer, and a reading that is said', async () => {
    await page.focus('#graph');
    await moves(page, () => page.keyboard.press('0'));
    await moves(page, () => page.keyboard.press('+'));
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => /\d/.test(document.getElementById('graph-say')?.textContent ?? ''));
    expect(page.troubles).toEqual([]);
  });

  test('obeys two fingers', async () => {
    const viewport = { width: 360, height: 740 };
    const phone = await window(hub, { hasTouch: true, isMobile: true, viewport, ...(await signedInAs(page)) });
    await openGraph(phone);
    await phone.locator('#graph').scrollIntoViewIfNeeded();
    const before = await rangeOf(phone);
    const box = await boxOf(phone);
    const session = await phone.context().newCDPSession(phone);
    const y = box.y + 80;
    const mid = box.x + box.width / 2;
    await moves(phone, async () => {
      await touch(session, 'touchStart', [mid - 20, mid + 20], y);
      for (const apart of [40, 60, 80, 100]) await touch(session, 'touchMove', [mid - apart, mid + apart], y);
      await touch(session, 'touchEnd', [], y);
    });
    const closer = await rangeOf(phone);
    expect(closer.end - closer.start).toBeLessThan(before.end - before.start);
    await moves(phone, async () => {
      await touch(session, 'touchStart', [mid], y);
      for (const to of [20, 50, 80]) await touch(session, 'touchMove', [mid + to], y);
      await touch(session, 'touchEnd', [], y);
    });
    expect((await rangeOf(phone)).start).toBeLessThan(closer.start);
    expect(phone.troubles).toEqual([]);
  });

  test('shows several feeds, which can be left out', async () => {
    await page.goto('/graph');
    await page.selectOption('#add-feed', { index: 1 });
    await page.click('form:has(#add-feed) button');
    await page.waitForURL(/feed=/);
    await page.waitForSelector('.uplot canvas');
    expect(await page.locator('#graph-form input[type=checkbox]').count()).toBe(2);
    await page.waitForTimeout(300);
    const both = await drawing(page);
    await page.uncheck('#graph-form input >> nth=-1');
    await page.waitForFunction((was) => document.querySelector('canvas')?.toDataURL() !== was, both);
    expect(page.troubles).toEqual([]);
  });

  test('has a table beside it with every hour', async () => {
    await page.goto('/graph');
    await page.click('[data-part=totals] details summary >> nth=0');
    const rows = page.locator('[data-part=totals] details >> nth=0').locator('tbody tr');
    expect(await rows.count()).toBe(24);
    expect(await rows.first().innerText()).toMatch(/00:00.*\d/s);
  });

  test('gives the day as CSV, every reading as it was sent', async () => {
    const download = page.waitForEvent('download');
    await page.click('a[download]');
    const file = readFileSync(await (await download).path(), 'utf8');
    const kept = file.split('\n').filter((line) => /^\d+,/.test(line));
    const sent = readFileSync(join(projectRoot, 'test/data/household-2007-02-01.csv'), 'utf8').trim().split('\n');
    expect(kept.length).toBe(1440);
    const watts = (line: string | undefined, column: number) => Number(line?.split(',').at(column));
    expect(kept.map((line) => watts(line, -1))).toEqual(sent.slice(1).map((line) => watts(line, 1)));
  });
});

test.runIf(process.env.HEARTH_SCREENSHOTS === '1')('makes the picture for the README', async () => {
  const wall = await window(hub, { viewport: { width: 1280, height: 780 }, ...(await signedInAs(page)) });
  await wall.goto('/');
  await wall.waitForSelector('#curve svg.plot');
  await wall.screenshot({ path: join(projectRoot, 'docs/dashboard.png') });
});

test('first visits stay light', async () => {
  const door = await weigh(await window(hub), '/sign-in');
  const visitor = await window(hub, await signedInAs(page));
  const home = await weigh(visitor, '/');
  const input = await weigh(visitor, '/inputs/1');
  const graph = await weigh(visitor, '/graph');
  for (const [name, weight] of Object.entries({ 'sign-in': door, home, input, graph })) {
    process.stdout.write(`${name}: ${weight.page} bytes over the wire, of which ${weight.scripts} scripts\n`);
    expect(weight.page, name).toBeLessThan(60_000);
  }
  expect(home.scripts).toBeLessThan(15_000);
  expect(input.scripts).toBeLessThan(45_000);
  expect(graph.scripts).toBeLessThan(50_000);
});

test('pages come compressed, and the stream does not', async () => {
  const [html, stream] = await page.evaluate(async () => {
    const stop = new AbortController();
    const live = await fetch('/live', { signal: stop.signal });
    const encodings = [(await fetch('/')).headers.get('content-encoding'), live.headers.get('content-encoding')];
    stop.abort();
    return encodings;
  });
  expect(html).toMatch(/br|gzip/);
  expect(stream).toBe(null);
});

test('on a slow phone the page is there soon, and nothing moves', async () => {
  for (const path of ['/', '/graph', '/sign-in']) {
    const session = path === '/sign-in' ? {} : await signedInAs(page);
    const phone = await window(hub, {
      viewport: { width: 412, height: 823 },
      isMobile: true,
      hasTouch: true,
      ...session,
    });
    const { lcp, cls } = await pace(phone, path);
    process.stdout.write(`${path}: LCP ${Math.round(lcp)} ms, CLS ${cls}\n`);
    expect(cls, path).toBe(0);
    // The goal is 1.2 s; a machine that does something else at the same time gets more.
    expect(lcp, path).toBeLessThan(10_000);
  }
});

async function openGraph(on: Window): Promise<void> {
  await on.goto('/graph');
  await on.waitForSelector('.uplot canvas');
  await on.waitForFunction(() => document.getElementById('graph')?.tabIndex === 0);
}

/** Does it, and waits until the address and the drawing are others. */
async function moves(on: Window, act: () => Promise<unknown>): Promise<void> {
  const [address, drawn] = [on.url(), await drawing(on)];
  await act();
  await on.waitForFunction(
    ([was, picture]) => location.href !== was && document.querySelector('canvas')?.toDataURL() !== picture,
    [address, drawn] as const,
    { timeout: PATIENCE_MS },
  );
}

async function drawing(on: Window): Promise<string> {
  return await on.$eval('canvas', (canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** The stretch in sight, as the address has it, or the whole day. */
async function rangeOf(on: Window): Promise<{ start: number; end: number }> {
  const query = new URL(on.url()).searchParams;
  const setup = JSON.parse((await on.getAttribute('#graph', 'data-graph')) ?? '{}') as { start: number; end: number };
  return { start: Number(query.get('start') ?? setup.start), end: Number(query.get('end') ?? setup.end) };
}

async function boxOf(on: Window): Promise<{ x: number; y: number; width: number }> {
  const box = await on.locator('.u-over').boundingBox();
  if (!box) throw new Error('There is no graph to be seen.');
  return box;
}

async function touch(session: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', xs: number[], y: number) {
  await session.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
}

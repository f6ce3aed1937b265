import type { Window } from './browser.ts';

export interface Weight {
  /** Bytes over the wire with an empty cache, headers and all. */
  readonly page: number;
  readonly scripts: number;
}

/** Loads `path` as a first visit does and weighs everything that came for it, as gzip. */
export async function weigh(page: Window, path: string): Promise<Weight> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  // What a browser asks for over plain HTTP, which is what a hub at home speaks.
  await session.send('Network.setExtraHTTPHeaders', { headers: { 'Accept-Encoding': 'gzip' } });
  const kinds = new Map<string, string>();
  const weight = { page: 0, scripts: 0 };
  session.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    weight.page += encodedDataLength;
    if (kinds.get(requestId) === 'Script') weight.scripts += encodedDataLength;
  });
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForTimeout(500);
  await session.detach();
  return weight;
}

export interface Pace {
  /** Milliseconds until the largest part of the page was painted. */
  readonly lcp: number;
  /** How much moved after it was painted. */
  readonly cls: number;
}

/** Loads `path` as a phone of the middle kind does: a processor a quarter as fast, a mobile network. */
export async function pace(page: Window, path: string): Promise<Pace> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Network.emulateNetworkConditions', SLOW_4G);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    const seen = { lcp: 0, cls: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      seen.lcp = list.getEntries().at(-1)?.startTime ?? seen.lcp;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.cls += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForFunction(() => (window as unknown as { seen: Pace }).seen.lcp > 0);
  // What scripts do to the page afterwards counts, too.
  await page.waitForTimeout(2000);
  const measured = await page.evaluate(() => (window as unknown as { seen: Pace }).seen);
  await session.detach();
  return measured;
}

/** What Lighthouse's mobile test assumes. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 750_000 / 8 };

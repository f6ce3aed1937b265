import { existsSync } from 'node:fs';
import { type CDPSession, chromium, type Page } from 'playwright-core';

/** A browser window with a look into its engine. */
export interface BenchWindow {
  readonly page: Page;
  readonly engine: CDPSession;
  close(): Promise<void>;
}

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Opens Chromium, 1280 × 800, with its processor slowed down. */
export async function openWindow(http: string): Promise<BenchWindow> {
  const executablePath = PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error('There is no Chromium on this machine.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({
    baseURL: http,
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    viewport: { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  const engine = await context.newCDPSession(page);
  return { page, engine, close: () => browser.close() };
}

/** What `work` asked of the hub at addresses with `part` in them: bytes on the wire, whole answers with their heads. */
export async function weighAnswers(engine: CDPSession, part: string, work: () => Promise<void>): Promise<number[]> {
  const asked = new Set<string>();
  const weights: number[] = [];
  const onAnswer = ({ requestId, response }: { requestId: string; response: { url: string } }) => {
    if (response.url.includes(part)) asked.add(requestId);
  };
  const onEnd = ({ requestId, encodedDataLength }: { requestId: string; encodedDataLength: number }) => {
    if (asked.has(requestId)) weights.push(encodedDataLength);
  };
  await engine.send('Network.enable');
  engine.on('Network.responseReceived', onAnswer);
  engine.on('Network.loadingFinished', onEnd);
  await work();
  engine.off('Network.responseReceived', onAnswer);
  engine.off('Network.loadingFinished', onEnd);
  await engine.send('Network.disable');
  return weights;
}

/** Runs in the page. */
const NOTE_FRAMES = `
  globalThis.frameTimes = [];
  globalThis.framesGoOn = true;
  requestAnimationFrame(function next(time) {
    frameTimes.push(time);
    if (framesGoOn) requestAnimationFrame(next);
  });
  undefined`;

export interface Frames {
  /** Milliseconds from one frame to the next. */
  readonly between: readonly number[];
  /** Milliseconds the page's thread was busy for each frame, on average. */
  readonly busy: number;
}

/** Watches the page's frames while `move` moves something. */
export async function watchFrames({ page, engine }: BenchWindow, move: () => Promise<void>): Promise<Frames> {
  await engine.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate(NOTE_FRAMES);
  const before = await busySeconds(engine);
  await move();
  const after = await busySeconds(engine);
  const times = await page.evaluate<number[]>('framesGoOn = false, frameTimes');
  await engine.send('Performance.disable');
  const between = times.slice(1).map((time, i) => time - times[i]!);
  return { between, busy: ((after - before) * 1000) / Math.max(1, between.length) };
}

async function busySeconds(engine: CDPSession): Promise<number> {
  const { metrics } = await engine.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

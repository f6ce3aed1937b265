import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import type { TestHub } from '../hub.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Patience with a machine that is busy with something else. Nothing is asserted about how much of it was needed. */
export const PATIENCE_MS = 30_000;

export const PASSWORD = 'three wet sheep';

/** A browser window that keeps note of everything that must not happen on any page. */
export interface Window extends Page {
  /** Console errors, refused content, exceptions and requests to other origins, in order. */
  readonly troubles: string[];
  /** Loads pages without running their scripts. */
  readonly plain: boolean;
}

export interface Household {
  readonly name: string;
  readonly home?: string;
  readonly zone?: string;
  readonly language?: 'en' | 'cy' | 'de';
}

/** One Chromium for the test file that asks for it. */
export function testBrowser(): { window(hub: TestHub, options?: BrowserContextOptions): Promise<Window> } {
  let browser: Browser;
  const contexts = new Set<BrowserContext>();
  vi.setConfig({ testTimeout: 4 * PATIENCE_MS, hookTimeout: 4 * PATIENCE_MS });
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ARGS });
  });
  afterAll(async () => {
    await Promise.all([...contexts].map((context) => context.close()));
    await browser?.close();
  });
  return {
    window: async (hub, options = {}) => {
      const context = await browser.newContext({
        baseURL: hub.http,
        locale: 'en-GB',
        timezoneId: 'Europe/London',
        viewport: { width: 1280, height: 800 },
        ...options,
      });
      context.setDefaultTimeout(PATIENCE_MS);
      contexts.add(context);
      return watched(await context.newPage(), hub, options.javaScriptEnabled === false);
    },
  };
}

/** Fills in the set-up page and sends it; ends on the dashboard. */
export async function setUp(page: Page, { name, home = '', zone = 'Europe/London', language = 'en' }: Household) {
  await page.goto('/set-up');
  await page.fill('#home', home);
  await page.fill('#username', name);
  await page.fill('#password', PASSWORD);
  await page.selectOption('#timezone', zone);
  await page.selectOption('#language', language);
  await submit(page, 'main button');
  expect(new URL(page.url()).pathname).toBe('/');
}

/** What a window of somebody's has to be given so that it is signed in as `page` is. */
export async function signedInAs(page: Page): Promise<Pick<BrowserContextOptions, 'storageState'>> {
  return { storageState: await page.context().storageState() };
}

export async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await page.fill('#username', name);
  await page.fill('#password', password);
  await submit(page, 'main button');
}

/** Presses a form's button; the answer has to be a redirect to a page, so that a reload sends nothing twice. */
export async function submit(page: Page, button: string): Promise<void> {
  const posted = page.waitForRequest((request) => request.isNavigationRequest() && request.method() === 'POST');
  const loaded = page.waitForEvent('load');
  await page.click(button);
  const answer = await (await posted).response();
  await loaded;
  expect(answer?.status(), `${button} on ${answer?.url()}`).toBe(303);
}

/** Presses a form's button; the page comes back and says what is wrong. */
export async function submitRefused(page: Page, button: string, status = 422): Promise<void> {
  // The browser's own checks would not let the form go.
  await page.$$eval('form', (forms) => {
    for (const form of forms) form.noValidate = true;
  });
  const loaded = page.waitForEvent('load');
  const posted = page.waitForRequest((request) => request.isNavigationRequest() && request.method() === 'POST');
  await page.click(button);
  expect((await (await posted).response())?.status()).toBe(status);
  await loaded;
}

/** What the dashboard offers to try Hearth with, taken apart as a shell would. */
export async function loginOf(page: Page): Promise<{ url: string; username: string; password: string; topic: string }> {
  const line = (await page.textContent('#connect-line')) ?? '';
  const words = line.trim().split(' ');
  expect(words[0]).toBe('mosquitto_pub');
  const after = (flag: string) => words[words.indexOf(flag) + 1] ?? '';
  return {
    url: `mqtt://${after('-h')}:${after('-p')}`,
    username: after('-u'),
    password: after('-P'),
    topic: after('-t'),
  };
}

/** Runs `npm run simulate meter` with the real day until every row is acknowledged. */
export async function simulateDay(login: { url: string; username: string; password: string }, ...args: string[]) {
  const { url, username, password } = login;
  const script = join(projectRoot, 'build/scripts/simulate/meter.js');
  const file = join(projectRoot, 'test/data/household-2007-02-01.csv');
  const meter = spawn(
    process.execPath,
    [script, '--file', file, '--url', url, '--username', username, '--password', password, '--speed', 'max', ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  meter.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((resolve) => meter.once('close', resolve));
  expect(code).toBe(0);
  expect(said).toContain('1440 of 1440 rows acknowledged');
}

/** Marks the document, so that a test can tell that it was never loaded anew. */
export async function markDocument(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => document.documentElement.setAttribute('data-same', 'yes'));
  return async () => expect(await page.getAttribute('html', 'data-same')).toBe('yes');
}

/** Resolves once the words at `selector` satisfy `wanted`. */
export async function sees(page: Page, selector: string, wanted: string | RegExp): Promise<string> {
  const pattern = typeof wanted === 'string' ? wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : wanted.source;
  await page.waitForFunction(
    ([where, words]) => new RegExp(words).test(document.querySelector(where)?.textContent ?? ''),
    [selector, pattern] as const,
    { timeout: PATIENCE_MS },
  );
  return ((await page.textContent(selector)) ?? '').trim();
}

/** The addresses that pages without scripts posted to and that answered with a redirect, as routes name them. */
export const postedPlain = new Set<string>();

function watched(page: Page, hub: TestHub, plain: boolean): Window {
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // The browser's note of a page that came with a refusal, which the tests ask for.
    if (/responded with a status of 4\d\d/.test(message.text()) && message.location().url === page.url()) return;
    troubles.push(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== hub.http) troubles.push(`${page.url()} asked ${url.href}`);
  });
  page.on('response', (answer) => {
    if (!plain || answer.request().method() !== 'POST' || answer.status() !== 303) return;
    const words = new URL(answer.url()).pathname.split('/');
    const secret = ['join', 'reset'].includes(words[1] ?? '');
    const named = words.map((word, i) => (/\d/.test(word) ? (secret && i === 2 ? ':secret' : ':id') : word));
    postedPlain.add(named.join('/'));
  });
  return Object.assign(page, { troubles, plain });
}

function chromiumPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  const found = ['/usr/bin/chromium', ...places].find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error('There is no Chromium on this machine.');
  return found;
}

import { beforeAll, describe, expect, test } from 'vitest';
import type { FeedWindows } from '../../models/triple.ts';
import { startHub, type TestHub } from '../hub.ts';
import { PASSWORD, PATIENCE_MS, signIn, testBrowser, type Window } from './browser.ts';

/** Five years of a value every 10 s, all of them 200 W but one: that one is seen in the graph of all years. */
const START = Date.UTC(2020, 0, 1) / 1000;
const END = START + 1820 * 86_400;
const SPIKE = START + 1_000_000_000 / 16 + 4;
const RANGE = `range=years&at=2024-06-01`;

const { window } = testBrowser();
let hub: TestHub;
let page: Window;
let feed: number;

beforeAll(async () => {
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1' });
  const form = { username: 'spike', password: PASSWORD, email: 'spike@example.org', timezone: 'UTC' };
  const account = await call<{ apikey_write: string }>('/user/register.json', form);
  const key = `apikey=${account.apikey_write}`;
  const options = encodeURIComponent('{"interval":10}');
  const made = await call<{ feedid: number }>(
    `/feed/create.json?${key}&tag=house&name=power&unit=W&engine=5&options=${options}`,
  );
  feed = Number(made.feedid);
  for (const [time, value] of [
    [START, 200],
    [END, 200],
    [SPIKE, 9000],
  ]) {
    expect(await call(`/feed/insert.json?${key}&id=${feed}&time=${time}&value=${value}&join=join`)).toBe(value);
  }
  page = await window(hub);
  await signIn(page, 'spike');
}, 3 * PATIENCE_MS);

async function call<T>(path: string, form?: Record<string, string>): Promise<T> {
  const answer = await fetch(`${hub.http}${path}`, form ? { method: 'POST', body: new URLSearchParams(form) } : {});
  return (await answer.json()) as T;
}

describe('one spike of 10 s in five years', () => {
  test('is in the windows the page asks for, and hardly moves their mean', async () => {
    const asked = page.waitForResponse((response) => response.url().includes('/windows?'));
    await page.goto(`/graph?feed=${feed}&${RANGE}`);
    const { start, step, windows } = (await (await asked).json()) as FeedWindows;
    const at = Math.floor((SPIKE - start) / step);
    expect(windows[at]?.[1]).toBe(9000);
    expect(windows[at]?.[2]).toBeLessThan(220);
    expect(windows.filter((triple) => (triple?.[1] ?? 0) > 201)).toHaveLength(1);
  });

  test('is seen where it was, and nowhere else', async () => {
    await page.waitForSelector('.uplot canvas');
    await page.waitForTimeout(300);
    const { start, end } = await page.$eval('#graph', (stage) =>
      JSON.parse((stage as HTMLElement).dataset.graph ?? ''),
    );
    const shares = await inked(page, 0.2);
    expect(shares.length).toBeGreaterThan(0);
    const place = (SPIKE - start) / (end - start);
    for (const share of shares) expect(Math.abs(share - place)).toBeLessThan(0.02);
  });

  test('is seen without a script, too', async () => {
    const plain = await window(hub, { javaScriptEnabled: false });
    await signIn(plain, 'spike');
    await plain.goto(`/graph?feed=${feed}&${RANGE}`);
    expect(await plain.textContent('h1')).toMatch(/9\.0\d?\skW/);
    expect(page.troubles).toEqual([]);
  });
});

/** Where along the drawing's width something other than the ground is, at this share of its height. */
function inked(on: Window, height: number): Promise<number[]> {
  return on.$eval(
    '.uplot canvas',
    (element, share) => {
      const canvas = element as HTMLCanvasElement;
      const ground = canvas.width * 4;
      const row = Math.round(canvas.height * share);
      const { data } = canvas.getContext('2d')?.getImageData(0, row, canvas.width, 1) ?? {
        data: new Uint8Array(ground),
      };
      const found: number[] = [];
      for (let x = 0; x < canvas.width; x++) if ((data[x * 4 + 3] ?? 0) > 8) found.push(x / canvas.width);
      return found;
    },
    height,
  );
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { startHub, type TestHub } from '../hub.ts';
import {
  loginOf,
  markDocument,
  postedPlain,
  sees,
  setUp,
  signedInAs,
  submit,
  submitRefused,
  testBrowser,
  type Window,
} from './browser.ts';
import { DARK, gate, LIGHT, ZOOMED } from './gate.ts';

/** Prices ahead, the light and the cheapest hours, as people use them with and without JavaScript. */
const { window } = testBrowser();
const SLOT = 1800;
let hub: TestHub;
let owner: Window;
let plain: Window;
let client: MqttClient | undefined;
let login: { url: string; username: string; password: string };

beforeAll(async () => {
  hub = await startHub();
  owner = await window(hub);
  await setUp(owner, { name: 'Mair', home: 'Tan-y-bryn' });
  login = await loginOf(owner);
  plain = await window(hub, { javaScriptEnabled: false, ...(await signedInAs(owner)) });
});
afterAll(async () => {
  await client?.endAsync(true);
});

/** Half-hours from twelve hours ago on; of those to come the first so many are dear. */
function figures(dear: number): string {
  const start = Math.floor(systemClock.seconds() / SLOT) * SLOT - 24 * SLOT;
  const profile = Array.from({ length: 120 }, (_, at) => (at >= 24 && at < 24 + dear ? 0.4 : 0.1 + (at % 7) / 100));
  return JSON.stringify({ start, interval: SLOT, profile });
}

async function expectFine(page: Window, path?: string, looks = [LIGHT, DARK, ZOOMED]): Promise<void> {
  if (path !== undefined) await page.goto(path);
  expect(await gate(page, looks)).toEqual([]);
  expect(page.troubles).toEqual([]);
}

test('nothing known yet', async () => {
  await expectFine(owner, '/forecast');
  await expectFine(plain, '/forecast', [DARK]);
});

test('own figures are set up, brought by paste and by file, and refused where they are none', async () => {
  await plain.goto('/forecast');
  await plain.click('a[href$="provider=upload"]');
  await plain.fill('#name', 'Not right');
  await submitRefused(plain, '#edit .main');
  await expectFine(plain, undefined, [LIGHT, DARK]);
  await plain.fill('#name', 'own1');
  await submit(plain, '#edit .main');
  await plain.click('a[href="/forecast/sources/own1"]');
  await plain.fill('#figures', 'no figures');
  await submitRefused(plain, 'form[action$="/upload"] button');
  await expectFine(plain, undefined, [LIGHT, DARK]);
  await plain.fill('#figures', figures(6));
  await submit(plain, 'form[action$="/upload"] button');
  await plain.goto('/forecast/sources/own1');
  const file = { name: 'own.json', mimeType: 'application/json', buffer: Buffer.from(figures(4)) };
  await plain.setInputFiles('#file', file);
  await submit(plain, 'form[action$="/upload"] button');
  await plain.goto('/forecast/sources/own1');
  await plain.selectOption('#optimise', 'min');
  await submit(plain, '#edit .main');
  expect(await plain.textContent('#state-0 .tag')).toBe('Fresh');
  await expectFine(plain, '/forecast', [DARK]);
});

test.each(['octopus-agile', 'nord-pool', 'carbon-intensity', 'energy-local', 'solcast', 'off-peak', 'url'])(
  'the form of %s',
  async (provider) => {
    await expectFine(owner, `/forecast/new?provider=${provider}`, [LIGHT, DARK]);
  },
);

describe('the light', () => {
  test('says in words, by its shape and until when, with scripts and without', async () => {
    for (const page of [owner, plain])
      for (const path of ['/', '/forecast']) {
        await page.goto(path);
        expect(await page.textContent('#light .verdict')).toMatch(/Better to wait\s+until \d\d:\d\d/);
        expect(await page.locator('#light .verdict svg path').count()).toBe(1);
        expect(await page.textContent('#light')).toContain('A unit costs 40p now');
      }
  });

  test('follows the figures on a page that stays open, and tells programs', async () => {
    client = await connectAsync(login.url, login);
    const heard = new Map<string, string>();
    client.on('message', (topic, payload) => heard.set(topic, payload.toString()));
    await client.subscribeAsync('emon/advice/#', { qos: 1 });
    await expect.poll(() => heard.get('emon/advice/light'), { timeout: 20_000 }).toBe('red');
    expect(JSON.parse(heard.get('emon/advice/cheapest/3h') ?? '')).toMatchObject({ hours: 3, source: 'own1' });
    await owner.goto('/forecast');
    const same = await markDocument(owner);
    await plain.goto('/forecast/sources/own1');
    await plain.fill('#figures', figures(0));
    await submit(plain, 'form[action$="/upload"] button');
    await expect.poll(() => heard.get('emon/advice/light'), { timeout: 20_000 }).not.toBe('red');
    // What a page does once a minute by itself, and whenever the line is back.
    await owner.evaluate(() => dispatchEvent(new Event('online')));
    await owner.waitForFunction(() => !document.querySelector('#light.is-red'));
    await same();
    expect(owner.troubles).toEqual([]);
  });
});

test('the cheapest hours, other ones, and what cannot be read', async () => {
  for (const page of [owner, plain])
    for (const path of ['/', '/forecast']) {
      await page.goto(path);
      expect(await page.textContent('#cheapest')).toMatch(/Cheapest 3 h before .*08:00/);
      await page.click('#cheapest summary');
      await page.fill('#hours', '1.5');
      await page.fill('#before', '18:00');
      await page.click('#cheapest button');
      await sees(page, '#cheapest h2', /Cheapest 1 h 30 min before .*18:00/);
      expect(await page.textContent('#cheapest-rows')).toMatch(/\d\d:\d\d–\d\d:\d\d/);
    }
  await owner.goto('/forecast?hours=x');
  expect(await owner.textContent('#hours-error')).toContain('quarter of an hour');
  await expectFine(owner);
});

test('a picture is read with the arrow keys', async () => {
  await owner.goto('/forecast');
  const hand = owner.locator('#ahead [role=slider]');
  await hand.focus();
  const first = await hand.getAttribute('aria-valuetext');
  await owner.keyboard.press('ArrowRight');
  expect(await hand.getAttribute('aria-valuetext')).not.toBe(first);
  await sees(owner, '#ahead-read', /\d\d:\d\d: \d+(\.\d+)?p/);
});

test('a mix is shown', async () => {
  await plain.goto('/forecast');
  await plain.selectOption('#mix1', 'own1');
  await plain.fill('#weight1', '2');
  await plain.click('#mix button');
  expect(await plain.locator('#mix-svg svg').count()).toBe(1);
  await expectFine(owner, '/forecast?mix1=own1&weight1=x');
});

test('a source goes after a yes', async () => {
  await plain.goto('/forecast/sources/own1');
  await submitRefused(plain, 'form[action$="/remove"] button');
  await plain.check('[name=sure]');
  await submit(plain, 'form[action$="/remove"] button');
  expect(await plain.locator('#state-0').count()).toBe(0);
});

test('every form of forecasts was sent without JavaScript and answered with a redirect', () => {
  const table = readFileSync(join(projectRoot, 'app/forecast-page-routes.ts'), 'utf8');
  const posts = [...table.matchAll(/page\('post', '([^']+)'/g)].map(([, path = '']) => path.replace(':source', ':id'));
  expect([...postedPlain].sort()).toEqual(posts.sort());
});

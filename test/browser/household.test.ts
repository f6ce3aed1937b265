import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { startHub, type TestHub } from '../hub.ts';
import {
  loginOf,
  PASSWORD,
  postedPlain,
  sees,
  setUp,
  signedInAs,
  signIn,
  submit,
  submitRefused,
  testBrowser,
  type Window,
} from './browser.ts';

/** What people change on the pages of a household, with and without JavaScript. */
const { window } = testBrowser();
let hub: TestHub;
let owner: Window;
let plain: Window;
let meter: MqttClient | undefined;
let login: { url: string; username: string; password: string };

beforeAll(async () => {
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1' });
  owner = await window(hub);
  await setUp(owner, { name: 'Mair', home: 'Tan-y-bryn' });
  login = await loginOf(owner);
  meter = await connectAsync(login.url, login);
  await meter.publishAsync('emon/roof', JSON.stringify({ light: 12, wind: 3 }), { qos: 1 });
  plain = await window(hub, { javaScriptEnabled: false });
  await signIn(plain, 'Mair');
});
afterAll(async () => {
  await meter?.endAsync(true);
});

describe.each([
  ['with JavaScript', () => owner, 1, 'light'],
  ['without JavaScript', () => plain, 2, 'wind'],
] as const)('the steps of an input, %s', (_name, browser, input, name) => {
  const add = async (process: string, fields: Record<string, string> = {}) => {
    const page = browser();
    await page.selectOption('#process', process);
    for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
    await submit(page, '#add button');
  };
  const steps = async () => await browser().locator('.steps .what').allTextContents();

  test('are added, with a feed made on the way', async () => {
    await browser().goto(`/inputs/${input}`);
    await add('process__scale', { value: '2' });
    await add('process__offset', { value: '-5' });
    await add('process__log_to_feed', { 'feed-name': `kept ${input}` });
    expect(await steps()).toEqual([
      expect.stringContaining('2'),
      expect.stringMatching(/[-−]5/),
      expect.stringContaining(`kept ${input}`),
    ]);
  });

  test('change places and are taken off', async () => {
    const before = await steps();
    await browser().click('button[value="down 1"]');
    await sees(browser(), '[data-step="1"] .what', before[1] ?? '');
    await browser().click('button[value="remove 1"]');
    await browser().waitForFunction(() => document.querySelectorAll('[data-step]').length === 2);
    await browser().reload();
    expect(await steps()).toEqual([before[0], before[2]]);
  });

  test('work on the next reading', async () => {
    await meter?.publishAsync('emon/roof', JSON.stringify({ [name]: 30 }), { qos: 1 });
    await browser().goto('/feeds');
    expect(await browser().textContent(`li:has-text("kept ${input}")`)).toContain('60');
    expect(browser().troubles).toEqual([]);
  });
});

test('an input gets a description, and is deleted after a yes', async () => {
  await meter?.publishAsync('emon/shed/door', '1', { qos: 1 });
  await plain.goto('/inputs');
  await plain.click('a:text-is("door")');
  await plain.fill('#description', 'the shed at the back');
  await submit(plain, 'form:has(#description) button');
  expect(await plain.inputValue('#description')).toBe('the shed at the back');
  await submitRefused(plain, 'form[action$="/delete"] button');
  await plain.check('[name=sure]');
  await submit(plain, 'form[action$="/delete"] button');
  expect(await plain.locator('a:text-is("door")').count()).toBe(0);
});

test('a feed is made, changed, exported, emptied and deleted, each after its name was typed', async () => {
  await plain.goto('/feeds/new');
  await plain.fill('#name', 'by hand');
  await plain.fill('#unit', 'W');
  await submit(plain, 'main form button');
  await plain.goto('/feeds');
  await plain.click('a:text-is("by hand")');
  await plain.fill('#name', 'by my hand');
  await submit(plain, 'form:has(#unit) button');
  expect(await plain.textContent('h1')).toBe('by my hand');
  for (const how of ['clear', 'delete']) {
    await plain.fill(`#${how}-name`, 'another');
    await submitRefused(plain, `form[action$="/${how}"] button`);
    await plain.fill(`#${how}-name`, 'by my hand');
    await submit(plain, `form[action$="/${how}"] button`);
  }
  expect(await plain.locator('a:text-is("by my hand")').count()).toBe(0);

  await owner.goto('/feeds');
  await owner.click('a:text-is("kept 1")');
  const download = owner.waitForEvent('download');
  await owner.click('form[action$="/csv"] button');
  expect((await download).suggestedFilename()).toMatch(/kept.*\.csv$/);
});

test('a tariff is set, followed by another, and taken back', async () => {
  for (const [from, price] of [
    ['2026-01-01', '30'],
    ['2026-02-01', '25'],
  ] as const) {
    await plain.goto('/tariff');
    await plain.fill('#from', from);
    await plain.fill('#currency', 'GBP');
    await plain.fill('#price', price);
    await submit(plain, 'form[action="/tariff"] button');
  }
  await plain.goto('/tariff');
  expect(await plain.locator('form[action="/tariff/remove"]').count()).toBe(2);
  await submit(plain, 'form[action="/tariff/remove"] button >> nth=0');
  await plain.goto('/tariff');
  expect(await plain.locator('form[action="/tariff/remove"]').count()).toBe(0);
  await plain.goto('/costs');
  expect(await plain.locator('h1').count()).toBe(1);
});

test('tiers and local generation are set, CO2 is counted, and reports are ordered', async () => {
  await plain.goto('/tariff');
  await plain.click('summary:text-is("Prices by how much you use, and limits")');
  await plain.fill('#above1', '100');
  await plain.fill('#more1', '0.05');
  await plain.click('summary:text-is("Local generation first")');
  await plain.fill('#localprice', '0.07');
  await plain.fill('#sharekwh', '0.25');
  await submit(plain, 'form[action="/tariff"] button');
  expect(await plain.textContent('main')).toContain('local generation first');
  await plain.fill('#grams', '180');
  await submit(plain, 'form[action="/tariff/carbon"] button');
  expect(await plain.inputValue('#grams')).toBe('180');
  await plain.goto('/reports');
  await plain.fill('#at', '06:30');
  await plain.check('[name=daily]');
  await submit(plain, 'form[action="/reports"] button');
  expect(await plain.isChecked('[name=daily]')).toBe(true);
});

test('unused inputs are cleared away', async () => {
  await meter?.publishAsync('emon/shed/lamp', '1', { qos: 1 });
  await plain.goto('/inputs');
  await submit(plain, 'form[action="/inputs/clean"] button');
  expect(await plain.locator('a:text-is("lamp")').count()).toBe(0);
});

test('a new write key works and the old one is dead', async () => {
  await plain.goto('/account');
  const old = ((await plain.textContent('#key-write')) ?? '').trim();
  await plain.click('details:has(button[value=write]) summary');
  await submit(plain, 'button[value=write]');
  const fresh = ((await plain.textContent('#key-write')) ?? '').trim();
  expect(fresh).not.toBe(old);
  expect(await postWith(old)).toBe(401);
  expect(await postWith(fresh)).toBe(200);
});

test('a guest looks and changes nothing', async () => {
  await owner.goto('/people');
  await owner.fill('#name', 'Dafydd');
  await owner.click('label:has(input[value=guest])');
  await submit(owner, 'form[action="/people/invitations"] button');
  const door = await window(hub, { javaScriptEnabled: false });
  await door.goto(((await owner.textContent('#invitation')) ?? '').trim());
  await door.fill('#username', 'Dafydd');
  await door.fill('#password', PASSWORD);
  await submit(door, 'main button');
  const guest = await window(hub, await signedInAs(door));
  await owner.goto('/account');
  const keys = await owner.locator('#key-write, #key-read').allTextContents();
  expect(keys.length).toBe(2);
  for (const path of ['/', '/inputs', '/inputs/1', '/feeds', '/feeds/1', '/graph', '/account']) {
    const answer = await guest.goto(path);
    expect(answer?.status()).toBe(200);
    const page = await guest.content();
    for (const key of keys) expect(page).not.toContain(key.trim());
    const posts = await guest.$$eval('form[method=post]', (forms) => forms.map((form) => form.getAttribute('action')));
    expect(posts.filter((action) => !/^\/(sign-out|account\/)/.test(action ?? ''))).toEqual([]);
  }
  for (const path of ['/people', '/feeds/new']) expect((await guest.goto(path))?.status()).toBe(403);
  expect(guest.troubles).toEqual([]);
});

test('the owner makes another person an adult, lets them back in by a link, and takes them off', async () => {
  await plain.goto('/people');
  await plain.fill('#name', 'Nobody');
  await plain.check('[name=role][value=adult]', { force: true });
  await submit(plain, 'form[action="/people/invitations"] button');
  await submit(plain, 'form[action$="/withdraw"] button');
  await plain.click('a[aria-label="Change Dafydd"]');
  await plain.check('[name=role][value=adult]', { force: true });
  await submit(plain, 'form[action$="/role"] button');
  await plain.goto('/people');
  await plain.click('a[aria-label="Change Dafydd"]');
  await submit(plain, 'form[action$="/password"] button');
  const link = ((await plain.textContent('#reset-link')) ?? '').trim();
  const person = await window(hub, { javaScriptEnabled: false });
  await person.goto(link);
  await person.fill('#password', 'four dry sheep');
  await submit(person, 'main button');
  await signIn(person, 'Dafydd', 'four dry sheep');
  expect((await person.goto('/feeds/new'))?.status()).toBe(200);
  await submitRefused(plain, 'form[action$="/remove"] button');
  await plain.check('[name=sure]');
  await submit(plain, 'form[action$="/remove"] button');
  await person.goto('/');
  expect(new URL(person.url()).pathname).toBe('/sign-in');
});

test.each([
  ['cy', ['Gosodiadau'], ['Settings', 'Everything else', 'Password', 'Sign out', 'Inputs', 'Save']],
  ['de', ['Einstellungen'], ['Settings', 'Everything else', 'Password', 'Sign out', 'Save the', 'The last']],
] as const)('every page speaks %s once it is chosen', async (language, known, english) => {
  await plain.goto('/account');
  await plain.selectOption('#language', language);
  await plain.selectOption('#timezone', 'Europe/Berlin');
  await submit(plain, 'form[action="/account/place"] button');
  expect(await plain.inputValue('#timezone')).toBe('Europe/Berlin');
  for (const path of [
    '/',
    '/graph',
    '/inputs',
    '/inputs/1',
    '/feeds',
    '/feeds/1',
    '/feeds/new',
    '/account',
    '/people',
    '/costs',
    '/tariff',
    '/reports',
  ]) {
    await plain.goto(path);
    expect(await plain.getAttribute('html', 'lang')).toBe(language);
    const words = await plain.innerText('body');
    for (const word of known) expect(words, path).toContain(word);
    for (const word of english) expect(words, path).not.toContain(word);
  }
});

test('a changed password signs the other devices out; the old one opens nothing', async () => {
  const page = await window(hub, { javaScriptEnabled: false });
  await setUp(page, { name: 'Bronwen' });
  const phone = await window(hub);
  await signIn(phone, 'Bronwen');
  await page.goto('/account');
  await page.fill('#email', 'bronwen@example.org');
  await submit(page, 'form[action="/account/email"] button');
  await page.uncheck('[name=record]');
  await submit(page, 'form[action="/account/recording"] button');
  expect(await page.isChecked('[name=record]')).toBe(false);
  await page.fill('#old', PASSWORD);
  await page.fill('#new', 'four dry sheep');
  await submit(page, 'form[action="/account/password"] button');
  await phone.goto('/account');
  expect(new URL(phone.url()).pathname).toBe('/sign-in');
  await phone.fill('#username', 'Bronwen');
  await phone.fill('#password', PASSWORD);
  await submitRefused(phone, 'main button');
  expect(await phone.textContent('[role=alert]')).toContain('do not match');
  await submit(page, 'form[action="/account/sign-out-everywhere"] button');
  await signIn(page, 'Bronwen', 'four dry sheep');
  await page.goto('/account');
  await submit(page, 'form[action="/sign-out"] button');
  expect(await page.textContent('[role=status]')).toContain('signed out');
});

test('after too many tries signing in rests, also with the right password', async () => {
  const page = await window(hub, { javaScriptEnabled: false });
  await setUp(page, { name: 'Guto' });
  await page.goto('/account');
  await submit(page, 'form[action="/sign-out"] button');
  for (let tries = 0; tries < 30; tries += 1) {
    await page.fill('#username', 'Guto');
    await page.fill('#password', `guess ${tries}`);
    const loaded = page.waitForEvent('load');
    await page.click('main button');
    await loaded;
    if ((await page.textContent('[role=alert]'))?.includes('Too many tries')) break;
  }
  await page.fill('#username', 'Guto');
  await page.fill('#password', PASSWORD);
  await submitRefused(page, 'main button', 429);
  expect(await page.textContent('[role=alert]')).toMatch(/Try again in about \d+ min/);
});

test('every form there is was sent without JavaScript and answered with a redirect', () => {
  const table = readFileSync(join(projectRoot, 'app/page-routes.ts'), 'utf8');
  const posts = [...table.matchAll(/page\('post', '([^']+)'/g)].map((match) => match[1] ?? '');
  // Only a hub that can send mail has the first; devices.test.ts and schedules.test.ts send theirs.
  const all = posts.filter((path) => path !== '/forgotten' && !/^\/(devices|schedules)/.test(path));
  expect(all.length).toBeGreaterThan(20);
  expect([...postedPlain].sort()).toEqual(all.sort());
});

async function postWith(key: string): Promise<number> {
  const body = new URLSearchParams({ node: 'roof', json: '{light:1}', apikey: key });
  return (await fetch(`${hub.http}/input/post`, { method: 'POST', body })).status;
}

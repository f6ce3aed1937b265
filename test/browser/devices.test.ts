import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { askHub, credentialIn } from '../../scripts/simulate/plug/pairing.ts';
import { startHub, type TestHub } from '../hub.ts';
import {
  loginOf,
  PATIENCE_MS,
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
import { DARK, gate, LIGHT } from './gate.ts';

/** A plug goes from its first question to a switched lamp, in front of people with and without JavaScript. */
const { window } = testBrowser();
const SHOTS = process.env.HEARTH_SHOTS;
let hub: TestHub;
let owner: Window;
let plain: Window;
let plug: MqttClient | undefined;
let login: { url: string; username: string; password: string };

beforeAll(async () => {
  hub = await startHub();
  owner = await window(hub);
  await setUp(owner, { name: 'Mair', home: 'Tan-y-bryn' });
  login = await loginOf(owner);
  plain = await window(hub, { javaScriptEnabled: false });
  await signIn(plain, 'Mair');
});
afterAll(async () => {
  await plug?.endAsync(true);
});

function ask(): Promise<string | null> {
  const { hostname, port } = new URL(hub.http);
  return askHub(hostname, Number(port));
}

async function removeFeed(name: string): Promise<void> {
  const auth = { headers: { authorization: `Bearer ${login.password}` } };
  const feeds = (await (await fetch(`${hub.http}/feed/list.json`, auth)).json()) as { id: string; name: string }[];
  expect(feeds.map((feed) => feed.name)).toContain(name);
  const { id } = feeds.find((feed) => feed.name === name)!;
  expect(await (await fetch(`${hub.http}/feed/delete.json?id=${id}`, auth)).text()).toContain('true');
}

async function look(page: Window, name: string): Promise<void> {
  expect(await gate(page, [LIGHT, DARK])).toEqual([]);
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  for (const [width, scheme] of [
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
    [360, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: `${SHOTS}/${name}-${width}-${scheme}.png`, fullPage: width > 0 });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('the door is closed: a device that asks is not heard', async () => {
  expect(await ask()).toContain('request registered');
  await owner.goto('/devices');
  expect(await owner.textContent('h1')).toBe('No devices yet');
  await look(owner, 'devices-empty');
});

test('the door opens for five minutes and counts down', async () => {
  await plain.goto('/devices/wizard');
  await look(plain, 'wizard-closed-plain');
  await submit(plain, '#door button');
  expect(await plain.textContent('[role=timer]')).toMatch(/^[45]:\d\d$/);
  await owner.goto('/devices/wizard');
  const first = await owner.textContent('[role=timer]');
  await owner.waitForFunction((was) => document.querySelector('[role=timer]')?.textContent !== was, first);
});

test('the question comes to any open page within five seconds, and leaves the focus where it is', async () => {
  await owner.goto('/account');
  await owner.focus('a.cog');
  await owner.waitForFunction(() => document.documentElement.classList.contains('has-script'));
  await owner.waitForTimeout(500);
  expect(await ask()).toContain('request registered');
  await owner.waitForSelector('dialog#popup', { timeout: 5000 });
  expect(await owner.evaluate(() => document.activeElement?.className)).toBe('cog');
  await sees(owner, '#asks', '1 device asks to join');
  expect(await owner.getAttribute('#popup', 'aria-labelledby')).toBe('pop-h');
  await look(owner, 'popup');
});

test('it waits while somebody fills in a form, and is put off with Escape for good', async () => {
  await owner.goto('/people');
  await owner.waitForSelector('dialog#popup');
  await owner.focus('#popup button[value=allow]');
  await owner.keyboard.press('Escape');
  await owner.waitForFunction(() => !document.getElementById('popup'));
  await owner.reload();
  await sees(owner, '#asks', '1 device asks to join');
  await owner.waitForTimeout(500);
  expect(await owner.locator('#popup').count()).toBe(0);
  await owner.evaluate(() => sessionStorage.clear());
  await owner.goto('/people');
  await owner.waitForSelector('dialog#popup');
  await owner.focus('#name');
  await owner.waitForFunction(() => !document.getElementById('popup'));
  await owner.keyboard.type('Dafydd');
  await owner.focus('a.cog');
  await owner.waitForTimeout(600);
  expect(await owner.locator('#popup').count()).toBe(0);
  await owner.fill('#name', '');
  await owner.focus('a.cog');
  await owner.waitForSelector('dialog#popup');
});

test('without JavaScript a line on each page leads to it', async () => {
  await plain.goto('/feeds');
  expect(await plain.textContent('#asks')).toContain('1 device asks to join');
  await look(plain, 'line-plain');
  await plain.click('#asks a');
  expect(await plain.textContent('h1')).toBe('1 device asks to join');
  await look(plain, 'devices-asking-plain');
  await plain.goto('/devices/wizard');
  await look(plain, 'wizard-asking-plain');
});

test('Allow in the popup lets it in: the next question gets a login, and the device appears by itself', async () => {
  await owner.goto('/');
  await owner.waitForSelector('dialog#popup');
  await Promise.all([owner.waitForURL(/\/devices\?done=allow/), owner.click('#popup button[value=allow]')]);
  await sees(owner, '#said', 'Allowed');
  const answer = (await ask()) ?? '';
  const given = credentialIn(answer, '127.0.0.1', Number(new URL(hub.mqtt).port));
  expect(given).not.toBeNull();
  const { username, password } = given!;
  plug = await connectAsync(hub.mqtt, { username, password, clientId: 'smartplug1272' });
  await plug.publishAsync('emon/smartplug1272/describe', 'smartplug', { qos: 1 });
  await plug.subscribeAsync('emon/smartplug1272/in/#');
  await plug.publishAsync('emon/smartplug1272/power', '43', { qos: 1 });
  await plug.publishAsync('emon/smartplug1272/out/state', '0', { qos: 1 });
  await owner.waitForSelector('.dev', { timeout: PATIENCE_MS });
  await owner.waitForSelector('[role=switch]');
  await plug.publishAsync('emon/smartplug1272/power', '44', { qos: 1 });
  await owner.waitForFunction(() => document.querySelector('.dev .figure')?.textContent === '44');
});

test('the switch is busy until the plug has said what it does', async () => {
  const told = new Promise<string>((resolve) =>
    plug?.once('message', (topic, payload) => resolve(`${topic} ${payload}`)),
  );
  await owner.focus('[role=switch]');
  await owner.keyboard.press('Space');
  expect(await told).toBe('emon/smartplug1272/in/ctrlmode On');
  await owner.waitForSelector('[role=switch][aria-busy=true]');
  expect(await owner.getAttribute('[role=switch]', 'aria-checked')).toBe('false');
  await plug?.publishAsync('emon/smartplug1272/out/state', '1', { qos: 1 });
  await owner.waitForSelector('[role=switch][aria-checked=true]:not([aria-busy])');
  await sees(owner, '.dev', 'On since');
  expect(await owner.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('switch');
  await look(owner, 'devices');
  expect(owner.troubles).toEqual([]);
});

test('without JavaScript the switch is a form, and a device is named and found again', async () => {
  await plain.goto('/devices');
  await submit(plain, '[role=switch]');
  expect(await plain.getAttribute('[role=switch]', 'aria-checked')).toBe('true');
  await plug?.publishAsync('emon/smartplug1272/out/state', '0', { qos: 1 });
  await plain.goto('/devices/wizard');
  await plain.fill('.joined [name=name]', 'Lamp');
  await plain.fill('.joined [name=room]', 'Hall');
  await submit(plain, '.joined button');
  await look(plain, 'wizard-joined-plain');
  await plain.goto('/devices');
  await plain.click('.dev a');
  expect(await plain.textContent('h1')).toBe('Lamp');
  expect(await plain.textContent('#log')).toContain('Mair');
  await look(plain, 'device-plain');
  await owner.goto(new URL(plain.url()).pathname);
  await look(owner, 'device');
  await owner.goto('/');
  await look(owner, 'home');
  await submit(plain, 'form[action$="/login"] button[value=renew]');
  expect(await plain.textContent('#secret')).toMatch(/^[0-9a-f]{32}$/);
});

test('without JavaScript a feed that was removed is made again', async () => {
  await plain.goto('/devices');
  await plain.click('.dev a');
  expect(await plain.locator('#template').count()).toBe(0);
  await removeFeed('switch');
  await plain.reload();
  await plain.click('#template summary');
  await look(plain, 'device-missing-plain');
  await submit(plain, '#template button');
  expect(await plain.textContent('#said')).toContain('Set up anew.');
  expect(await plain.locator('#template').count()).toBe(0);
});

test('without JavaScript a stranger is turned away, and what was found is let in', async () => {
  const asked = await fetch(`${hub.http}/api/v1/pairing`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deviceId: 'stranger-1', type: 'smartplug', name: '<b>mine</b>', nonce: '0f'.repeat(16) }),
  });
  expect(asked.ok).toBe(true);
  await plain.goto('/devices');
  expect(await plain.textContent('.ask h2')).toBe('“<b>mine</b>”');
  expect(await plain.textContent('.ask .code')).toMatch(/^\d{3} \d{3}/);
  await submit(plain, '.ask button[value=deny]');
  expect(await plain.locator('.ask').count()).toBe(0);
  const house = await connectAsync(login.url, login);
  await house.publishAsync('emon/wifirelay77/describe', 'wifirelay', { qos: 1 });
  await house.endAsync();
  await plain.goto('/devices');
  await look(plain, 'devices-found-plain');
  await submit(plain, '.ask button[value=allow]');
  expect(await plain.textContent('h1')).toBe('wifirelay77');
  await plain.check('[name=sure]');
  await submit(plain, 'form[action$="/remove"] button');
  expect(await plain.textContent('#said')).toContain('The device is removed.');
});

test('without JavaScript a stranger is blocked for good and unblocked, what is found is hidden and forgotten', async () => {
  await plain.goto('/devices/wizard');
  if ((await plain.locator('#door [role=timer]').count()) === 0) await submit(plain, '#door button');
  const asked = await fetch(`${hub.http}/api/v1/pairing`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ deviceId: 'pest-1', type: 'smartplug', name: 'pest', nonce: '1f'.repeat(16) }),
  });
  expect(asked.ok).toBe(true);
  await plain.goto('/devices');
  await plain.click('.ask .more a');
  await look(plain, 'ask-plain');
  await submit(plain, 'button[value=block]');
  await plain.click('#away-all summary');
  await look(plain, 'devices-away-plain');
  await submit(plain, 'form[action^="/devices/blocks/"] button');
  expect(await plain.textContent('#said')).toContain('Unblocked.');
  await submit(plain, '.ask button[value=deny]');
  const house = await connectAsync(login.url, login);
  await house.publishAsync('emon/wifirelay78/describe', 'wifirelay', { qos: 1 });
  await house.endAsync();
  await plain.goto('/devices');
  await plain.click('.ask .call summary');
  await plain.fill('.ask [name=name]', 'Porch');
  await look(plain, 'devices-call-plain');
  await submit(plain, '.ask button[value=ignore]');
  await plain.click('#away-all summary');
  await submit(plain, 'form[action^="/devices/ignored/"] button');
  expect(await plain.textContent('#said')).toContain('Forgotten.');
});

test('without JavaScript a relay is added by hand', async () => {
  await plain.goto('/devices/new?kind=plugin');
  await look(plain, 'new-plugin-plain');
  await plain.goto('/devices/new?kind=meter');
  await look(plain, 'new-meter-plain');
  await plain.goto('/devices/new?kind=relay');
  await plain.fill('[name=name]', 'Pump');
  await plain.fill('[name=command]', 'garden/pump/#');
  await submitRefused(plain, 'main form button');
  await look(plain, 'new-relay-refused-plain');
  await plain.fill('[name=command]', 'garden/pump/set');
  await submit(plain, 'main form button');
  expect(await plain.textContent('h1')).toBe('Pump');
});

test('every form of the devices was sent without JavaScript and answered with a redirect', () => {
  const table = readFileSync(join(projectRoot, 'app/page-routes.ts'), 'utf8');
  const posts = [...table.matchAll(/page\('post', '(\/devices[^']*)'/g)].map((match) => match[1] ?? '');
  const all = posts.map((path) => path.replace(/:\w+/, ':id'));
  expect(all.length).toBeGreaterThan(5);
  expect([...postedPlain].filter((path) => path.startsWith('/devices')).sort()).toEqual(all.sort());
});

test('a guest looks and is not asked', async () => {
  await plain.goto('/people');
  await plain.fill('#name', 'Dafydd');
  await plain.check('[name=role][value=guest]', { force: true });
  await submit(plain, 'form[action="/people/invitations"] button');
  const door = await window(hub, { javaScriptEnabled: false });
  await door.goto(((await plain.textContent('#invitation')) ?? '').trim());
  await door.fill('#username', 'Dafydd');
  await door.fill('#password', 'three wet sheep');
  await submit(door, 'main button');
  const guest = await window(hub, await signedInAs(door));
  await guest.goto('/devices');
  expect(await guest.locator('form').count()).toBe(0);
  expect(await guest.locator('#asks').count()).toBe(0);
  await look(guest, 'devices-guest');
  expect(guest.troubles).toEqual([]);
});

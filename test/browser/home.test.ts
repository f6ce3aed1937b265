import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { clockTime } from '../../views/format.ts';
import { startHub, type TestHub } from '../hub.ts';
import { loginOf, setUp, signedInAs, simulateDay, submit, testBrowser, type Window } from './browser.ts';
import { DARK, gate, LIGHT, ZOOMED } from './gate.ts';
import { pace, weigh } from './measure.ts';

/** A dashboard with everything on it: a day of readings, prices, a schedule, and a device with a switch. */
const { window } = testBrowser();
let hub: TestHub;
let owner: Window;
let relay: MqttClient | undefined;

beforeAll(async () => {
  hub = await startHub();
  owner = await window(hub);
  await setUp(owner, { name: 'Mair', home: 'Tan-y-bryn' });
  const login = await loginOf(owner);
  await simulateDay(login, '--shift', 'now');
  await owner.goto('/tariff');
  const fields = { price: '0.30', from: '2020-01-01', standing: '0.50' };
  for (const [name, value] of Object.entries(fields)) await owner.fill(`#${name}`, value);
  await unfold();
  const band = { from1: inHours(3), to1: inHours(5), price1: '0.05' };
  for (const [name, value] of Object.entries(band)) await owner.fill(`#${name}`, value);
  await submit(owner, 'form[action="/tariff"] button');
  await owner.goto('/devices/new?kind=relay');
  await owner.fill('#name', 'Tumble dryer');
  await owner.fill('#command', 'relays/dryer/command');
  await owner.fill('#state', 'relays/dryer/state');
  await submit(owner, 'form[action="/devices/new"] button');
  relay = await connectAsync(login.url, login);
  await relay.publishAsync('relays/dryer/state', 'OFF', { qos: 1 });
  await owner.goto('/schedules');
  await owner.click('#new a');
  await owner.waitForURL(/schedules\/new/);
  await unfold();
  const need = { readyBy: inHours(6), hours: '1', power: '2000' };
  for (const [name, value] of Object.entries(need)) await owner.fill(`#${name}`, value);
  await submit(owner, '#edit .btn.main');
});
afterAll(async () => {
  await relay?.endAsync(true);
});

test('the day behind meets the day ahead, and all of it is there without a script', async () => {
  const plain = await window(hub, { javaScriptEnabled: false, ...(await signedInAs(owner)) });
  await expect
    .poll(async () => {
      await plain.goto('/');
      return await plain.textContent('main');
    })
    .toContain('in all, instead of');
  const text = await plain.textContent('main');
  for (const words of ['price a unit', 'What runs', 'Tumble dryer', '10p']) expect(text).toContain(words);
  expect(await plain.locator('.meet svg.plot').count()).toBe(2);
  expect(await plain.locator('#ahead .lane').count()).toBe(1);
  for (const page of [owner, plain]) {
    await page.goto('/');
    expect(await gate(page, [LIGHT, DARK, ZOOMED])).toEqual([]);
    expect(page.troubles).toEqual([]);
  }
});

test('a keyboard reads both halves', async () => {
  await owner.setViewportSize(LIGHT.size);
  await owner.goto('/');
  const heard = async (half: string, key: string): Promise<string> => {
    await owner.locator(`#${half} .hand`).press(key);
    const words = (await owner.getAttribute(`#${half} .hand`, 'aria-valuetext')) ?? '';
    await owner.locator(`#${half}-read`, { hasText: words }).waitFor();
    return words;
  };
  expect(await heard('curve', 'ArrowLeft')).toMatch(/^\d\d:\d\d–\d\d:\d\d: [\d.]+ kWh, highest /);
  expect(await heard('ahead', 'ArrowRight')).toMatch(/^\d\d:\d\d–\d\d:\d\d: 30p$/);
  const told: string[] = [];
  for (let step = 0; step < 10; step += 1) told.push(await heard('ahead', 'ArrowRight'));
  expect(told.join()).toContain(': 5p, Hearth runs something');
});

test('it stays light, quick and still', async () => {
  const session = await signedInAs(owner);
  const { page, scripts } = await weigh(await window(hub, session), '/');
  const phone = await window(hub, { viewport: DARK.size, isMobile: true, hasTouch: true, ...session });
  const { lcp, cls } = await pace(phone, '/');
  process.stdout.write(
    `the full dashboard: ${page} bytes, scripts ${scripts}, LCP ${Math.round(lcp)} ms, CLS ${cls}\n`,
  );
  expect(page).toBeLessThan(60_000);
  expect(scripts).toBeLessThan(15_000);
  expect(cls).toBe(0);
  // The goal is 1.2 s; a machine that does something else at the same time gets more.
  expect(lcp).toBeLessThan(10_000);
});

async function unfold(): Promise<void> {
  await owner.$$eval('details', (all) => {
    for (const details of all) details.open = true;
  });
}

/** A time of day so many hours from now, on the half-hour. */
function inHours(hours: number): string {
  const time = Math.floor(systemClock.now() / 1_800_000) * 1_800_000 + hours * 3_600_000;
  return clockTime(time, 'Europe/London');
}

import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { onPortsOf, startHub, type TestHub } from '../hub.ts';
import { loginOf, markDocument, sees, setUp, simulateDay, testBrowser, type Window } from './browser.ts';

/** From the first visit to a living dashboard and the day looked back at. The steps follow each other. */
const { window } = testBrowser();
let hub: TestHub;
let page: Window;
let meter: MqttClient | undefined;

beforeAll(async () => {
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1' });
});
afterAll(async () => {
  await meter?.endAsync(true);
});

test('the first visit asks for the household, with the browser’s zone already chosen', async () => {
  page = await window(hub, { timezoneId: 'Europe/Berlin' });
  await page.goto('/');
  expect(new URL(page.url()).pathname).toBe('/set-up');
  expect(await page.inputValue('#timezone')).toBe('Europe/Berlin');
  await setUp(page, { name: 'Mair', home: 'Tan-y-bryn' });
  expect(await page.textContent('h1')).toBe('Nothing reports yet');
});

test('the line that the empty dashboard shows works, and the page comes alive by itself', async () => {
  const same = await markDocument(page);
  const { topic, ...login } = await loginOf(page);
  meter = await connectAsync(login.url, login);
  await meter.publishAsync(topic, '350', { qos: 1 });
  await sees(page, '#now', '350W');
  await sees(page, '#pulse', 'Live');
  await same();
});

test('each packet moves the figure without a reload', async () => {
  const same = await markDocument(page);
  const waits: number[] = [];
  for (const [watts, words] of [
    [420, '420W'],
    [1234, '1.23kW'],
    [-600, /600W/],
    [90, '90W'],
  ] as const) {
    // A reading has a time in whole seconds, and one second shows one figure.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const sent = systemClock.monotonic();
    await meter?.publishAsync('emon/meter/power', String(watts), { qos: 1 });
    await sees(page, '#now', words);
    waits.push(Math.round(systemClock.monotonic() - sent));
  }
  await same();
  expect(page.troubles).toEqual([]);
  process.stdout.write(`from packet to figure: ${waits.join(', ')} ms\n`);
});

test('a household is set up without JavaScript', async () => {
  const plain = await window(hub, { javaScriptEnabled: false });
  await setUp(plain, { name: 'Sceaux', home: 'The real house', zone: 'Europe/Paris' });
  expect(await plain.textContent('h1')).toBe('Nothing reports yet');
  expect(await plain.textContent('#connect-http')).toContain('/input/post');
});

test('the real day makes 30.41 kWh on the dashboard while the page is open', async () => {
  page = await window(hub);
  await setUp(page, { name: 'Sceaux2', home: 'Sceaux', zone: 'Europe/Paris' });
  const login = await loginOf(page);
  const same = await markDocument(page);
  await simulateDay(login);
  await sees(page, '#now', /\d(W|kW)/);
  await same();
  await sees(page, '#facts', 'kWh');
  await page.reload();
  const facts = (await page.textContent('#facts')) ?? '';
  const kWh = Number(/([\d.]+)\s*kWh/.exec(facts)?.[1]);
  expect(Math.abs(kWh - 30.41) / 30.41).toBeLessThan(0.001);
  expect(await page.locator('#curve svg.plot').count()).toBe(1);
});

test('a hub that goes away is said so, and its figures go out until it is back', async () => {
  const live = await window(hub);
  await setUp(live, { name: 'Away' });
  const login = await loginOf(live);
  const send = async (url: string, value: string) => {
    const client = await connectAsync(url, login);
    await client.publishAsync('emon/meter/power', value, { qos: 1 });
    await client.endAsync(true);
  };
  await send(hub.mqtt, '500');
  await sees(live, '#now', '500W');
  const lit = await colourOf(live);
  const same = await markDocument(live);
  await hub.kill();
  await sees(live, '#pulse', 'Hearth can’t be reached');
  expect(await colourOf(live)).not.toBe(lit);
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1', ...onPortsOf(hub) }, hub.storage);
  await send(hub.mqtt, '700');
  await sees(live, '#now', '700W');
  await sees(live, '#pulse', 'Live');
  expect(await colourOf(live)).toBe(lit);
  await same();
});

async function colourOf(live: Window): Promise<string> {
  return await live.$eval('#now', (figure) => getComputedStyle(figure).color);
}

import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { startHub, type TestHub } from '../hub.ts';
import {
  loginOf,
  markDocument,
  PATIENCE_MS,
  postedPlain,
  sees,
  setUp,
  signIn,
  submit,
  submitRefused,
  testBrowser,
  type Window,
} from './browser.ts';
import { weigh } from './measure.ts';

/** When a plug runs, as people set it with and without JavaScript. Times of day are told from now, so that any hour will do. */
const { window } = testBrowser();
const ZONE = 'Europe/London';
const EDITOR_SCRIPTS = 45_000;
let hub: TestHub;
let owner: Window;
let plain: Window;
let plug: MqttClient | undefined;
/** What the hub told each relay, in order. */
const commands = new Map<string, string[]>();

beforeAll(async () => {
  hub = await startHub();
  owner = await window(hub);
  await setUp(owner, { name: 'Mair', home: 'Tan-y-bryn', zone: ZONE });
  const login = await loginOf(owner);
  plug = await connectAsync(login.url, login);
  plug.on('message', (topic, payload) => {
    commands.set(topic, [...(commands.get(topic) ?? []), payload.toString()]);
    void plug?.publishAsync(topic.replace('command', 'state'), payload);
  });
  await plug.subscribeAsync('relays/+/command');
  plain = await window(hub, { javaScriptEnabled: false });
  await signIn(plain, 'Mair');
  await addRelay('Plug', 'plug');
});
afterAll(async () => {
  await plug?.endAsync(true);
});

/** The wall clock so many hours from now, on the quarter. */
function inHours(hours: number): string {
  const time = Math.floor(systemClock.now() / 900_000) * 900_000 + hours * 3_600_000;
  return new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, hour: '2-digit', minute: '2-digit' }).format(time);
}

async function addRelay(name: string, topic: string): Promise<void> {
  await owner.goto('/devices/new?kind=relay');
  await owner.fill('#name', name);
  await owner.fill('#command', `relays/${topic}/command`);
  await owner.fill('#state', `relays/${topic}/state`);
  await submit(owner, 'form[action="/devices/new"] button');
}

/** Cheap for an hour at each of these hours from now, dear otherwise. */
async function cheapIn(...hours: readonly number[]): Promise<void> {
  await owner.goto('/tariff');
  await owner.fill('#from', '2020-01-01');
  await owner.fill('#currency', 'GBP');
  await owner.fill('#price', '0.30');
  await owner.$$eval('details', (all) => {
    for (const one of all) one.open = true;
  });
  for (const [at, hour] of hours.entries()) {
    await owner.fill(`#from${at + 1}`, inHours(hour));
    await owner.fill(`#to${at + 1}`, inHours(hour + 1));
    await owner.fill(`#price${at + 1}`, '0.05');
  }
  await submit(owner, 'form[action="/tariff"] button');
}

async function unfold(page: Window): Promise<void> {
  await page.$$eval('details', (all) => {
    for (const one of all) one.open = true;
  });
}

/** Opens a new schedule of the plug that is due in nearly a day, with everything unfolded. */
async function newSchedule(page: Window, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto('/schedules/new?device=1');
  await unfold(page);
  for (const [name, value] of Object.entries({ readyBy: inHours(-1), ...fields })) await page.fill(`#${name}`, value);
}

/** Where the picture says it runs, as from and to in per cent of its width. */
async function lanes(page: Window): Promise<[number, number][]> {
  return await page.$$eval('#plan-svg .lane', (all) =>
    all.map((lane): [number, number] => {
      const from = Number.parseFloat(lane.getAttribute('x') ?? '');
      return [from, from + Number.parseFloat(lane.getAttribute('width') ?? '')];
    }),
  );
}

test('a schedule for a plug takes four actions', async () => {
  await owner.goto('/devices');
  let actions = 0;
  const act = async (done: Promise<unknown>) => {
    actions += 1;
    await done;
  };
  await act(owner.click('main a:text-is("Plug")'));
  await act(owner.click('a.btn:text-is("Schedule")'));
  await act(owner.fill('#hours', '2'));
  await act(submit(owner, '#edit .btn.main'));
  expect(actions).toBeLessThanOrEqual(4);
  await sees(owner, 'h1', 'Plug: 2 h by 08:00');
  expect(await owner.inputValue('#hours')).toBe('2');
  await owner.goto('/schedules');
  await sees(owner, '#all', '2 h, ready by 08:00');
  expect(owner.troubles).toEqual([]);
});

describe('with prices', () => {
  beforeAll(() => cheapIn(4, 8, 12));

  test('the prices to come are in view, with when it runs, as a picture and a table', async () => {
    await newSchedule(owner, { power: '2000', hours: '1' });
    expect(await owner.locator('#plan-svg .bar').count()).toBeGreaterThan(3);
    expect(await owner.textContent('#plan-svg')).toContain('20p');
    const rows = await owner.locator('#plan-rows tr').allTextContents();
    expect(rows.some((row) => row.includes('30p') && row.includes('waits'))).toBe(true);
    expect(rows.some((row) => row.includes('5p') && row.includes('runs'))).toBe(true);
    await sees(owner, '#plan-facts', '10p');
  });

  test('every change of a field is drawn at once, and the hub draws the same without JavaScript', async () => {
    await newSchedule(owner, { power: '2000', hours: '3' });
    await owner.check('[name=pauses]');
    await sees(owner, 'h1', '3 h');
    expect((await lanes(owner)).length).toBe(3);
    await newSchedule(plain, { power: '2000', hours: '3' });
    await plain.check('[name=pauses]');
    await plain.click('button:text-is("Preview")');
    await plain.waitForURL(/draft=yes/);
    for (const place of ['h1', '#plan-facts'])
      expect(await plain.textContent(place)).toBe(await owner.textContent(place));
    expect((await lanes(plain)).length).toBe(3);
  });

  test('a shortest run keeps it from being cut into cheaper pieces', async () => {
    await newSchedule(owner, { hours: '3' });
    await owner.check('[name=pauses]');
    await owner.fill('#minRun', '90');
    await owner.waitForFunction(() => document.querySelectorAll('#plan-svg .lane').length < 3);
    const [first] = await lanes(owner);
    expect((first?.[1] ?? 0) - (first?.[0] ?? 0)).toBeGreaterThan(5);
    await sees(owner, '#plan-why', 'shorter runs would be better');
  });

  test('an appliance’s cycle is one piece', async () => {
    await newSchedule(owner, { hours: '3' });
    await owner.uncheck('[name=pauses]');
    await sees(owner, '#plan-why', 'running in pieces would be better');
    expect((await lanes(owner)).length).toBe(1);
  });

  test('a deadline is moved by its line with arrow keys as by its field', async () => {
    await newSchedule(owner, { readyBy: inHours(6), hours: '1' });
    const line = owner.locator('[role=slider][aria-label="Ready by"]');
    expect(await line.getAttribute('aria-valuetext')).toBe(inHours(6));
    await line.focus();
    await owner.keyboard.press('PageUp');
    expect(await owner.inputValue('#readyBy')).toBe(inHours(7));
    expect(await line.getAttribute('aria-valuetext')).toBe(inHours(7));
    const box = await line.locator('.grip').boundingBox();
    if (!box) throw new Error('the line is not drawn');
    await owner.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await owner.mouse.down();
    await owner.mouse.move(box.x - 200, box.y + box.height / 2, { steps: 4 });
    await owner.mouse.up();
    expect(await owner.inputValue('#readyBy')).not.toBe(inHours(7));
    await owner.locator('[role=slider][aria-label="Read the picture"]').focus();
    await owner.keyboard.press('ArrowRight');
    expect(await owner.textContent('#plan-read')).toMatch(/\d\d:\d\d: \d+p, (runs|waits)/);
    expect(owner.troubles).toEqual([]);
  });

  test('a rolling window is due within its hours, whatever the time of day', async () => {
    await newSchedule(owner, { readyBy: '', within: '6', hours: '1' });
    await sees(owner, 'h1', '1 h by');
    await submit(owner, '#edit .btn.main');
    const due = /(\d\d:\d\d)/.exec((await owner.textContent('#plan-next')) ?? '')?.[1] ?? '';
    const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
    expect((minutes(due) - minutes(inHours(0)) + 1440) % 1440).toBeLessThanOrEqual(375);
    await owner.goto('/schedules');
    await sees(owner, '#all', '1 h within every 6 h');
  });

  test('a weekday and a month of its own', async () => {
    const day = new Date(systemClock.now() + 3 * 86_400_000);
    const words = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat('en-GB', { ...options, timeZone: ZONE }).format(day);
    await newSchedule(owner);
    for (let at = 1; at <= 7; at += 1) await owner.uncheck(`[name=day${at}]`, { force: true });
    await owner.check(`[name=day${day.getUTCDay() || 7}]`, { force: true });
    await owner.check(`[name=month${day.getUTCMonth() + 1}]`, { force: true });
    await sees(owner, '#plan-next', words({ weekday: 'long', day: 'numeric', month: 'long' }).replace(',', ''));
    const other = ((day.getUTCMonth() + 6) % 12) + 1;
    await owner.uncheck(`[name=month${day.getUTCMonth() + 1}]`, { force: true });
    await owner.check(`[name=month${other}]`, { force: true });
    const month = new Intl.DateTimeFormat('en-GB', { month: 'long' }).format(Date.UTC(2026, other - 1, 15));
    await sees(owner, '#plan-next', month);
  });
});

describe.each([
  ['with JavaScript', () => owner],
  ['without JavaScript', () => plain],
] as const)('just once, %s', (_name, browser) => {
  let path: string;
  beforeAll(async () => {
    const page = browser();
    await page.goto('/schedules/new?device=1');
    await page.fill('#hours', '2');
    await submit(page, '#edit .btn.main');
    path = new URL(page.url()).pathname;
  });
  const next = async () => (await browser().textContent('#plan-next')) ?? '';

  test('the next occurrence is skipped, and taken back', async () => {
    const page = browser();
    await page.goto(path);
    const before = await next();
    await submit(page, 'form[action$="/skip"] button >> nth=0');
    expect(await next()).not.toBe(before);
    await submit(page, 'button[value=undo]');
    expect(await next()).toBe(before);
  });

  test('only the next one is different', async () => {
    const page = browser();
    await page.goto(path);
    await unfold(page);
    await page.fill('#changeHours', '1');
    await page.fill('#changeReadyBy', '09:00');
    await submit(page, '#change button >> nth=0');
    expect(await page.textContent('h1')).toContain('1 h by 09:00');
    expect(await page.inputValue('#hours')).toBe('2');
    expect(await page.inputValue('#readyBy')).toBe('08:00');
    await submit(page, 'button[value=forget]');
    expect(await page.textContent('h1')).toContain('2 h by 08:00');
  });

  test('it is paused until a day, and resumed', async () => {
    const page = browser();
    await page.goto(path);
    const before = await next();
    await unfold(page);
    await page.fill('#until', '2099-05-01');
    await submit(page, '#pause button >> nth=0');
    expect(await next()).toContain('2099');
    await submit(page, 'button[value=resume]');
    expect(await next()).toBe(before);
  });

  test('it is boosted from the list, and that is ended', async () => {
    const page = browser();
    await page.goto('/schedules');
    await submit(page, '#all button[value="30"] >> nth=0');
    await sees(page, '#all', 'boosted until');
    await submit(page, '#all button[value="0"] >> nth=0');
    expect(await page.textContent('#all')).not.toContain('boosted until');
  });

  test('what cannot be is refused beside its field, and it is removed after a yes', async () => {
    const page = browser();
    await page.goto(path);
    await page.fill('#hours', 'long');
    await submitRefused(page, '#edit .btn.main');
    expect(await page.textContent('#hours-error')).toContain('1:30');
    await page.fill('#hours', '4');
    await submit(page, '#edit .btn.main');
    await submitRefused(page, 'form[action$="/remove"] button');
    await page.check('[name=sure]');
    await submit(page, 'form[action$="/remove"] button');
    expect(new URL(page.url()).pathname).toBe('/schedules');
    expect(page.troubles).toEqual([]);
  });
});

test('a cycle that runs is not cut when prices change', async () => {
  await addRelay('Washer', 'wash');
  await plug?.publishAsync('relays/wash/state', 'OFF', { qos: 1 });
  // More than what is left of the cheap hour: no start is better than at once.
  await cheapIn(0);
  await owner.goto('/schedules/new?device=2');
  for (const [name, value] of Object.entries({ readyBy: inHours(8), hours: '1:15' }))
    await owner.fill(`#${name}`, value);
  await submit(owner, '#edit .btn.main');
  await owner.goto('/schedules');
  const washer = '#runs li:has-text("Washer")';
  await owner.locator(washer, { hasText: 'runs now' }).first().waitFor();
  await owner.goto('/devices/2');
  // The hub looks at plans once a minute.
  await owner.waitForSelector('#switch-2[aria-checked=true]', { timeout: 3 * PATIENCE_MS });
  await cheapIn(3);
  await owner.waitForTimeout(3000);
  await owner.goto('/schedules');
  expect(await owner.textContent(washer)).toContain('runs now');
  expect(await owner.textContent(washer)).not.toContain(`${inHours(3)}–`);
  expect(commands.get('relays/wash/command')?.at(-1)).toBe('ON');
});

test('the list follows what the hub and its devices do, without being loaded again', async () => {
  await addRelay('Pump', 'pump');
  await plug?.publishAsync('relays/pump/state', 'OFF', { qos: 1 });
  const pump = await owner.evaluate(() => Number(location.pathname.split('/').at(-1)));
  await owner.goto('/schedules');
  const isSame = await markDocument(owner);
  const answer = await owner.context().request.post('/api/v1/schedules', {
    headers: { origin: hub.http },
    data: { device: pump, mode: 'smart', need: { kind: 'time', seconds: 1800 }, readyBy: inHours(1), ahead: null },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  await sees(owner, '#all', /Pump[\s\S]*Next: /);
  await sees(owner, '#runs', 'Pump');
  const boost = await owner.context().request.post(`/api/v1/devices/${pump}/boost`, {
    headers: { origin: hub.http },
    data: { minutes: 5 },
  });
  expect(boost.ok()).toBe(true);
  await sees(owner, '#all', /Pump[\s\S]*boosted until/);
  expect(commands.get('relays/pump/command')?.at(-1)).toBe('ON');
  await isSame();
  expect(owner.troubles).toEqual([]);
});

test('the editor’s scripts stay within their budget', async () => {
  const { scripts } = await weigh(owner, '/schedules/new?device=1');
  process.stdout.write(`scripts of the schedule editor: ${scripts} bytes\n`);
  expect(scripts).toBeLessThanOrEqual(EDITOR_SCRIPTS);
});

test('a preview on a slow phone: told, not judged, because the machine may be busy', async () => {
  await newSchedule(owner, { power: '2000', hours: '3' });
  await owner.check('[name=pauses]');
  const session = await owner.context().newCDPSession(owner);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  const times = await owner.$eval('#hours', (field) => {
    const input = field as HTMLInputElement;
    return Array.from({ length: 15 }, (_, at) => {
      input.value = String(1 + at / 4);
      const began = performance.now();
      input.dispatchEvent(new Event('input', { bubbles: true }));
      document.body.getBoundingClientRect();
      return Math.round(performance.now() - began);
    });
  });
  await session.detach();
  process.stdout.write(`preview on a sixth of the processor: ${times.join(', ')} ms\n`);
  expect(await owner.textContent('h1')).toContain('4 h 30 min');
});

test('every form of schedules was sent without JavaScript', async () => {
  const wanted = ['', '/boost', '/:id', '/:id/skip', '/:id/pause', '/:id/change', '/:id/remove'];
  expect([...postedPlain].filter((path) => path.startsWith('/schedules')).sort()).toEqual(
    wanted.map((path) => `/schedules${path}`).sort(),
  );
});

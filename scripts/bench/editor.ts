import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectAsync } from 'mqtt';
import type { Page } from 'playwright-core';
import { type BenchWindow, openWindow } from './graph/window.ts';
import { startBenchHub } from './shared/hub.ts';
import { figure, median, percentile } from './shared/ratio.ts';

const HELP = `How long the schedule editor takes to plan and draw anew after a change of a field, in a browser with a slow processor.

npm run bench editor -- [options]
  --slower <N>   how many times slower the browser's processor is made (default 6)
  --changes <N>  changes of each kind (default 40)

"preview" is from the change of a field until the page is laid out: reading the form, planning, drawing. "redraw" is the reference,
taken after each change: putting the same picture, facts and table into the page again, without planning. The median of a kind above
150 ms ends with 1.
`;
const { values: args } = parseArgs({
  options: {
    slower: { type: 'string', default: '6' },
    changes: { type: 'string', default: '40' },
    help: { type: 'boolean', short: 'h' },
  },
});
const CHANGES = Number(args.changes);
const MOST_MS = 150;
const USER = {
  username: 'bench',
  password: 'a bench of its own',
  email: 'bench@example.org',
  timezone: 'Europe/London',
};

/** Runs in the page. */
const CHANGE = `async (name, values) => {
  const input = document.getElementById(name);
  const parts = ['plan-svg', 'plan-facts', 'plan-rows'].map((id) => document.getElementById(id));
  const timed = (work) => {
    const began = performance.now();
    work();
    document.body.getBoundingClientRect();
    return performance.now() - began;
  };
  const found = [];
  for (const value of values) {
    const preview = timed(() => {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    const markup = parts.map((part) => part.innerHTML);
    const redraw = timed(() => {
      for (const [at, part] of parts.entries()) part.innerHTML = markup[at];
    });
    found.push([preview, Math.max(redraw, 0.1)]);
    await new Promise((done) => setTimeout(done, 20));
  }
  return found;
}`;

/** What is changed, and to what in turn. */
const KINDS: readonly (readonly [name: string, field: string, text: (at: number) => string])[] = [
  ['length', 'hours', (at) => String(1 + (at % 20) / 4)],
  ['deadline', 'readyBy', (at) => `${String(4 + (at % 12)).padStart(2, '0')}:${at % 2 ? '30' : '00'}`],
  ['shortest run', 'minRun', (at) => String(15 + 5 * (at % 9))],
];

if (args.help) console.log(HELP);
else {
  const storage = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    process.exitCode = await main(storage);
  } finally {
    rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function main(storage: string): Promise<number> {
  const hub = await startBenchHub({}, storage);
  const window = await openWindow(hub.http);
  try {
    await furnish(window.page, hub);
    return await measure(window);
  } finally {
    await window.close();
    await hub.stop();
  }
}

/** A household with a plug, and half-hourly prices and carbon for two days, none like the one before. */
async function furnish(page: Page, { http, mqtt }: { http: string; mqtt: string }): Promise<void> {
  const registered = await fetch(`${http}/user/register.json`, { method: 'POST', body: new URLSearchParams(USER) });
  const { apikey_write: key } = (await registered.json()) as { apikey_write: string };
  await page.goto('/sign-in');
  await page.fill('#username', USER.username);
  await page.fill('#password', USER.password);
  await page.click('main button');
  await page.waitForURL((url) => url.pathname === '/');
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const ask = async (path: string, body: object) => {
    const answer = await fetch(`${http}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  const start = Math.floor(Number(await page.evaluate('Date.now()')) / 1_800_000) * 1800;
  for (const [name, unit, base] of [
    ['prices', 'price', 0.2],
    ['grid', 'carbon', 200],
  ] as const) {
    await ask('/forecasts', { name, provider: 'upload', params: { unit } });
    const profile = Array.from({ length: 96 }, (_, at) => base * (1 + 0.6 * Math.sin(at / 5) + 0.1 * Math.sin(at * 7)));
    await ask(`/forecasts/${name}/upload`, { start, interval: 1800, profile });
  }
  await page.goto('/devices/new?kind=relay');
  for (const [field, text] of Object.entries({ name: 'Plug', command: 'plug/command', state: 'plug/state' }))
    await page.fill(`#${field}`, text);
  await page.click('form[action="/devices/new"] button');
  await page.waitForURL(/\/devices\/\d+/);
  const broker = await connectAsync(mqtt, { username: USER.username, password: key });
  await broker.publishAsync('plug/state', 'OFF', { qos: 1 });
  await broker.endAsync();
}

async function measure({ page, engine }: BenchWindow): Promise<number> {
  let worst = 0;
  for (const pauses of [false, true]) {
    await page.goto('/schedules/new?device=1');
    await page.waitForSelector('.hands');
    await page.$$eval('details', (all) => {
      for (const one of all) one.open = true;
    });
    await page.fill('#power', '2300');
    await page.check('[name=aim][value=prices]', { force: true });
    await page.setChecked('[name=pauses]', pauses);
    await engine.send('Emulation.setCPUThrottlingRate', { rate: Number(args.slower) });
    for (const [name, field, text] of KINDS) {
      if (field === 'minRun' && !pauses) continue;
      const pairs = await changed(
        page,
        field,
        Array.from({ length: CHANGES + 3 }, (_, at) => text(at)),
      );
      const [preview, redraw] = [pairs.map(([ours]) => ours), pairs.map(([, reference]) => reference)];
      const ratio = median(pairs.map(([ours, reference]) => ours / reference));
      worst = Math.max(worst, median(preview));
      console.log(
        `${pauses ? 'in pieces' : 'in one piece'}, ${name}: preview ${figure(median(preview), 1)} ms, p95 ` +
          `${figure(percentile(preview, 0.95), 1)} ms; redraw ${figure(median(redraw), 1)} ms; ratio ${figure(ratio, 1)}`,
      );
    }
    await engine.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
  return worst > MOST_MS ? 1 : 0;
}

/** Each change and its reference in turn, in ms; the first few warm up. */
async function changed(page: Page, field: string, texts: readonly string[]): Promise<[number, number][]> {
  const pairs = await page.evaluate<[number, number][]>(
    `(${CHANGE})(${JSON.stringify(field)}, ${JSON.stringify(texts)})`,
  );
  return pairs.slice(3);
}

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { ForecastModel } from '../../models/forecast/forecast-model.ts';
import { AGILE, AGILE_START } from '../../test/planner/agile-day.ts';
import { testStores } from '../../test/stores.ts';
import { publicHttp } from '../connections/public-http.ts';
import { ForecastFetcher } from './forecast-fetcher.ts';

const { db, clear } = await testStores();
const log = createLog('silent');
const ACCOUNT = 1;
const POUNDS = AGILE.map((pence) => pence / 100);
const NO_TARIFF = { get: () => undefined, listen: () => () => undefined, accounts: () => [] };

let server: Server;
let base: string;
let asked: string[];
let answer: (path: string) => [status: number, body: string];
let clock: ManualClock;
let forecasts: ForecastModel;
let fetcher: ForecastFetcher;

function recorded(name: string): string {
  return readFileSync(join(projectRoot, 'test/data/forecasts', `${name}-2020-05-24.json`), 'utf8');
}

beforeAll(async () => {
  server = createServer((req, res) => {
    asked.push(req.url ?? '');
    const [status, body] = answer(req.url ?? '');
    res.writeHead(status, status === 429 ? { 'retry-after': '5000' } : {}).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(async () => {
  await clear();
  asked = [];
  answer = () => [200, recorded('octopus-agile')];
  clock = new ManualClock(AGILE_START * 1000);
  await restart();
});

/** The hub's memory made anew from what MySQL holds. */
async function restart(): Promise<void> {
  const users = { account: () => ({ timezone: 'Europe/London' }) };
  const series = { meta: () => undefined, samples: async () => [] };
  const standing = () => Promise.resolve(null);
  const chance = { fraction: () => 0 };
  forecasts = new ForecastModel({
    db,
    clock,
    random: chance,
    log,
    tariffs: NO_TARIFF,
    users,
    series,
    standing,
    usersOf: () => [],
  });
  await forecasts.load();
  const fetch = publicHttp({ clock, rules: { privateNetwork: false, loopback: true } });
  fetcher = new ForecastFetcher({ forecasts, fetch, clock, log });
}

async function later(seconds: number): Promise<void> {
  clock.advance(seconds * 1000);
  fetcher.look();
  await fetcher.idle();
}

async function agile(name = 'agile'): Promise<void> {
  await forecasts.add(ACCOUNT, { name, provider: 'octopus-agile', params: { region: 'D', base } });
  await later(0);
}

function profile(name = 'agile'): (number | null)[] {
  return [...forecasts.one(ACCOUNT, name, AGILE_START, AGILE_START + 86_400).profile];
}

function health(name = 'agile') {
  return forecasts.find(ACCOUNT, name)?.health;
}

describe('fetching in the background', () => {
  test('a new source is asked at once; whoever listens hears that it came', async () => {
    const heard: string[] = [];
    forecasts.listen((account, source) => heard.push(`${account} ${source}`));
    await agile();
    expect(profile()).toEqual(POUNDS);
    expect(health()).toMatchObject({ fetched: AGILE_START, stale: false, fault: null, gaps: [] });
    expect(heard).toEqual(['1 agile', '1 agile']);
    expect(asked[0]).toMatch(/^\/products\/AGILE-24-10-01\/.*-D\/standard-unit-rates\//);
  });

  test('the same again is no news', async () => {
    await agile();
    const heard: string[] = [];
    forecasts.listen((_account, source) => heard.push(source));
    await later(7 * 3600);
    expect(asked).toHaveLength(2);
    expect(heard).toEqual([]);
  });

  test('what was known survives a restart, and is not fetched anew for it', async () => {
    await agile();
    await restart();
    await later(5);
    expect(profile()).toEqual(POUNDS);
    expect(asked).toHaveLength(1);
  });

  test('of another household nothing is known', async () => {
    await agile();
    expect(forecasts.sources(2)).toEqual([]);
    expect(forecasts.one(2, 'agile', AGILE_START, AGILE_START + 3600).profile).toEqual([null, null]);
  });

  test('all the pages of an answer', async () => {
    const { results } = JSON.parse(recorded('octopus-agile')) as { results: unknown[] };
    answer = (path) => [
      200,
      JSON.stringify(
        path.includes('page=2')
          ? { next: null, results: results.slice(40) }
          : { next: `${base}rates/?page=2`, results: results.slice(0, 40) },
      ),
    ];
    await agile();
    expect(asked).toHaveLength(2);
    expect(profile()).toEqual(POUNDS);
  });

  test.each<[what: string, status: number, body: string, fault: RegExp]>([
    ['an error', 500, 'oops', /status 500/],
    ['a wrong key', 401, '', /key/],
    ['too many questions', 429, '', /patience/],
    ['half of JSON', 200, '{"results":[', /JSON/],
    ['a page of HTML', 200, '<html>maintenance</html>', /understood/],
    ['nothing', 200, '', /understood/],
    ['another shape', 200, '{"results":[{"value":1}]}', /understood/],
    ['no prices', 200, '{"next":null,"results":[]}', /without a figure/],
    ['pages on another server', 200, `{"next":"http://10.0.0.1/x","results":[]}`, /without a figure|another server/],
    ['pages without end', 200, 'ENDLESS', /too many pages/],
    ['more than it should be', 200, `"${'x'.repeat(3_000_000)}"`, /too long/],
  ])('%s leaves what was known, says why, and is tried again', async (_what, status, body, fault) => {
    await agile();
    const endless = () => JSON.stringify({ ...(JSON.parse(recorded('octopus-agile')) as object), next: `${base}more` });
    answer = () => [status, body === 'ENDLESS' ? endless() : body];
    await later(6 * 3600);
    expect(health()?.fault).toMatch(fault);
    expect(profile()).toEqual(POUNDS);
    const before = asked.length;
    await later(status === 429 ? 4990 : 50);
    expect(asked).toHaveLength(before);
    answer = () => [200, recorded('octopus-agile')];
    await later(20);
    expect(asked).toHaveLength(before + 1);
    expect(health()).toMatchObject({ fault: null, stale: false });
  });

  test('silence makes it stale, and what is over is unknown', async () => {
    await agile();
    answer = () => [500, ''];
    await later(3 * 86_400);
    expect(health()).toMatchObject({ stale: true });
    const now = clock.seconds();
    const { profile: ahead, provenance } = forecasts.one(ACCOUNT, 'agile', now, now + 3600);
    expect(ahead).toEqual([null, null]);
    expect(provenance).toMatchObject({ source: 'Octopus Energy', stale: true, fetched: AGILE_START });
  });

  test('ten questions a day and no more, over restarts and changes', async () => {
    answer = () => [200, '{"forecasts":[]}'];
    const params = { site: 'abcd-ef', key: 'hush-hush', base };
    await forecasts.add(ACCOUNT, { name: 'sun', provider: 'solcast', params });
    for (let minute = 0; minute < 24 * 60; minute += 20) {
      await later(1200);
      if (minute % 360 === 0) await restart();
      if (minute % 480 === 0) await forecasts.change(ACCOUNT, 'sun', { params: { site: `abcd-${minute}` } });
    }
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.length).toBeLessThanOrEqual(10);
  });

  test('a source that is removed while it is asked stays removed', async () => {
    await forecasts.add(ACCOUNT, { name: 'agile', provider: 'octopus-agile', params: { region: 'D', base } });
    fetcher.look();
    await forecasts.remove(ACCOUNT, 'agile');
    await fetcher.idle();
    expect(forecasts.sources(ACCOUNT)).toEqual([]);
    await restart();
    expect(forecasts.sources(ACCOUNT)).toEqual([]);
    expect(await db.selectFrom('forecast_answers').selectAll().execute()).toEqual([]);
  });
});

test('a signal makes its source, is replaced by the next, and outlives a restart', async () => {
  const signal = { start: AGILE_START, interval: 1800, values: [1, 2, null, 4], unit: 'index', optimise: 'min' };
  await Promise.all([forecasts.signalled(ACCOUNT, 'club', signal), forecasts.signalled(ACCOUNT, 'club', signal)]);
  await forecasts.signalled(ACCOUNT, 'club', { ...signal, start: AGILE_START + 1800, values: [7] });
  await restart();
  const { profile: figures, optimise } = forecasts.one(ACCOUNT, 'shaper-club', AGILE_START, AGILE_START + 7200);
  expect([figures, optimise]).toEqual([[1, 7, null, 4], 'min']);
  expect(health('shaper-club')?.gaps).toEqual([[AGILE_START + 3600, AGILE_START + 5400]]);
  for (const bad of [
    { ...signal, values: ['x'] },
    { ...signal, interval: 1 },
    { ...signal, optimise: 'best' },
  ])
    await expect(forecasts.signalled(ACCOUNT, 'other', bad)).rejects.toThrow();
  expect(forecasts.sources(ACCOUNT)).toHaveLength(1);
  for (let at = 0; at < 7; at += 1) await forecasts.signalled(ACCOUNT, `s${at}`, signal);
  await expect(forecasts.signalled(ACCOUNT, 'one-more', signal)).rejects.toThrow(/too many/);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { type DataApp, dataApp, type Visitor } from '../../test/data-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let hub: DataApp;
let power: number;
let counter: number;
let volts: number;

beforeAll(async () => {
  hub = await dataApp(stores, new ManualClock(Date.UTC(2026, 0, 5)));
  const make = (name: string, unit: string) =>
    hub.feeds.create(hub.account, { name, tag: 'meter', unit, engine: 5, interval: 60 });
  [power, counter, volts] = [await make('House', 'W'), await make('Counter', 'kWh'), await make('Mains', 'V')];
  const text = readFileSync(join(projectRoot, 'test/data/household-2007-02-01.csv'), 'utf8');
  let energy = 5000;
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number));
  await hub.series.append(
    rows.flatMap(([time = 0, watts = 0, volt = 0]) => {
      energy += watts / 60_000;
      const values = [
        [power, watts],
        [counter, energy],
        [volts, volt],
      ] as const;
      return values.map(([feed, value]) => ({ kind: 'point', feed, time, value }) as const);
    }),
  );
});

const get = (query: string, visitor: Visitor = 'owner', language = 'en') =>
  request(hub.app).get(`/graph${query}`).set({ visitor, language });
const headingOf = (html: string) => /<h1[^>]*>([^<]*)/.exec(html)?.[1]?.replace(/[\u2009\u00a0]/g, ' ');
const cellsOf = (html: string) => [...html.matchAll(/<td class="n">([^<]*)/g)].map((match) => match[1]);

describe('what the graph says first', () => {
  const CASES: readonly [query: string, language: string, heading: string][] = [
    ['', 'en', 'Thursday: 30.4 kWh, the peak was 7.5 kW at 07:39'],
    ['', 'de', 'Donnerstag: 30,4 kWh, die Spitze war 7,5 kW um 07:39'],
    ['', 'cy', 'Dydd Iau: 30.4 kWh, y brig oedd 7.5 kW am 07:39'],
    ['?range=hour&at=2007-02-01T07:00', 'en', '07:00–08:00: 3.1 kWh, the peak was 7.5 kW at 07:39'],
    ['?range=month&at=2007-02-01', 'en', 'February 2007: 30.4 kWh, the peak was 7.5 kW on 1 February 2007 at 07:39'],
    ['?range=years&at=2007-02-01', 'en', '2003 – 2007: 30.4 kWh, the peak was 7.5 kW on 1 February 2007 at 07:39'],
    ['?feed=COUNTER', 'en', 'Thursday: 30.4 kWh'],
    ['?feed=VOLTS', 'en', 'Thursday: between 233.1 V and 245.7 V'],
    ['?range=day&at=2007-02-03', 'en', 'Saturday: nothing recorded'],
  ];
  it.each(CASES)('/graph%s in %s: %s', async (query, language, heading) => {
    const named = query.replace('COUNTER', String(counter)).replace('VOLTS', String(volts));
    expect(headingOf((await get(named, 'owner', language)).text)).toBe(heading);
  });
});

describe('the page without a script', () => {
  it('draws the curves, tells the totals and every hour', async () => {
    const { text } = await get(`?feed=${power},${counter}&feed=${volts}`);
    expect(text).toMatch(/<polygon class="band"/);
    expect(text.match(/<polyline class="l[123]"/g)).toEqual([
      '<polyline class="l1"',
      '<polyline class="l2"',
      '<polyline class="l3"',
    ]);
    expect(cellsOf(text).slice(0, 5)).toEqual(['0.22', '1.27', '7.48', '30.4', '–']);
    expect(text).toContain('Every hour as a table');
    expect(text).toContain('<th scope="row">23:00</th>');
    expect(text).not.toMatch(/ style=|<script(?![^>]*src)/);
  });

  it('leads earlier, later and to other ranges', async () => {
    const { text } = await get('?range=day&at=2007-02-01');
    for (const at of ['range=day&amp;at=2007-01-31', 'range=day&amp;at=2007-02-02', 'range=year&amp;at=2007-01-01']) {
      expect(text).toContain(at);
    }
  });

  it('offers the feeds that are not shown, up to four', async () => {
    const { text } = await get(`?feed=${power}`);
    expect(text).toContain(`<option value="${volts}">Mains</option>`);
    expect(text).not.toContain(`<option value="${power}">`);
  });
});

describe('who may look', () => {
  const CASES: readonly [visitor: Visitor, status: number, sees: boolean][] = [
    ['nobody', 401, false],
    ['guest', 200, true],
    ['adult', 200, true],
    ['stranger', 200, false],
  ];
  it.each(CASES)('%s: %i', async (visitor, status, sees) => {
    const answer = await get(`?feed=${power}`, visitor);
    expect([answer.status, answer.text.includes('House')]).toEqual([status, sees]);
  });

  it('tells a household without feeds what will appear', async () => {
    expect(headingOf((await get('', 'stranger')).text)).toBe('Nothing is recorded yet');
  });
});

import { beforeEach, expect, test } from 'vitest';
import { parseTariff } from '../../models/tariff/tariff.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const FORM = { at: '06:00', daily: 'yes', monthly: 'yes', day: '31', yearly: 'yes', date: '12-31' };
let app: PageApp;

beforeEach(async () => {
  await stores.clear();
  app = await pageApp(stores);
  await app.browserOf('owner');
  const versions = [{ from: '2026-01-01', import: { kind: 'flat', price: 200_000 } }];
  await app.tariffs.set(1, parseTariff({ currency: 'GBP', versions, carbon: { kind: 'flat', grams: 100 } }));
  const power = await app.feeds.create(1, { name: 'house', tag: 'meter', engine: 5, interval: 60, unit: 'W' });
  await app.users.setAccount(1, { powerFeed: power });
  const from = Date.UTC(2026, 0, 15) / 1000;
  const points = Array.from({ length: 2 * 1440 }, (_, at) => from + at * 60);
  await app.series.append(points.map((time) => ({ kind: 'point', feed: power, time, value: 1000 })));
});

async function save(form: object, role: 'owner' | 'adult' | 'guest' = 'owner') {
  return await (await app.browserOf(role)).post('/reports').type('form').send(form);
}

test('when they are made is kept, shown and refused beside the field', async () => {
  expect((await save(FORM, 'adult')).headers.location).toBe('/reports?done=saved');
  expect(app.reports.settings(1)).toEqual({
    at: '06:00',
    daily: true,
    monthly: { day: 31 },
    yearly: { month: 12, day: 31 },
  });
  expect((await save(FORM, 'guest')).status).toBe(403);
  for (const [name, value] of [
    ['at', '25:00'],
    ['day', '32'],
    ['date', '31-12'],
  ] as const) {
    const { status, text } = await save({ ...FORM, [name]: value });
    expect(status).toBe(422);
    expect(text).toContain(`id="${name}-error"`);
  }
});

test('a report is listed, opened and saved as text, by everybody of the household alone', async () => {
  await save(FORM);
  app.clock.set(Date.UTC(2026, 0, 16, 6, 1));
  await app.reports.makeDue();
  const guest = await app.browserOf('guest');
  const { text: list } = await guest.get('/reports').expect(200);
  expect(list).toContain('24.00 kWh, £4.80 with standing charge');
  expect(list).not.toContain('action="/reports"');
  const path = /href="(\/reports\/\d+)"/.exec(list)?.[1] ?? '';
  expect((await guest.get(path).expect(200)).text).toContain('<td class="n">2.40</td>');
  const { text, headers } = await guest.get(`${path}/text`).expect(200);
  expect(headers['content-disposition']).toMatch(/report-\d+\.txt/);
  expect(text).toContain('| 2026-01-15 06:00:00 - 2026-01-16 06:00:00 | 24.00 ');
  await guest.get('/reports/999999').expect(404);
  await app.visitor().get(`${path}/text`).expect(303);
});

test('the API says the same', async () => {
  const owner = await app.browserOf('owner');
  const { body } = await owner.put('/api/v1/reports/settings').send({ daily: true, at: '06:00' }).expect(200);
  expect(body.settings).toEqual({ at: '06:00', daily: true, monthly: null, yearly: null });
  app.clock.set(Date.UTC(2026, 0, 16, 6, 1));
  await app.reports.makeDue();
  const [report] = (await owner.get('/api/v1/reports').expect(200)).body.reports;
  expect(report).toMatchObject({ kind: 'day', currency: 'GBP', house: { kWh: 24, cost: 4_800_000, grams: 2400 } });
  expect((await owner.get(`/api/v1/reports/${report.id}`).expect(200)).body).toEqual(report);
  await owner.get('/api/v1/reports/999999').expect(404);
  await owner.put('/api/v1/reports/settings').send({ at: 'noon' }).expect(400);
  await (await app.browserOf('guest')).put('/api/v1/reports/settings').send({}).expect(403);
});

test.each(['cy', 'de'])('speaks %s', async (language) => {
  const { text } = await (await app.browserOf('owner')).get(`/reports?lang=${language}`).expect(200);
  expect(text).toMatch(/Adroddiadau|Berichte/);
  expect(text).not.toContain('Reports');
});

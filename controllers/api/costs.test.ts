import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../models/who.ts';
import { fakeFamily, fakeFound } from '../../test/fake-driver.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const VAT = { rate: 500, included: false };
const FLAT = {
  currency: 'GBP',
  versions: [{ from: '2026-01-01', import: { kind: 'flat', price: 200_000 }, standing: 500_000, vat: VAT }],
};

describe('/api/v1/tariff and /api/v1/costs', () => {
  let app: PageApp;
  let from: number;
  const costs = (by: string) => `/api/v1/costs?from=${from}&to=${from + 86_400}&by=${by}`;
  beforeAll(async () => {
    app = await pageApp(stores);
    await app.browserOf('owner');
    from = Date.UTC(2026, 0, 15) / 1000;
    const power = await app.feeds.create(1, { name: 'house', tag: 'meter', engine: 5, interval: 60, unit: 'W' });
    await app.users.setAccount(1, { powerFeed: power });
    // One hour at 1 kW from 06:00, then nothing is heard.
    const points = Array.from({ length: 60 }, (_, at) => from + 6 * 3600 + at * 60);
    await app.series.append(points.map((time) => ({ kind: 'point', feed: power, time, value: 1000 })));
  });

  test('a household without a tariff has no costs', async () => {
    const browser = await app.browserOf('guest');
    expect((await browser.get('/api/v1/tariff').expect(200)).body).toEqual({ tariff: null, offered: null });
    await browser.get(costs('day')).expect(404);
  });

  test.each<[role: Role | 'nobody', status: number]>([
    ['nobody', 401],
    ['guest', 403],
    ['adult', 200],
    ['owner', 200],
  ])('%s sets it: %i', async (role, status) => {
    const browser = role === 'nobody' ? app.visitor() : await app.browserOf(role);
    await browser.put('/api/v1/tariff').send(FLAT).expect(status);
  });

  test('a kWh, the day’s standing charge, and what nobody measured', async () => {
    const { body } = await (await app.browserOf('guest')).get(costs('day')).expect(200);
    expect(body).toMatchObject({ currency: 'GBP', metered: true, devices: [] });
    const house = { kWh: 1, cost: 210_000, unpriced: 0, missing: 11 * 3600 };
    expect(body.rows).toMatchObject([{ start: from, end: from + 12 * 3600, house, rest: house, standing: 525_000 }]);
    expect(body.total).toEqual(body.rows[0]);
  });

  test('a change put before what was used changes what it cost', async () => {
    const browser = await app.browserOf('owner');
    const night = { price: 100_000, from: '23:00', to: '06:30' };
    const bands = { kind: 'bands', bands: [night], otherwise: 300_000 };
    await browser
      .put('/api/v1/tariff')
      .send({ ...FLAT, versions: [...FLAT.versions, { from: '2026-01-15', import: bands }] });
    const { body } = await browser.get(costs('half-hour')).expect(200);
    expect(body.total).toMatchObject({ house: { cost: 200_000 }, standing: 0 });
    expect(body.rows.slice(12, 14)).toMatchObject([{ house: { cost: 50_000 } }, { house: { cost: 150_000 } }]);
  });

  test('prices of somebody else’s feed are refused', async () => {
    const versions = [{ from: '2026-01-01', import: { kind: 'feed', feed: 999, scale: 1 } }];
    await (await app.browserOf('owner')).put('/api/v1/tariff').send({ currency: 'GBP', versions }).expect(400);
  });

  test.each(['from=0&to=1', 'from=5&to=4', 'from=0&to=99999999999', 'from=x&to=4', 'from=0&to=9000000&by=half-hour'])(
    '%s',
    async (query) => {
      const status = query === 'from=0&to=1' ? 200 : 400;
      await (await app.browserOf('guest')).get(`/api/v1/costs?${query}`).expect(status);
    },
  );

  test('today so far and to midnight: what is left goes as usual', async () => {
    const { body } = await (await app.browserOf('guest')).get('/api/v1/costs/today').expect(200);
    expect(body.soFar).toMatchObject({ start: from, end: from + 12 * 3600, house: { kWh: 1, missing: 11 * 3600 } });
    // Of the week only that hour was measured, so the rest of the day goes like it.
    expect(body.toMidnight).toMatchObject({ end: from + 86_400, house: { kWh: 13 } });
    expect(body.toMidnight.house.cost).toBeGreaterThan(body.soFar.house.cost);
  });

  test('a newly let-in device has its costs within ten seconds, and its error rates', async () => {
    const fake = fakeFamily();
    app.drivers.set('fake', fake.driver);
    const device = await app.devices.adopt(1, fakeFound('p1'), { name: 'Kettle', now: app.clock.seconds() });
    for (let asking = 0; asking < 2; asking += 1) {
      await app.intake.answered(device, { values: { power_w: 1800 }, valid: true }, app.clock.monotonic());
      app.clock.advance(10_000);
    }
    await app.intake.failed(device, new Error('no answer'));
    const to = app.clock.seconds();
    const browser = await app.browserOf('guest');
    const { body } = await browser.get(`/api/v1/costs?from=${to - 20}&to=${to}&by=all`).expect(200);
    expect(body.devices).toEqual([{ id: device.id, name: 'Kettle' }]);
    expect(body.total.devices[0].kWh).toBeCloseTo(0.005, 5);
    expect(body.total.devices[0].cost).toBeGreaterThan(0);
    const quality = await browser.get(`/api/v1/costs/devices?from=${from}&to=${from + 86_400}&by=all`).expect(200);
    expect(quality.body.devices).toMatchObject([{ device: device.id, failed: 33.3, invalid: 0, powerOns: [0] }]);
  });

  test('what came along from ISDL is offered', async () => {
    await stores.db
      .insertInto('settings')
      .values({ name: 'isdl:1', value: '{"price":0.31,"telegram":null}' })
      .execute();
    const { body } = await (await app.browserOf('guest')).get('/api/v1/tariff').expect(200);
    expect(body.offered).toBe(310_000);
  });
});

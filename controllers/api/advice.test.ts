import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../models/who.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const NOW = Date.UTC(2026, 0, 15, 12) / 1000;
const HOUR = 3600;
const NIGHT = { kind: 'bands', bands: [{ price: 100_000, from: '00:30', to: '05:30' }], otherwise: 300_000 };

let app: PageApp;
let owner: Awaited<ReturnType<PageApp['browserOf']>>;

beforeAll(async () => {
  app = await pageApp(stores);
  owner = await app.browserOf('owner');
});

describe('without a forecast', () => {
  test.each(['/api/v1/now', '/api/v1/cheapest'])('%s says that there is none', async (path) => {
    await owner.get(path).expect(404);
  });
});

describe('with a night tariff', () => {
  beforeAll(async () => {
    const versions = [{ from: '2026-01-01', name: 'Night', import: NIGHT }];
    await owner.put('/api/v1/tariff').send({ currency: 'GBP', versions }).expect(200);
  });

  test.each<[role: Role | 'nobody', status: number]>([
    ['nobody', 401],
    ['guest', 200],
    ['adult', 200],
    ['owner', 200],
  ])('%s asks: %i', async (role, status) => {
    const browser = role === 'nobody' ? app.visitor() : await app.browserOf(role);
    await browser.get('/api/v1/now').expect(status);
    await browser.get('/api/v1/cheapest').expect(status);
  });

  test('the light of noon, and when the night begins', async () => {
    const { body } = await owner.get('/api/v1/now').expect(200);
    const night = { start: NOW + 12.5 * HOUR, end: NOW + 17.5 * HOUR, value: 0.1 };
    expect(body).toEqual({
      ...{ light: 'amber', value: 0.3, until: night.start, next: 'green', flat: false, median: 0.3, quartile: 0.3 },
      ...{ green: night, source: 'tariff', unit: 'price', optimise: 'min', currency: 'GBP' },
    });
  });

  test('the cheapest hours before eight, in one piece and in pieces', async () => {
    const { body } = await owner.get('/api/v1/cheapest?hours=6').expect(200);
    expect(body).toMatchObject({ hours: 6, from: NOW, before: NOW + 20 * HOUR, source: 'tariff' });
    expect(body.block.cost).toBeCloseTo(0.8, 9);
    expect(body.pieces.cost).toBeCloseTo(0.8, 9);
    const { body: soon } = await owner.get(`/api/v1/cheapest?hours=1&before=${NOW + 2 * HOUR}`).expect(200);
    expect(soon.block).toEqual({ periods: [[NOW, NOW + HOUR]], cost: 0.3, unpriced: 0 });
  });

  test.each<[query: string, status: number]>([
    ['hours=0', 400],
    ['hours=25', 400],
    ['hours=x', 400],
    ['before=25:00', 400],
    [`before=${NOW + 8 * 86_400}`, 400],
    [`hours=3&before=${NOW + HOUR}`, 422],
    [`before=${NOW - HOUR}`, 422],
    ['source=none', 404],
    ['source=tariff', 200],
  ])('cheapest?%s: %i', async (query, status) => {
    await owner.get(`/api/v1/cheapest?${query}`).expect(status);
  });

  test('a flat tariff says nothing about hours: a signal that does goes before it', async () => {
    const flat = { from: '2026-01-01', import: { kind: 'flat', price: 250_000 } };
    await owner
      .put('/api/v1/tariff')
      .send({ currency: 'GBP', versions: [flat] })
      .expect(200);
    expect((await owner.get('/api/v1/now')).body).toMatchObject({ light: 'green', flat: true, until: null });
    await owner.post('/api/v1/forecasts').send({ name: 'co2', provider: 'upload', params: { unit: 'carbon' } });
    const profile = Array.from({ length: 24 }, (_, at) => 100 + at);
    await owner.post('/api/v1/forecasts/co2/upload').send({ start: NOW, interval: HOUR, profile }).expect(200);
    const { body } = await owner.get('/api/v1/now').expect(200);
    expect(body).toMatchObject({
      light: 'green',
      source: 'co2',
      unit: 'carbon',
      currency: null,
      until: NOW + 12 * HOUR,
    });
    expect((await owner.get('/api/v1/now?source=tariff')).body).toMatchObject({ flat: true });
  });
});

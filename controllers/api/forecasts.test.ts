import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ForecastError } from '../../models/forecast/forecast-error.ts';
import type { Role, Who } from '../../models/who.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';
import { shaperTopic } from '../mqtt/shaper.ts';

const stores = await testStores();
const NOW = Date.UTC(2026, 0, 15, 12) / 1000;
const SUN = { name: 'sun', provider: 'solcast', params: { site: 'abcd-ef', key: 'hush-hush-key' } };
const OWN = { name: 'own', provider: 'upload', params: { unit: 'carbon' } };
const VAT = { rate: 500, included: false };
const NIGHT = { kind: 'bands', bands: [{ price: 100_000, from: '00:30', to: '05:30' }], otherwise: 300_000 };

let app: PageApp;
let owner: Awaited<ReturnType<PageApp['browserOf']>>;

beforeAll(async () => {
  app = await pageApp(stores);
  owner = await app.browserOf('owner');
});
beforeEach(async () => {
  for (const { name, provider } of app.forecasts.sources(1))
    if (provider !== 'tariff') await app.forecasts.remove(1, name);
});

describe('/api/v1/forecasts', () => {
  test.each<[role: Role | 'nobody', look: number, set: number]>([
    ['nobody', 401, 401],
    ['guest', 200, 403],
    ['adult', 200, 200],
    ['owner', 200, 200],
  ])('%s looks: %i, sets up: %i', async (role, look, set) => {
    const browser = role === 'nobody' ? app.visitor() : await app.browserOf(role);
    await browser.get('/api/v1/forecasts').expect(look);
    await browser.post('/api/v1/forecasts').send(OWN).expect(set);
    await browser
      .post('/api/v1/forecasts/own/upload')
      .send({ start: NOW, interval: 1800, profile: [1] })
      .expect(set);
    await browser
      .patch('/api/v1/forecasts/own')
      .send({ params: { unit: 'index' } })
      .expect(set);
    await browser.delete('/api/v1/forecasts/own').expect(set);
    await browser.get('/api/v1/forecasts/mix').expect(look);
  });

  test('why a fetch failed is told in a sentence and in a code', async () => {
    await owner.post('/api/v1/forecasts').send(SUN).expect(200);
    const told = async () => (await owner.get('/api/v1/forecasts').expect(200)).body.sources.at(-1).health;
    expect(await told()).toMatchObject({ fault: null, code: null });
    const fault = 'The server does not take the key.';
    for (const state of app.forecasts.due()) await app.forecasts.failed(state, new ForecastError(fault));
    expect(await told()).toMatchObject({ fault, code: 'key' });
    expect((await owner.get('/api/v1/forecasts/mix?parts=sun').expect(200)).body.provenance).toMatchObject({
      ...{ fault, code: 'key' },
    });
  });

  test('a secret is kept and never told, and need not be sent again', async () => {
    const { body } = await owner.post('/api/v1/forecasts').send(SUN).expect(200);
    expect(body).toMatchObject({ name: 'sun', unit: 'power', optimise: 'max', kept: ['key'], health: { stale: true } });
    await owner
      .patch('/api/v1/forecasts/sun')
      .send({ name: 'panels', params: { site: 'other-site' } })
      .expect(200);
    const all = (await owner.get('/api/v1/forecasts').expect(200)).text;
    expect(all).toContain('other-site');
    expect(all).not.toContain('hush');
    const [row] = await stores.db.selectFrom('forecast_sources').selectAll().execute();
    expect(row).toMatchObject({ name: 'panels', params: expect.stringContaining('hush-hush-key') });
  });

  test.each<[what: string, body: object, status: number]>([
    ['no such provider', { name: 'x', provider: 'crystal-ball' }, 400],
    ['the tariff’s name', { ...OWN, name: 'tariff' }, 400],
    ['a name with a slash', { ...OWN, name: 'a/b' }, 400],
    ['params that are not its own', { ...SUN, params: { site: 'abcd' } }, 400],
    ['a base that is no address', { ...SUN, params: { ...SUN.params, base: 'javascript:alert(1)' } }, 400],
  ])('refused: %s', async (_what, body, status) => {
    await owner.post('/api/v1/forecasts').send(body).expect(status);
    expect((await owner.get('/api/v1/forecasts')).text).not.toContain('hush');
  });

  test('one name, one forecast', async () => {
    await owner.post('/api/v1/forecasts').send(OWN).expect(200);
    await owner.post('/api/v1/forecasts').send(OWN).expect(409);
    await owner.post('/api/v1/forecasts').send(SUN).expect(200);
    await owner.patch('/api/v1/forecasts/sun').send({ name: 'own' }).expect(409);
    await owner.get('/api/v1/forecasts/none').expect(404);
    await owner.get('/api/v1/forecasts/mix?parts=own,none').expect(404);
    await owner.delete('/api/v1/forecasts/none').expect(404);
  });

  test('figures of one’s own as JSON and as CSV', async () => {
    await owner.post('/api/v1/forecasts').send(OWN).expect(200);
    await owner
      .post('/api/v1/forecasts/own/upload')
      .send({ start: NOW, interval: 1800, profile: [100, null] })
      .expect(200);
    const csv = `time,gco2\n${NOW + 1800},200\n`;
    await owner.post('/api/v1/forecasts/own/upload').set('Content-Type', 'text/csv').send(csv).expect(200);
    const { body } = await owner.get(`/api/v1/forecasts/own?from=${NOW}&to=${NOW + 5400}`).expect(200);
    expect(body).toMatchObject({ unit: 'carbon', start: NOW, interval: 1800, profile: [100, 200, null] });
    await owner.post('/api/v1/forecasts/own/upload').set('Content-Type', 'text/csv').send('<html>').expect(400);
    const far = await owner
      .post('/api/v1/forecasts/own/upload')
      .send([[NOW + 41 * 86_400, 1]])
      .expect(400);
    expect(far.body.detail).toContain('40 days ahead');
    const partly = [
      [NOW, 100],
      [NOW + 41 * 86_400, 1],
    ];
    expect((await owner.post('/api/v1/forecasts/own/upload').send(partly).expect(200)).body.left).toBe(1);
    await owner.post('/api/v1/forecasts').send(SUN).expect(200);
    await owner
      .post('/api/v1/forecasts/sun/upload')
      .send([[NOW, 1]])
      .expect(400);
  });

  test.each(['from=5&to=4', 'from=0&to=99999999', 'from=x', 'interval=1', 'parts=own:x', 'parts=a,b,c,d,e,f,g,h,i'])(
    'refused: mix?%s',
    async (query) => {
      await owner.get(`/api/v1/forecasts/mix?${query}`).expect(400);
    },
  );

  test('without a tariff every hour is alike; with one it is what the household pays, and carbon has its price', async () => {
    const mix = (parts: string) => owner.get(`/api/v1/forecasts/mix?from=${NOW}&to=${NOW + 3600}&parts=${parts}`);
    expect((await mix('').expect(200)).body).toMatchObject({ name: 'flat', unit: 'index', profile: [1, 1] });
    const heard: string[] = [];
    const stop = app.forecasts.listen((_account, source) => heard.push(source));
    const versions = [{ from: '2026-01-01', name: 'Night', import: NIGHT, vat: VAT }];
    await owner.put('/api/v1/tariff').send({ currency: 'GBP', versions }).expect(200);
    expect((await mix('').expect(200)).body).toMatchObject({ name: 'tariff', unit: 'price', profile: [0.315, 0.315] });
    stop();
    expect(heard).toEqual(['tariff']);
    await owner.post('/api/v1/forecasts').send(OWN).expect(200);
    await owner.post('/api/v1/forecasts/own/upload').send({ start: NOW, interval: 900, profile: [100, 300, 200] });
    const { body } = await mix('tariff:1,own:0.1').expect(200);
    expect(body).toMatchObject({ name: 'tariff+own', unit: 'price', interval: 900 });
    expect(body.profile).toEqual([0.325, 0.345, 0.335].map((value) => expect.closeTo(value, 9)).concat(null));
    const half = await mix('tariff:1,own:0.1&interval=1800').expect(200);
    expect(half.body.profile).toEqual([expect.closeTo(0.335, 9), null]);
  });

  test('a tariff whose prices a feed brings knows them without asking the disk, and tells when they come', async () => {
    const feed = await app.feeds.create(1, { name: 'agile', tag: 'prices', engine: 5, interval: 1800, unit: 'p' });
    const points = [20, 10, 30].map((value, at) => ({ kind: 'point', feed, time: NOW + at * 1800, value }) as const);
    await app.series.append(points.slice(0, 2));
    const versions = [{ from: '2026-01-01', import: { kind: 'feed', feed, scale: 10_000 } }];
    await owner.put('/api/v1/tariff').send({ currency: 'GBP', versions }).expect(200);
    await app.forecasts.readAllPrices();
    const figures = () => app.forecasts.one(1, 'tariff', NOW, NOW + 5400).profile;
    expect(figures()).toEqual([0.2, 0.1, null]);
    await app.series.append(points.slice(2));
    expect([await app.forecasts.readPrices(1), await app.forecasts.readPrices(1)]).toEqual([true, false]);
    expect(figures()).toEqual([0.2, 0.1, 0.3]);
  });
});

describe('a signal over MQTT', () => {
  const who: Who = { account: 1, user: null, role: 'adult', by: 'write key', timezone: 'Europe/London' };
  const otherwise: string[] = [];
  const say = async (topic: string, payload: string) => {
    const log = createLog('silent');
    const controller = shaperTopic({ forecasts: app.forecasts, clock: app.clock, log }, ({ topic: other }) => {
      otherwise.push(other);
      return undefined;
    });
    await controller({ who, clientId: 'gateway', topic, payload: Buffer.from(payload), retain: true });
  };

  test.each<[what: string, topic: string, payload: string, taken: boolean]>([
    ['values', 'emon/shaper/club', `{"start":${NOW},"interval":1800,"values":[1,2]}`, true],
    [
      'a profile with words',
      'emon/shaper/club',
      `{"start":"2026-01-15T12:00Z","interval":1800,"profile":[1],"unit":"price","optimise":0}`,
      true,
    ],
    ['a reading', 'emon/shaper/power', '230', false],
    ['a reading in an object', 'emon/shaper/power', '{"power":230}', false],
    ['no JSON', 'emon/shaper/club', '{"values":[', false],
    ['a name with capitals', 'emon/shaper/Club', `{"start":${NOW},"interval":1800,"values":[1]}`, false],
  ])('%s', async (_what, topic, payload, taken) => {
    otherwise.length = 0;
    await say(topic, payload);
    expect(otherwise).toEqual(taken ? [] : [topic]);
    expect(app.forecasts.sources(1).some(({ name }) => name === 'shaper-club')).toBe(taken);
  });

  test('one that says nothing of use is dropped, and its source is not made', async () => {
    await say('emon/shaper/club', `{"start":${NOW},"interval":0,"values":[1]}`);
    await say('emon/shaper/club', `{"start":${NOW},"interval":1800,"values":["much"]}`);
    expect(app.forecasts.find(1, 'shaper-club')).toBeUndefined();
  });
});

test('one that the recording of carbon or a schedule goes by keeps its name', async () => {
  await owner.post('/api/v1/forecasts').send(OWN).expect(200);
  const feed = await app.feeds.create(1, { name: 'co2', tag: 'grid', engine: 5, interval: 1800, unit: 'g' });
  const versions = [{ from: '2026-01-01', import: { kind: 'flat', price: 1 } }];
  const body = { currency: 'GBP', versions, carbon: { kind: 'feed', feed, source: 'own' } };
  await owner.put('/api/v1/tariff').send(body).expect(200);
  const renamed = await owner.patch('/api/v1/forecasts/own').send({ name: 'mine' }).expect(409);
  expect(renamed.text).toContain('HUB_FORECAST_IN_USE');
  expect(renamed.text).toContain('the recording of carbon goes by own');
  await owner.delete('/api/v1/forecasts/own').expect(409);
  // Its params may change, and by its page it stays too.
  await owner
    .patch('/api/v1/forecasts/own')
    .send({ name: 'own', params: { unit: 'index' } })
    .expect(200);
  const page = await owner.post('/forecast/sources/own/remove').type('form').send({ sure: 'yes' }).expect(422);
  expect(page.text).toContain('Let them go by another forecast first');
  expect(page.text).toContain('<a href="/tariff">The recording of carbon</a>');
  await owner
    .put('/api/v1/tariff')
    .send({ ...body, carbon: null })
    .expect(200);
  await owner.patch('/api/v1/forecasts/own').send({ name: 'mine' }).expect(200);
});

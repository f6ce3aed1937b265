import { beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../models/who.ts';
import { fakeFamily } from '../../test/fake-driver.ts';
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

const page = async (path: string) => (await owner.get(path).expect(200)).text;
const send = (path: string, fields: object, status = 303) => owner.post(path).type('form').send(fields).expect(status);

test('without anything known the page says what to do, and the dashboard shows no light', async () => {
  expect(await page('/forecast')).toContain('Hearth knows no prices yet');
  expect(await page('/')).not.toContain('Is now a good time?');
});

test.each<[role: Role | 'nobody', look: number, set: number]>([
  ['nobody', 302, 302],
  ['guest', 200, 403],
  ['adult', 200, 200],
])('%s looks: %i, sets up: %i', async (role, look, set) => {
  const browser = role === 'nobody' ? app.visitor() : await app.browserOf(role);
  const ok = (status: number) => (wanted: { status: number }) =>
    expect(status === 302 ? [302, 303, 401] : [status]).toContain(wanted.status);
  ok(look)(await browser.get('/forecast').set('accept', 'text/html'));
  ok(set)(await browser.get('/forecast/new?provider=upload').set('accept', 'text/html'));
});

describe('a source by plain forms', () => {
  test.each(['octopus-agile', 'nord-pool', 'carbon-intensity', 'energy-local', 'solcast', 'off-peak', 'url', 'upload'])(
    'the form of %s, and what is wrong with it beside the name',
    async (provider) => {
      expect(await page(`/forecast/new?provider=${provider}`)).toContain('name="name"');
      const { text } = await send('/forecast', { provider, name: 'Not/right' }, 422);
      expect(text).toContain('id="name-error"');
    },
  );

  test.each<[what: string, fields: Record<string, string>, field: string]>([
    ['a region that is none', { provider: 'octopus-agile', name: 'agile', region: '9' }, 'region'],
    ['a key that is missing', { provider: 'solcast', name: 'sun', site: 'abcd-ef' }, 'key'],
    [
      'hours without a price',
      { provider: 'off-peak', name: 'own', otherwise: '0.3', from1: '01:00', to1: '02:00' },
      'windows',
    ],
    ['no address', { provider: 'url', name: 'own', url: 'javascript:alert(1)' }, 'url'],
  ])('%s', async (_what, fields, field) => {
    expect((await send('/forecast', fields, 422)).text).toContain(`id="${field}-error"`);
  });

  test.each([['crystal-ball'], ['shaper'], ['']])('there is no form for %s', async (provider) => {
    await owner.get(`/forecast/new?provider=${provider}`).expect(404);
    await send('/forecast', { provider, name: 'x' }, 404);
  });

  test('a secret is kept, never shown, and stays where its field is left empty', async () => {
    await send('/forecast', { provider: 'solcast', name: 'sun', site: 'abcd-ef', key: 'hush-hush-key' });
    const form = await page('/forecast/sources/sun');
    expect(form).toContain('One is kept and not shown');
    await send('/forecast/sources/sun', { name: 'panels', site: 'other-site', key: '', perDay: '5' });
    expect(await page('/forecast/sources/panels')).toContain('value="other-site"');
    for (const path of ['/forecast', '/forecast/sources/panels']) expect(await page(path)).not.toContain('hush');
    const [row] = await stores.db.selectFrom('forecast_sources').selectAll().execute();
    expect(row).toMatchObject({ name: 'panels', params: expect.stringContaining('hush-hush-key') });
    await send('/forecast', { provider: 'upload', name: 'panels' }, 422);
    await send('/forecast/sources/panels/remove', {}, 422);
    await send('/forecast/sources/panels/remove', { sure: 'yes' });
    await owner.get('/forecast/sources/panels').expect(404);
  });

  test('cheap hours, which are worked out here', async () => {
    const fields = { otherwise: '0,30', from1: '00:30', to1: '04:30', price1: '0,05', days1: 'week' };
    await send('/forecast', { provider: 'off-peak', name: 'night', ...fields });
    expect(app.forecasts.find(1, 'night')?.params).toEqual({
      ...{ otherwise: 0.3, windows: [{ from: '00:30', to: '04:30', price: 0.05, days: [1, 2, 3, 4, 5] }] },
    });
    const form = await page('/forecast/sources/night');
    expect(form).toContain('value="0.05"');
    expect(form).toMatch(/value="week" selected/);
    expect(await page('/forecast')).toContain('Worked out here');
    await send('/forecast/sources/night/remove', { sure: 'yes' });
  });

  test('figures by file and by paste; what is none is refused', async () => {
    await send('/forecast', { provider: 'upload', name: 'own', unit: 'carbon', optimise: 'min' });
    expect(await page('/forecast')).toContain('Bring figures: a file');
    const path = '/forecast/sources/own/upload';
    const csv = `time,g\n${NOW},200\n${NOW + 1800},\n${NOW + 3600},150\n`;
    await owner.post(path).attach('file', Buffer.from(csv), 'own.csv').expect(303);
    expect(app.forecasts.one(1, 'own', NOW, NOW + 5400).profile).toEqual([200, null, 150]);
    const json = JSON.stringify({ start: NOW + 1800, interval: 1800, profile: [190] });
    await owner.post(path).field('figures', json).expect(303);
    expect(app.forecasts.one(1, 'own', NOW, NOW + 5400).profile).toEqual([200, 190, 150]);
    for (const wrong of ['', '<html>', '{}']) {
      const { text } = await owner.post(path).field('figures', wrong).expect(422);
      expect(text).toContain('id="figures-error"');
    }
    await owner.post(path).set('content-type', 'multipart/form-data; boundary=x').send('nothing').expect(400);
  });

  test('one that a schedule goes by names it instead of being removed', async () => {
    app.drivers.set('fake', fakeFamily().driver);
    const device = await app.devices.create(1, 'car', { family: 'fake', identity: '5ccf7f000001' });
    const by = { device, name: 'Car at night', mix: [{ source: 'own', weight: 1 }] };
    const { body } = await owner.post('/api/v1/schedules').send(by).expect(200);
    const link = `<a href="/schedules/${body.id}">Car at night</a>`;
    const form = await page('/forecast/sources/own');
    expect(form).toContain(link);
    expect(form).not.toContain('name="sure"');
    expect((await send('/forecast/sources/own/remove', { sure: 'yes' }, 422)).text).toContain(link);
    await owner.delete(`/api/v1/schedules/${body.id}`).expect(204);
    expect(await page('/forecast/sources/own')).toContain('name="sure"');
  });

  test('says what is stale and where nothing is known', async () => {
    await owner
      .post('/forecast/sources/own/upload')
      .field('figures', `${NOW + 7200},100`)
      .expect(303);
    expect(await page('/forecast')).toContain('With gaps');
    expect(await page('/forecast')).toContain('Nothing is known of 13:30–14:00');
    app.clock.advance(86_400_000);
    const { text } = await owner.get('/forecast').expect(200);
    expect(text).toContain('Out of date');
    app.clock.advance(-86_400_000);
    await send('/forecast/sources/own/remove', { sure: 'yes' });
  });
});

describe('with a night tariff', () => {
  beforeAll(async () => {
    const versions = [{ from: '2026-01-01', name: 'Night', import: NIGHT }];
    await owner.put('/api/v1/tariff').send({ currency: 'GBP', versions }).expect(200);
  });

  test.each(['/', '/forecast'])(
    '%s says whether now is good, until when, and when the cheapest hours are',
    async (path) => {
      const text = await page(path);
      for (const words of ['Is now a good time?', 'Fine', 'A unit costs 30p now', 'Cheapest 3 h before 08:00', '10p'])
        expect(text).toContain(words);
      expect(text).toContain('00:30–05:30');
      expect(text).toContain('00:30–03:30');
      const other = await page(`${path}?hours=6&before=18:00`);
      expect(other).toContain('Cheapest 6 h before 18:00');
      expect(await page(`${path}?hours=x`)).toContain('id="hours-error"');
    },
  );

  test('prices ahead, in a picture and a table', async () => {
    const text = await page('/forecast');
    expect(text).toContain('What lies ahead');
    expect(text).toMatch(/id="ahead-svg"[^>]*data-cells/);
    expect(text).toContain('Friday 16 January, 00:30');
  });

  test('a mix is drawn; one that is none is refused', async () => {
    expect(await page('/forecast?mix1=tariff&weight1=2')).toContain('id="mix-svg"');
    for (const query of ['mix1=none', 'mix1=', 'mix1=tariff&weight1=x', 'mix1=tariff&weight1='])
      expect(await page(`/forecast?${query}`)).toContain('id="mix-error"');
  });

  test.each(['cy', 'de'])('in %s', async (lang) => {
    expect(await page(`/forecast?lang=${lang}`)).not.toContain('Is now a good time?');
  });
});

test('what is known far ahead is shown for two days', async () => {
  const own = { name: 'far', provider: 'upload', params: {} };
  await owner.post('/api/v1/forecasts').send(own).expect(200);
  const profile = Array.from({ length: 200 }, () => 1);
  await owner.post('/api/v1/forecasts/far/upload').send({ start: NOW, interval: HOUR, profile }).expect(200);
  expect((await page('/forecast')).match(/Sunday 18 January/g)).toBeNull();
});

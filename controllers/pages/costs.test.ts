import { beforeEach, describe, expect, test } from 'vitest';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const FORM = { from: '2026-01-01', currency: 'gbp', price: '0,20', standing: '0.5', vat: '', included: 'yes' };
const NIGHT = { price1: '0.10', from1: '23:00', to1: '06:30', days1: 'all' };
let app: PageApp;

beforeEach(async () => {
  await stores.clear();
  app = await pageApp(stores);
  await app.browserOf('owner');
  const power = await app.feeds.create(1, { name: 'house', tag: 'meter', engine: 5, interval: 60, unit: 'W' });
  await app.users.setAccount(1, { powerFeed: power });
  // From 06:00 to now, noon, at 1 kW.
  const from = Date.UTC(2026, 0, 15, 6) / 1000;
  const points = Array.from({ length: 361 }, (_, at) => from + at * 60);
  await app.series.append(points.map((time) => ({ kind: 'point', feed: power, time, value: 1000 })));
});

async function save(form: object, role: 'owner' | 'adult' | 'guest' = 'owner') {
  return await (await app.browserOf(role)).post('/tariff').type('form').send(form);
}

async function text(path: string, language = 'en'): Promise<string> {
  const browser = await app.browserOf('guest');
  const { text } = await browser.get(`${path}${path.includes('?') ? '&' : '?'}lang=${language}`).expect(200);
  return text
    .replace(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the tariff’s page', () => {
  test('keeps what was typed, with a comma too', async () => {
    expect((await save({ ...FORM, ...NIGHT }, 'adult')).headers.location).toBe('/tariff?done=saved');
    expect(app.tariffs.get(1)).toEqual({
      currency: 'GBP',
      versions: [
        {
          from: '2026-01-01',
          name: '',
          import: { kind: 'bands', bands: [{ price: 100_000, from: '23:00', to: '06:30' }], otherwise: 200_000 },
          export: null,
          standing: 500_000,
          vat: { rate: 0, included: true },
          monthFrom: 1,
          tiers: null,
          mostPrice: null,
          mostMonth: null,
          community: null,
        },
      ],
      carbon: null,
    });
    const { text: html } = await (await app.browserOf('owner')).get('/tariff').expect(200);
    for (const value of ['0.2', '0.1', '23:00', '06:30', 'GBP']) expect(html).toContain(`value="${value}"`);
  });

  test.each([
    ['price', ''],
    ['price', 'x'],
    ['price', '1e9'],
    ['currency', 'pounds'],
    ['from', '2026-02-30'],
    ['from1', '25:00'],
    ['price1', 'cheap'],
    ['vat', '-3'],
    ['vat', '101'],
    ['standing', '<b>'],
  ])('%s %j is refused beside the field, and nothing is kept', async (name, value) => {
    const { status, text: html } = await save({ ...FORM, ...NIGHT, [name]: value });
    expect(status).toBe(422);
    expect(html).toContain(`id="${name}-error"`);
    expect(html).not.toContain('<b>"');
    expect(app.tariffs.get(1)).toBe(undefined);
  });

  const WHOLE = {
    ...FORM,
    ...NIGHT,
    name: 'Club',
    days1: 'day3',
    since1: '10-01',
    until1: '03-31',
    exportprice: '0.15',
    tierper: 'day',
    above1: '2',
    more1: '0.05',
    above2: '5,5',
    more2: '-0.02',
    mostprice: '1',
    mostmonth: '200',
    monthfrom: '31',
    localprice: '0.07',
    sharekwh: '0.25',
    localgrams: '20',
  };

  test('takes seasons, tiers, limits and local generation, and shows them again', async () => {
    await save(WHOLE);
    expect(app.tariffs.get(1)?.versions[0]).toMatchObject({
      name: 'Club',
      import: { bands: [{ days: [3], season: { from: '10-01', to: '03-31' } }] },
      export: { kind: 'flat', price: 150_000 },
      tiers: {
        per: 'day',
        steps: [
          { above: 2000, more: 50_000 },
          { above: 5500, more: -20_000 },
        ],
      },
      mostPrice: 1_000_000,
      mostMonth: 200_000_000,
      monthFrom: 31,
      community: { price: { price: 70_000 }, allowance: { kind: 'flat', wh: 250 }, carbon: 20 },
    });
    const { text: html } = await (await app.browserOf('owner')).get('/tariff?version=2026-01-01').expect(200);
    for (const [name, value] of Object.entries({ above2: '5.5', monthfrom: '31', until1: '03-31', sharekwh: '0.25' }))
      expect(html).toContain(`id="${name}" name="${name}" type="text" value="${value}"`);
    expect(html).toContain('local generation first');
  });

  test.each([
    ['above2', '2'],
    ['since1', '31-12'],
    ['monthfrom', '32'],
    ['mostmonth', '-1'],
    ['sharekwh', ''],
    ['localprice', ''],
    ['more1', ''],
  ])('%s %j is refused, the rest stands as typed', async (name, value) => {
    const { status, text: html } = await save({ ...WHOLE, [name]: value });
    expect(status).toBe(422);
    expect(html).toContain(`id="${name}-error"`);
    expect(html).toContain('value="Club"');
  });

  test('prices from a feed of the household', async () => {
    const feed = await app.feeds.create(1, { name: 'agile', tag: 'prices', engine: 5, interval: 900, unit: '' });
    await save({
      ...FORM,
      price: '',
      feed: String(feed),
      scale: '0.01',
      sharefeed: String(feed),
      sharepart: '12.5',
      localprice: '0.1',
    });
    expect(app.tariffs.get(1)?.versions[0]).toMatchObject({
      import: { kind: 'feed', feed, scale: 10_000 },
      community: { allowance: { kind: 'feed', feed, part: 1250 } },
    });
    const { text: html } = await (await app.browserOf('owner')).get('/tariff').expect(200);
    expect(html).toContain(`<option value="${feed}" selected>prices: agile</option>`);
  });

  test('guests may not see or change it', async () => {
    expect((await save(FORM, 'guest')).status).toBe(403);
    await (await app.browserOf('guest')).get('/tariff').expect(403);
    expect(app.tariffs.get(1)).toBe(undefined);
  });

  test('one of two is removed, the last stays', async () => {
    await save(FORM);
    await save({ ...FORM, from: '2026-01-10', price: '0.30' });
    const browser = await app.browserOf('owner');
    for (const from of ['2026-01-01', '2026-01-10'])
      await browser.post('/tariff/remove').type('form').send({ from }).expect(303);
    expect(app.tariffs.get(1)?.versions.map(({ from }) => from)).toEqual(['2026-01-10']);
  });
});

describe('the costs’ page', () => {
  test('asks for a tariff while there is none', async () => {
    expect(await text('/costs')).toContain('No tariff yet');
    expect(await text('/')).not.toContain('Cost today');
  });

  test('says the month, today, and what was not measured', async () => {
    await save(FORM);
    const said = await text('/costs');
    expect(said).toContain('Cost of January 2026 £8.70');
    expect(said).toContain('6.00 kWh for £1.20, and £7.50 standing charge.');
    expect(said).toContain('Today so far £1.70 6.00 kWh To midnight £4.10 18.00 kWh');
    expect(said).toContain('For 342.0 hours the meter was silent.');
    expect(await text('/')).toContain('£1.70 with standing charge');
  });

  test('a month before the tariff has no price', async () => {
    await save({ ...FORM, from: '2026-02-01' });
    expect(await text('/costs')).toContain('6.00 kWh have no known price.');
    expect(await text('/costs?month=2025-12')).toContain('Cost of December 2025');
    expect(await text('/costs?month=nonsense')).toContain('Cost of January 2026');
  });

  test.each(['cy', 'de'])('speaks %s', async (language) => {
    await save(FORM);
    expect(await text('/costs', language)).toMatch(/Cost Ionawr 2026|Kosten: Januar 2026/);
  });

  test.each([
    ['day=2026-01-15', 'Cost of Thursday 15 January', 'Half-hour by half-hour'],
    ['week=2026-01-14', 'Cost of the week from Monday 12 January', 'Day by day'],
    ['year=2026', 'Cost of 2026', 'Month by month'],
    ['year=2030', 'Cost of 2026', 'Month by month'],
  ])('%s', async (query, heading, rows) => {
    await save(FORM);
    const said = await text(`/costs?${query}`);
    expect(said).toContain(heading);
    expect(said).toContain(rows);
    const csv = await (await app.browserOf('guest')).get(`/costs/csv?${query}`).expect(200);
    expect(csv.text).toMatch(/,(6|0\.5)/);
  });

  test('carbon stands beside money once it is set', async () => {
    await save(FORM);
    const browser = await app.browserOf('adult');
    await browser.post('/tariff/carbon').type('form').send({ grams: 'much' }).expect(422);
    await browser.post('/tariff/carbon').type('form').send({ grams: '200' }).expect(303);
    expect(await text('/costs')).toContain('It emitted 1.20 kg CO₂.');
    const { text: csv } = await browser.get('/costs/csv').expect(200);
    expect(csv.split('\r\n')[15]).toContain('6.000000,1.200000,1200.000,6.000000,1.200000,1200.000');
    await browser.post('/tariff/carbon').type('form').send({ grams: '' }).expect(303);
    expect(app.tariffs.get(1)?.carbon).toBe(null);
  });

  test('the month as CSV', async () => {
    await save(FORM);
    const { text: csv, headers } = await (await app.browserOf('guest')).get('/costs/csv').expect(200);
    expect(headers['content-disposition']).toBe('attachment; filename=costs-2026-01.csv');
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(16);
    expect(lines[0]).toContain('"house kWh","house GBP","standing charge GBP"');
    expect(lines[15]).toBe('2026-01-15T00:00:00+00:00,6.000000,1.200000,6.000000,1.200000,0.500000,6.00,0.000000');
  });
});

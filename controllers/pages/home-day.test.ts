import { beforeEach, describe, expect, it } from 'vitest';
import { parseSchedule } from '../../models/schedule/schedule.ts';
import { parseTariff } from '../../models/tariff/tariff.ts';
import { fakeFamily, fakeFound } from '../../test/fake-driver.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';
import { homeDays } from './home-day.ts';

const stores = await testStores();
const BANDS = { kind: 'bands', bands: [{ from: '00:30', to: '04:30', price: 50_000 }], otherwise: 250_000 };
let hub: PageApp;

/** Noon in January, at a house that has drawn 1 kW for eight days and does so now. */
beforeEach(async () => {
  await stores.clear();
  hub = await pageApp(stores);
  await hub.browserOf('owner');
  const feed = await hub.feeds.create(1, { name: 'power', tag: 'meter', engine: 5, interval: 60, unit: 'W' });
  const now = hub.clock.seconds();
  const times = Array.from({ length: 8 * 1440 }, (_, at) => now - (at + 1) * 60).reverse();
  await hub.series.append(times.map((time) => ({ kind: 'point', feed, time, value: 1000 })));
  await hub.users.setAccount(1, { powerFeed: feed });
  await hub.inputs.create(1, [{ node: 'meter', name: 'power' }]);
  const input = hub.inputs.byName(1, 'meter', 'power')?.id ?? 0;
  await hub.inputs.setProcessList(1, input, [{ key: 'process__log_to_feed', args: [String(feed)] }]);
  await hear('meter', 'power', 1000);
});

async function hear(node: string, name: string, value: number): Promise<void> {
  await hub.inputs.receive(1, [{ node, time: hub.clock.seconds(), values: [[name, value]] }]);
}

async function tariff(more: object = {}): Promise<void> {
  const version = { from: '2020-01-01', import: BANDS, standing: 500_000, ...more };
  await hub.tariffs.set(1, parseTariff({ currency: 'GBP', versions: [version] }));
}

async function plug(name: string): Promise<number> {
  hub.drivers.set('fake', fakeFamily().driver);
  const { id } = await hub.devices.adopt(1, fakeFound(name), { name, node: name, now: hub.clock.seconds() });
  return id;
}

async function schedule(device: number, fields: object): Promise<void> {
  await hub.schedules.create(1, parseSchedule({ ahead: null, device, ...fields }));
  // Just after a start a device is heard before anything is decided of it.
  await hub.plans.tick();
}

async function home(query = ''): Promise<string> {
  return (await (await hub.browserOf('owner')).get(`/${query}`).expect(200)).text;
}

function words(html: string): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('how today will end', () => {
  it('is told in energy where there is no tariff, and no price is', async () => {
    const text = words(await home());
    expect(text).toContain('Today so far 12.0');
    expect(text).toMatch(/By midnight, about 24\.0\d kWh as days usually go/);
    expect(text).not.toMatch(/price a unit|What runs|£/);
  });

  it('is told in money with one', async () => {
    await tariff();
    // 4 h at 5p and 8 h at 25p, then 12 h more at 25p.
    expect(words(await home())).toMatch(
      /Today so far 12\.0\d kWh £2\.70 with standing charge By midnight, about 24\.0\d kWh £5\.70/,
    );
  });

  it('follows a tariff that changes, at once', async () => {
    await tariff();
    await home();
    await tariff({ standing: 0 });
    expect(words(await home())).toMatch(/kWh £2\.20 By midnight, about 24\.0\d kWh £5\.20/);
  });

  it('is told where a second ends while the page is made', async () => {
    const overview = await hub.house.overview(1);
    hub.clock.advance(1000);
    expect((await homeDays(hub)(1, overview)).midnight?.kWh).toBeCloseTo(24, 0);
  });

  it('is not told of a house that is new', async () => {
    await hub.users.setAccount(1, { powerFeed: null });
    const feed = await hub.feeds.create(1, { name: 'new', tag: 'meter', engine: 5, interval: 60, unit: 'W' });
    const now = hub.clock.seconds();
    await hub.series.append([{ kind: 'point', feed, time: now - 60, value: 1000 }]);
    await hub.users.setAccount(1, { powerFeed: feed });
    expect(words(await home())).not.toContain('By midnight');
  });
});

describe('the next 24 hours', () => {
  it('are drawn, said and in the table, from now on', async () => {
    await tariff();
    const html = await home();
    expect(words(html)).toContain(
      'The next 24 hours, price a unit Lowest from 00:30 to 04:30, down to 5p; highest from 12:00 to 00:30, up to 25p.',
    );
    expect(html).toMatch(/<div class="meet">/);
    expect(html).toMatch(/<th scope="row">00:30<\/th><td class="n">5p<\/td>/);
    const cells = /data-cells="([^"]*)"/g;
    const [past, ahead] = [...html.matchAll(cells)].map(([, json]) =>
      JSON.parse((json ?? '').replaceAll('&#34;', '"')),
    );
    expect(past.at(-1)[2]).toBe('11:30–12:00: 0.50 kWh, highest 1.00 kW');
    expect(ahead).toHaveLength(48);
    expect(ahead[25][2]).toBe('00:30–01:00: 5p');
  });

  it('are as flat as the price', async () => {
    await tariff({ import: { kind: 'flat', price: 248_500 } });
    expect(words(await home())).toContain('24.85p, whatever the hour.');
  });

  it.each([
    ['cy', 'Y 24 awr nesaf, pris yr uned Isaf o 00:30 i 04:30'],
    ['de', 'Die nächsten 24 Stunden, Preis je Einheit Am niedrigsten von 00:30 bis 04:30'],
  ])('in %s', async (language, said) => {
    await tariff();
    expect(words(await home(`?lang=${language}`))).toContain(said);
  });
});

it('local generation is shown as a share of the power of now', async () => {
  await tariff({ community: { price: { kind: 'flat', price: 100_000 }, allowance: { kind: 'flat', wh: 300 } } });
  expect(words(await home())).toContain('Local generation in your power now, about 60% 600 W');
});

describe('what runs', () => {
  it('has its times, its deadline and its cost, and what all of it would cost now', async () => {
    await tariff();
    await schedule(await plug('Car'), { need: { kind: 'time', seconds: 7200 }, readyBy: '08:00', powerW: 2000 });
    const html = await home();
    const text = words(html);
    expect(text).toMatch(/What runs today and tonight 0\d:\d\d Car 0\d:\d\d–0\d:\d\d, ready by 08:00 20p/);
    expect(text).toContain('20p in all, instead of £1.00 if everything started now.');
    expect(text).toContain('The underlined times are the ones Hearth will use.');
    expect(html).toContain('class="pick-bar"');
    expect(html).toContain('class="lane"');
    expect(text).toContain('5p yes');
  });
});

describe('the rest of the house', () => {
  it('is what no device tells of, and the biggest device is named', async () => {
    await hear(hub.devices.find(await plug('Heater'))?.node ?? '', 'power', 400);
    const text = words(await home());
    expect(text).toContain('Everything else: 600 W.');
    expect(text).toContain('About the average of the last 24 hours, 1.00 kW. Heater is the biggest part of it.');
  });

  it('is left out where devices tell of more than the house does', async () => {
    await hear(hub.devices.find(await plug('Heater'))?.node ?? '', 'power', 1400);
    expect(words(await home())).not.toMatch(/Everything else:|biggest part/);
  });
});

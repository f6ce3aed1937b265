import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { projectRoot } from '../lib/project-root.ts';
import { addHousehold, openModels, type TestModels } from '../test/household.ts';
import { testFolder, testStores } from '../test/stores.ts';
import { parseTariff } from './tariff/tariff.ts';

const stores = await testStores();
const FLAT = parseTariff({
  currency: 'EUR',
  versions: [{ from: '2020-01-01', import: { kind: 'flat', price: 200_000 } }],
});
const NOON = Date.UTC(2026, 0, 15, 11) / 1000; // 12:00 in Paris

let models: TestModels;
let account: number;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock(NOON * 1000);
  account = await addHousehold(stores.db, { autoRecord: true });
  models = await openModels({ stores, folder: testFolder(), clock });
});

async function say(time: number, values: Record<string, number>, node = 'meter'): Promise<void> {
  await models.inputs.receive(account, [{ node, time, values: Object.entries(values) }]);
}

async function everyMinute(from: number, minutes: number, watts: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) await say(from + minute * 60, { power: watts });
}

describe('what the house’s power says of itself', () => {
  test('nothing reports', async () => {
    const seen = await models.house.overview(account);
    expect(seen).toMatchObject({ state: 'empty', powerFeed: null, power: null, energyKwh: null, peak: null });
    expect(seen.curve.windows).toEqual([]);
    expect(seen.anchor).toBe(NOON);
  });

  test('power is heard and not recorded', async () => {
    await say(NOON, { voltage_v: 240, power: 700 });
    const seen = await models.house.overview(account);
    expect(seen).toMatchObject({
      state: 'input only',
      input: { node: 'meter', name: 'power', value: 700, time: NOON },
    });
  });

  test.each([
    ['live', 0],
    ['live', 180],
    ['stale', 181],
    ['stale', 1800],
    ['offline', 1801],
  ])('%s, %i s after a reading of every minute', async (state, silence) => {
    await everyMinute(NOON - 60, 2, 700);
    clock.advance(silence * 1000);
    expect(await models.house.overview(account)).toMatchObject({ state, power: { value: 700, time: NOON } });
  });

  test('an old reading that comes in now is live, and the page is about its day', async () => {
    const then = NOON - 3650 * 86_400;
    await everyMinute(then, 3, 700);
    const seen = await models.house.overview(account);
    expect(seen).toMatchObject({ state: 'live', anchor: then + 120 });
    expect(seen.day).toEqual({ start: then - 12 * 3600, end: then + 12 * 3600 });
    expect(seen.curve.end).toBeGreaterThan(seen.anchor);
    expect(seen.curve.windows.map(([, , , mean]) => mean)).toEqual([700]);
  });

  test('the other feeds stand beside it', async () => {
    for (const time of [NOON - 60, NOON]) await say(time, { power: 700, temperature: 21 });
    const { others, powerFeed, energyFeed } = await models.house.overview(account);
    expect(others).toMatchObject([{ name: 'temperature', tag: 'meter', unit: '°C', value: 21, time: NOON }]);
    expect(models.feeds.find(powerFeed ?? 0)?.name).toBe('power');
    expect(models.feeds.find(energyFeed ?? 0)?.name).toBe('power_kwh');
  });

  test('another household’s feed is never shown', async () => {
    await everyMinute(NOON - 60, 2, 700);
    const neighbour = await addHousehold(stores.db, { autoRecord: true });
    await models.users.load();
    await models.users.setAccount(neighbour, { powerFeed: models.users.account(account)?.powerFeed ?? null });
    expect(await models.house.overview(neighbour)).toMatchObject({ state: 'empty', powerFeed: null, others: [] });
  });
});

describe('energy of a day', () => {
  const MIDNIGHT = NOON - 12 * 3600;
  const cases: readonly [string, readonly (readonly [from: number, minutes: number, watts: number])[], number][] = [
    ['an hour of 1 kW', [[MIDNIGHT, 60, 1000]], 1],
    [
      'only what is of this day',
      [
        [MIDNIGHT - 600, 10, 1000],
        [MIDNIGHT, 60, 1000],
      ],
      1,
    ],
    [
      'a reading that fails to come is bridged',
      [
        [MIDNIGHT, 30, 1000],
        [MIDNIGHT + 31 * 60, 29, 1000],
      ],
      1,
    ],
    [
      'a gap counts as nothing',
      [
        [MIDNIGHT, 30, 1000],
        [MIDNIGHT + 7200, 30, 1000],
      ],
      1,
    ],
  ];
  test.each(cases)('%s', async (_name, runs, kwh) => {
    for (const [from, minutes, watts] of runs) await everyMinute(from, minutes, watts);
    expect((await models.house.overview(account)).energyKwh).toBeCloseTo(kwh, 9);
  });

  test('a meter that reports every 12 s loses nothing to its 10 s slots', async () => {
    for (let at = 0; at < 300; at += 1) await say(MIDNIGHT + at * 12, { power: 1000 });
    expect((await models.house.overview(account)).energyKwh).toBeCloseTo(1, 2);
  });

  test.each([0, 1, 29, 30, 59])('%i s into a slot the day so far is what the costs say of it', async (seconds) => {
    await models.tariffs.set(account, FLAT);
    await everyMinute(MIDNIGHT - 600, 730 + 1, 1700);
    clock.advance(seconds * 1000);
    const { energyKwh, day } = await models.house.overview(account);
    const found = await models.costs.costs(account, { from: day.start, to: clock.seconds(), by: 'all' });
    expect(energyKwh).toBe((found?.total.house.joules ?? 0) / 3_600_000);
    expect(energyKwh).toBeCloseTo((1.7 * (12 * 3600 + seconds)) / 3600, 6);
  });

  test('the shared real day is 30.41 kWh', async () => {
    account = await addHousehold(stores.db, { autoRecord: true, timezone: 'Europe/Paris' });
    await models.users.load();
    const [header = '', ...lines] = readFileSync(join(projectRoot, 'test/data/household-2007-02-01.csv'), 'utf8')
      .trim()
      .split('\n');
    const names = header.split(',').slice(1);
    for (const line of lines) {
      const [time = 0, ...values] = line.split(',').map(Number);
      await say(time, Object.fromEntries(names.map((name, at) => [name, values[at] ?? 0])));
    }
    const seen = await models.house.overview(account);
    expect(Math.abs((seen.energyKwh ?? 0) / 30.41 - 1)).toBeLessThan(0.001);
    expect(seen.curve.windows).toHaveLength(288);
    expect(models.feeds.find(seen.powerFeed ?? 0)).toMatchObject({ name: 'active_power_w', interval: 60 });
    expect(Math.abs((models.feeds.last(seen.energyFeed ?? 0)?.value ?? 0) / 30.41 - 1)).toBeLessThan(0.001);
    expect(new Date((seen.peak?.time ?? 0) * 1000).toISOString()).toBe('2007-02-01T06:35:00.000Z');
  });
});

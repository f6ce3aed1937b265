import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../test/household.ts';
import { testFolder, testStores } from '../test/stores.ts';
import { fittingInterval, MOST_AUTO_FEEDS } from './auto-record.ts';

const stores = await testStores();
const T = 1_700_000_040; // on a minute

let models: TestModels;
let account: number;
let clock: ManualClock;
let folder: string;

beforeEach(async () => {
  clock = new ManualClock((T + 3600) * 1000);
  folder = testFolder();
  account = await addHousehold(stores.db, { autoRecord: true });
  models = await openModels({ stores, folder, clock });
});

async function say(after: number, values: Record<string, number | null>, node = 'meter'): Promise<void> {
  await models.inputs.receive(account, [{ node, time: T + after, values: Object.entries(values) }]);
}

function feeds() {
  return models.feeds.list(account).map(({ tag, name, interval, unit }) => [tag, name, interval, unit]);
}

const SPACINGS: readonly [string, number, number][] = [
  ['every second', 1, 10],
  ['every ten', 10, 10],
  ['every ten, a little late', 11, 10],
  ['every 12', 12, 10],
  ['every minute, a little early', 57, 60],
  ['every minute, too early', 54, 30],
  ['every minute', 60, 60],
  ['every five minutes', 299, 300],
  ['every hour', 3600, 3600],
  ['once a day', 86_400, 3600],
];

test.each(SPACINGS)('a meter that reports %s', (_name, spacing, interval) => {
  expect(fittingInterval(spacing)).toBe(interval);
});

describe('in a household that records by itself', () => {
  test('an input gets its feed with the second reading, and both are in it', async () => {
    await say(0, { temperature: 20 });
    expect(feeds()).toEqual([]);
    await say(60, { temperature: 21 });
    await say(120, { temperature: 22 });
    expect(feeds()).toEqual([['meter', 'temperature', 60, '°C']]);
    const [feed] = models.feeds.list(account);
    expect(await models.series.samples(feed?.id ?? 0, [T, T + 60, T + 120])).toEqual([20, 21, 22]);
    expect(models.inputs.list(account)[0]?.processList).toBe(`1:${feed?.id}`);
  });

  test('power gets energy beside it and becomes the house’s own', async () => {
    await say(0, { voltage_v: 240, active_power_w: 1000 });
    await say(60, { voltage_v: 241, active_power_w: 1200 });
    expect(feeds()).toEqual([
      ['meter', 'voltage_v', 60, 'V'],
      ['meter', 'active_power_w', 60, 'W'],
      ['meter', 'active_power_w_kwh', 60, 'kWh'],
    ]);
    const [, power, energy] = models.feeds.list(account);
    expect(models.users.account(account)).toMatchObject({ powerFeed: power?.id, energyFeed: energy?.id });
    expect(models.feeds.last(energy?.id ?? 0)?.value).toBeCloseTo((60 * 1200) / 3.6e6, 9);
  });

  test('what stands for the whole house takes the place of a part of it, not the other way round', async () => {
    for (const after of [0, 10]) await say(after, { solar: 500 }, 'roof');
    for (const after of [0, 10]) await say(after, { grid_power: 800 }, 'cellar');
    for (const after of [0, 10]) await say(after, { kitchen_w: 100 }, 'kitchen');
    const house = models.users.account(account)?.powerFeed;
    expect(models.feeds.find(house ?? 0)?.name).toBe('grid_power');
  });

  test('a plug is recorded and never stands for the house', async () => {
    for (const after of [0, 10]) await say(after, { power: 800 }, 'plug');
    expect(feeds()).toContainEqual(['plug', 'power_kwh', 10, 'kWh']);
    expect(models.users.account(account)?.powerFeed).toBeNull();
  });

  test('a choice a person made stays', async () => {
    const chosen = await models.feeds.create(account, { name: 'mine', tag: 't', engine: 5 });
    await models.users.setAccount(account, { powerFeed: chosen });
    for (const after of [0, 10]) await say(after, { power: 800 });
    expect(models.users.account(account)?.powerFeed).toBe(chosen);
  });

  test('a power feed that was deleted is followed by the next meter', async () => {
    for (const after of [0, 10]) await say(after, { power: 800 });
    await models.feeds.remove(models.users.account(account)?.powerFeed ?? 0);
    for (const after of [20, 30]) await say(after, { solar: 500 }, 'roof');
    expect(models.feeds.find(models.users.account(account)?.powerFeed ?? 0)?.name).toBe('solar');
  });

  test('repeated and late readings decide nothing', async () => {
    await say(0, { power: 1 });
    await say(0, { power: 1 });
    await say(-60, { power: 1 });
    expect(feeds()).toEqual([]);
    await say(30, { power: 1 });
    expect(feeds()[0]).toEqual(['meter', 'power', 30, 'W']);
  });

  test('an input without a value yet waits for one', async () => {
    await say(0, { power: null });
    await say(10, { power: null });
    expect(feeds()).toEqual([]);
  });

  test('several readings in one packet are enough', async () => {
    const values = (value: number) => [['power', value]] as const;
    await models.inputs.receive(account, [
      { node: 'm', time: T, values: values(1) },
      { node: 'm', time: T + 10, values: values(2) },
    ]);
    const [feed] = models.feeds.list(account);
    expect(await models.series.samples(feed?.id ?? 0, [T, T + 10])).toEqual([1, 2]);
  });

  test('packets that come at once make one feed', async () => {
    await Promise.all([0, 10, 20, 30].map((after) => say(after, { humidity: after })));
    expect(feeds()).toHaveLength(1);
    const [feed] = models.feeds.list(account);
    expect(await models.series.samples(feed?.id ?? 0, [T, T + 10, T + 20, T + 30])).toEqual([0, 10, 20, 30]);
  });

  test('an input that was deleted and comes back goes on in its old feed', async () => {
    for (const after of [0, 10]) await say(after, { humidity: 40 });
    await models.inputs.remove(
      account,
      models.inputs.list(account).map(({ id }) => id),
    );
    for (const after of [20, 30]) await say(after, { humidity: 41 });
    expect(feeds()).toHaveLength(1);
    expect(models.feeds.last(models.feeds.list(account)[0]?.id ?? 0)).toEqual({ time: T + 30, value: 41 });
  });

  test('a restart between the first two readings loses neither', async () => {
    await say(0, { humidity: 40 });
    await models.live.stop();
    await models.series.close();
    models = await openModels({ stores, folder, clock });
    await say(300, { humidity: 41 });
    expect(feeds()).toEqual([['meter', 'humidity', 300, '%']]);
    expect(await models.series.samples(models.feeds.list(account)[0]?.id ?? 0, [T - 240, T, T + 300])).toContain(40);
  });

  test('an input whose list a person emptied is left alone, also after a restart', async () => {
    for (const after of [0, 10]) await say(after, { humidity: 40 });
    const id = models.inputs.list(account)[0]?.id ?? 0;
    await models.inputs.setProcessList(account, id, []);
    await models.series.close();
    models = await openModels({ stores, folder, clock });
    for (const after of [20, 30, 40]) await say(after, { humidity: 40 });
    expect(models.inputs.find(id)?.processList).toBe('');
  });

  test('a household with all the feeds it may have records no more', async () => {
    for (let at = 0; at < MOST_AUTO_FEEDS; at += 1)
      await models.feeds.create(account, { name: `f${at}`, tag: 't', engine: 7 });
    for (const after of [0, 10, 20]) await say(after, { humidity: 40 });
    expect(feeds()).toHaveLength(MOST_AUTO_FEEDS);
    expect(models.inputs.list(account)[0]?.value).toBe(40);
  });
});

test('a household as EmonCMS makes it records only what a person sets up', async () => {
  account = await addHousehold(stores.db, { autoRecord: false });
  await models.users.load();
  for (const after of [0, 10, 20]) await say(after, { power: 1 });
  expect(feeds()).toEqual([]);
  expect(models.inputs.list(account)[0]?.processList).toBe('');
});

import { beforeEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';
import type { DeviceMessage, Driver } from '../../models/drivers/driver.ts';
import { ownIdentity } from '../../models/isdl/own-identity.ts';
import { Busy, type FakeFamily, fakeFamily, fakeFound } from '../../test/fake-driver.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { createDeviceModels } from '../device-models.ts';
import { Poller } from './poller.ts';

const stores = await testStores();
const log = createLog('silent');
let clock: ManualClock;
let models: TestModels;
let fake: FakeFamily;
let account: number;
let poller: Poller;
let busy: Busy;

beforeEach(async () => {
  await stores.clear();
  clock = new ManualClock();
  models = await openModels({ stores, folder: testFolder('poller'), clock });
  busy = new Busy();
  fake = fakeFamily();
  models.drivers.set('fake', fake.driver);
  account = await addHousehold(stores.db);
  await models.users.load();
  poller = pollerOf(models);
  return stop;
});

async function stop(): Promise<void> {
  const stopped = poller.stop();
  clock.advance(1000);
  await stopped;
}

const pass = (ms: number, step?: number) => busy.pass(clock, ms, step);

function pollerOf(from: TestModels): Poller {
  return new Poller({
    ...from,
    devices: busy.watch(from.devices),
    intake: busy.watch(from.intake),
    states: busy.watch(from.states),
    health: from.deviceHealth,
    feeds: busy.watch(from.deviceFeeds),
    clock,
    log,
  });
}

async function adopt(identity: string, fields: object = {}): Promise<number> {
  const { id } = await models.devices.adopt(account, fakeFound(identity), { now: clock.seconds() });
  await models.devices.set(id, fields);
  return id;
}

const value = (node: string, name: string) => models.inputs.byName(account, node, name)?.value;
const last = (node: string, name: string) => {
  const feed = models.feeds.byName(account, node, name);
  return feed && models.feeds.last(feed.id)?.value;
};

test('a device that was just let in is read at once and gets its feeds', async () => {
  poller.start();
  fake.answers.set('p1', () => ({ values: { power_w: 60, energy_wh: 5000, voltage_v: 230 }, on: true, valid: true }));
  const id = await adopt('p1');
  await pass(1000, 100);
  const shown = ['power_w', 'energy_kwh', 'switch', 'voltage_v', 'fetch_success', 'is_valid'].map((name) =>
    value('p1', name),
  );
  expect(shown).toEqual([60, 5, 1, 230, 1, 1]);
  expect(
    models.feeds.list(account).map(({ tag, name, engine, interval, unit }) => [tag, name, engine, interval, unit]),
  ).toEqual(
    [
      ['p1', 'power_w', 5, 10, 'W'],
      ['p1', 'energy_kwh', 5, 10, 'kWh'],
      ['p1', 'energy_kwhd', 2, 0, 'kWh'],
      ['p1', 'switch', 5, 10, ''],
    ].map((row) => expect.arrayContaining(row)),
  );
  expect(models.deviceHealth.of(id)).toMatchObject({ state: 'online', valid: true });
  expect(models.intake.latest(id)?.values).toEqual({ power_w: 60, energy_wh: 5000, voltage_v: 230 });
});

test('a device that came along from ISDL by its name alone is asked who it is before it is read', async () => {
  const identify = async (address: string) => ({ ...fakeFound('p1'), address });
  models.drivers.set('fake', { ...fake.driver, identify });
  fake.answers.set('p1', () => ({ values: { power_w: 60 }, valid: true }));
  const id = await adopt(ownIdentity('Boiler'), { address: '10.0.0.5' });
  poller.start();
  await pass(1000, 100);
  expect(models.devices.find(id)?.identity).toBe('p1');
  expect(models.deviceHealth.of(id).state).toBe('online');
});

test('energy goes on over a counter that is set back, and over a restart of the hub', async () => {
  let counter = 5000;
  fake.answers.set('p1', () => ({ values: { power_w: 60, energy_wh: counter }, valid: true }));
  await adopt('p1', { interval: 60 });
  poller.start();
  await pass(60_000, 60_000);
  counter = 5030;
  await pass(60_000, 60_000);
  expect(last('p1', 'energy_kwh')).toBeCloseTo(5.03, 5);
  counter = 10;
  await pass(60_000, 60_000);
  expect(last('p1', 'energy_kwh')).toBeCloseTo(5.04, 5);
  await stop();
  await models.devices.load();
  const reborn = { ...models, ...createDeviceModels({ ...models, db: stores.db, random: systemRandom, clock, log }) };
  poller = pollerOf(reborn);
  poller.start();
  counter = 25;
  await pass(60_000, 60_000);
  expect(last('p1', 'energy_kwh')).toBeCloseTo(5.055, 5);
  expect(last('p1', 'energy_kwhd')).toBeCloseTo(0.055, 4);
});

test('a device without a counter has its energy counted from its power', async () => {
  fake.answers.set('p1', () => ({ values: { power_w: 3600 }, valid: true }));
  await adopt('p1');
  poller.start();
  await pass(100_000);
  expect(last('p1', 'energy_kwh')).toBeCloseTo(0.1, 2);
  expect(last('p1', 'energy_kwhd')).toBeCloseTo(0.1, 2);
});

test('figures a device does not trust are told but not recorded', async () => {
  fake.answers.set('p1', () => ({ values: { power_w: 9999 }, on: true, valid: false }));
  const id = await adopt('p1');
  poller.start();
  await pass(1000, 500);
  expect([value('p1', 'power_w'), value('p1', 'is_valid'), value('p1', 'fetch_success')]).toEqual([undefined, 0, 1]);
  expect(models.deviceHealth.of(id)).toMatchObject({ state: 'online', valid: false });
});

test('an unanswering device: a warning, offline, asked less often; back online at its next answer', async () => {
  const id = await adopt('p1');
  poller.start();
  const states: string[] = [];
  models.deviceHealth.listen((of) => states.push(models.deviceHealth.of(of).state));
  await pass(600_000, 5000);
  expect(value('p1', 'fetch_success')).toBe(0);
  expect(fake.asked.get('p1')).toBeGreaterThan(9);
  expect(fake.asked.get('p1')).toBeLessThan(16);
  expect(models.deviceHealth.of(id).recent).toHaveLength(5);
  fake.answers.set('p1', () => ({ values: { power_w: 1 }, valid: true }));
  await pass(61_000, 5000);
  expect(states).toEqual(['warning', 'offline', 'online']);
});

test('a device found at a new address is asked again soon', async () => {
  const id = await adopt('p1');
  poller.start();
  await pass(300_000, 10_000);
  const before = fake.asked.get('p1') ?? 0;
  fake.answers.set('p1', () => ({ values: { power_w: 1 }, valid: true }));
  await models.devices.set(id, { address: '127.0.0.7' });
  await pass(1000);
  expect(fake.asked.get('p1')).toBeGreaterThan(before);
});

test('a device that tells by itself is asked for its state as soon as it comes, and again while it may not listen yet', async () => {
  let asked = 0;
  const { read: _, ...base } = fake.driver;
  const driver: Driver = {
    ...base,
    family: 'teller',
    capabilities: { read: 'push', switch: true },
    async refresh() {
      asked += 1;
    },
  };
  models.drivers.set('teller', driver);
  const { id } = await models.devices.adopt(account, fakeFound('p1', 'teller'), { now: clock.seconds() });
  poller.start();
  await pass(1000, 50);
  expect(asked).toBe(1);
  // it says under which node it reports
  await models.devices.set(id, { settings: { topic: 'emon/p1' } });
  await pass(300, 50);
  expect(asked).toBe(2);
  const report = (message: DeviceMessage) => {
    const device = models.devices.find(id);
    return device && models.intake.take(device, message);
  };
  await report({ on: true, online: true });
  await pass(20_000, 100);
  const before = asked;
  await report({ reboot: true, online: true });
  await pass(250, 50);
  expect(asked).toBe(before + 1);
  await pass(750, 50);
  expect(asked).toBe(before + 2);
  await pass(2000, 50);
  expect(asked).toBe(before + 3);
  await pass(9000, 50);
  expect(asked).toBe(before + 3);
});

test.each([100, 5000, 9900])(
  'first read %i ms after a slot began, a device has a second slot within 11 s',
  async (ms) => {
    clock.advance(10_000 - (clock.now() % 10_000) + ms);
    poller.start();
    fake.answers.set('p1', () => ({ values: { power_w: 60 }, on: true, valid: true }));
    await adopt('p1');
    await pass(500, 100);
    const feed = models.feeds.byName(account, 'p1', 'power_w');
    const first = feed && models.feeds.last(feed.id)?.time;
    await pass(10_500, 100);
    const second = feed && models.feeds.last(feed.id)?.time;
    expect([first, second]).toEqual([expect.any(Number), (first ?? 0) + 10]);
  },
);

test('one device that never answers delays no other and is never asked twice at a time', async () => {
  fake.answers.set('slow', () => new Promise(() => undefined));
  const slow = await adopt('slow');
  for (const identity of ['a', 'b', 'c']) {
    fake.answers.set(identity, () => ({ values: { power_w: 1 }, valid: true }));
    await adopt(identity);
  }
  poller.start();
  await pass(100_000, 2000);
  expect(['a', 'b', 'c'].map((identity) => fake.asked.get(identity))).toEqual([16, 16, 16]);
  expect([fake.asked.get('slow'), fake.mostOpen.get('slow')]).toEqual([1, 1]);
  expect(models.deviceHealth.of(slow)).toMatchObject({
    state: 'offline',
    recent: expect.arrayContaining([expect.objectContaining({ fault: 'timeout' })]),
  });
});

test.each<[string, () => never]>([
  [
    'an error of the driver’s own',
    () => {
      throw new TypeError('x is undefined');
    },
  ],
  [
    'a device’s refusal',
    () => {
      throw new DeviceError('answer', 'It said no.');
    },
  ],
])('%s is a failure of the device and of nothing else', async (_name, answer) => {
  fake.answers.set('p1', answer);
  const id = await adopt('p1');
  poller.start();
  await pass(30_000, 5000);
  expect(models.deviceHealth.of(id).state).toBe('offline');
});

test('each device has its own interval, and one that is disabled or removed is left alone', async () => {
  const ids: number[] = [];
  for (const [identity, interval] of [
    ['a', 5],
    ['b', 30],
    ['c', 5],
    ['d', 5],
  ] as const) {
    fake.answers.set(identity, () => ({ values: { power_w: 1 }, valid: true }));
    ids.push(await adopt(identity, { interval }));
  }
  await models.devices.set(ids[2] ?? 0, { enabled: false });
  poller.start();
  await pass(30_000, 1000);
  await models.devices.remove(ids[3] ?? 0);
  const removed = fake.asked.get('d');
  await pass(30_000, 1000);
  expect([fake.asked.get('a'), fake.asked.get('b'), fake.asked.get('c')]).toEqual([17, 10, undefined]);
  expect(fake.asked.get('d')).toBe(removed);
});

test('after a switch the device is asked soon whether it did', async () => {
  let on = false;
  fake.answers.set('p1', () => ({ values: { power_w: 1 }, on, valid: true }));
  const id = await adopt('p1', { interval: 3600 });
  poller.start();
  await pass(1000, 500);
  await models.states.want(id, true, 'Mari', 'page');
  on = true;
  await pass(2000, 500);
  expect(models.states.reported(id)?.on).toBe(true);
});

test('readings that cannot be stored are the storage’s fault', async () => {
  fake.answers.set('p1', () => ({ values: { power_w: 1 }, valid: true }));
  const id = await adopt('p1');
  const broken = { ...models.inputs, byName: () => undefined, receive: () => Promise.reject(new Error('disk full')) };
  const others = {
    ...models,
    ...createDeviceModels({ ...models, inputs: broken as never, db: stores.db, random: systemRandom, clock, log }),
  };
  poller = pollerOf(others);
  poller.start();
  await pass(30_000, 5000);
  expect(others.deviceHealth.of(id).state).toBe('online');
});

test('stopped, it leaves nothing behind', async () => {
  fake.answers.set('p1', () => ({ values: { power_w: 1 }, valid: true }));
  await adopt('p1');
  poller.start();
  await pass(20_000, 5000);
  await stop();
  const asked = fake.asked.get('p1');
  await pass(60_000, 10_000);
  expect(fake.asked.get('p1')).toBe(asked);
});

test('what a device kept in a gap comes before what it says now, and only after a gap', async () => {
  const asked: number[] = [];
  const gap: number[] = [];
  models.drivers.set('fake', {
    ...fake.driver,
    missed: async (_device, since) => {
      asked.push(since);
      return [60, 120].map((after) => ({ time: since + after, values: { power_w: after }, valid: true }));
    },
  });
  const id = await adopt('p1', { interval: 10 });
  const node = models.devices.find(id)?.node ?? '';
  const power = () => models.inputs.byName(account, node, 'power_w');
  fake.answers.set('p1', () => ({ values: { power_w: 5 }, valid: true }));
  poller.start();
  await pass(30_000);
  expect(asked).toEqual([]);
  const last = power()?.time ?? 0;
  const take = models.deviceFeeds.takePast.bind(models.deviceFeeds);
  models.deviceFeeds.takePast = async (device, reading, time) => {
    await take(device, reading, time);
    gap.push(power()?.value ?? 0);
  };
  fake.answers.delete('p1');
  await pass(300_000);
  fake.answers.set('p1', () => ({ values: { power_w: 7 }, valid: true }));
  await pass(70_000);
  expect(asked).toEqual([last]);
  expect(gap).toEqual([60, 120]);
  expect(power()?.value).toBe(7);
});

import { beforeEach, expect, test } from 'vitest';
import { systemRandom } from '../lib/random.ts';
import { testStores } from '../test/stores.ts';
import { DeviceModel } from './device.ts';
import type { Found } from './drivers/driver.ts';

const { db, clear } = await testStores();
let devices: DeviceModel;

const PLUG: Found = {
  family: 'kasa',
  identity: '50c7bf000001',
  address: '192.168.1.20',
  model: 'HS110(EU)',
  name: 'Kettle',
  type: 'plug',
  supported: true,
};

beforeEach(async () => {
  await clear();
  devices = new DeviceModel({ db, random: systemRandom });
  await devices.load();
});

test('lets a found device in, and knows it again after a restart', async () => {
  const device = await devices.adopt(1, PLUG, { now: 1000, room: 'Kitchen', place: 'w.r1.c2' });
  expect(device).toMatchObject({
    ...{ node: 'kettle', name: 'Kettle', room: 'Kitchen', place: 'w.r1.c2' },
    created: 1000,
  });
  const again = new DeviceModel({ db, random: systemRandom });
  await again.load();
  expect(again.find(device.id)).toEqual(device);
  expect(again.byIdentity(1, 'kasa', PLUG.identity)).toEqual(device);
});

test('let in twice it is one device at its new address', async () => {
  const first = await devices.adopt(1, PLUG, { now: 1000, name: 'Tea' });
  const second = await devices.adopt(1, { ...PLUG, address: '192.168.1.99', name: 'Other' }, { now: 2000 });
  expect(second).toEqual({ ...first, address: '192.168.1.99' });
  expect(devices.list(1)).toHaveLength(1);
});

test('two of one name get two nodes', async () => {
  const names = ['a', 'b', 'c'].map(
    async (identity) => (await devices.adopt(1, { ...PLUG, identity }, { now: 1 })).node,
  );
  expect(await Promise.all(names)).toEqual(['kettle', 'kettle_2', 'kettle_3']);
});

test('a node that posted before is the same device', async () => {
  const id = await devices.create(1, 'smartplug1272', { name: 'smartplug1272:smartplug', type: 'smartplug' });
  const adopted = await devices.adopt(
    1,
    { ...PLUG, family: 'emonesp' },
    { now: 5, node: 'smartplug1272', name: 'Heater' },
  );
  expect(adopted).toMatchObject({ id, node: 'smartplug1272', name: 'Heater', family: 'emonesp' });
});

test('the same device in two households is two', async () => {
  const [one, two] = [await devices.adopt(1, PLUG, { now: 1 }), await devices.adopt(2, PLUG, { now: 1 })];
  expect(one.id).not.toBe(two.id);
});

test.each([
  ['<img src=x onerror=alert(1)>', 'img src x onerror alert 1'],
  ['', 'HS110 EU'],
  ['\u0000\u202e', 'Device'],
  ['Küche Ø 3', 'Küche Ø 3'],
])('a name as evil as %j is kept as %j', async (name, kept) => {
  expect((await devices.adopt(1, { ...PLUG, name }, { now: 1 })).name).toBe(kept);
});

test.each([
  ['an identity with markup', { ...PLUG, identity: '<b>' }, {}],
  ['an address with a path', { ...PLUG, address: 'host/path' }, {}],
  ['a place that is none', PLUG, { place: 'over there' }],
  ['a name with markup from a person', PLUG, { name: '<b>' }],
])('refuses %s', async (_name, found, wish) => {
  await expect(devices.adopt(1, found, { now: 1, ...wish })).rejects.toMatchObject({ code: 'HUB_BAD_REQUEST' });
  expect(devices.list(1)).toEqual([]);
});

test('tells listeners of what is made, changed and removed', async () => {
  const told: number[] = [];
  const stop = devices.listen((account, id) => told.push(account, id));
  const { id } = await devices.adopt(7, PLUG, { now: 1 });
  await devices.set(id, { room: 'Hall' });
  await devices.remove(id);
  stop();
  await devices.adopt(7, PLUG, { now: 1 });
  expect(told).toEqual([7, id, 7, id, 7, id]);
});

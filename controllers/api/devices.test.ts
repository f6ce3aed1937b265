import { beforeAll, beforeEach, expect, test } from 'vitest';
import { DeviceError } from '../../models/drivers/device-error.ts';
import { type FakeFamily, fakeFamily, fakeFound } from '../../test/fake-driver.ts';
import { type Browser, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
/** The household's first person is its owner. */
const account = 1;
let app: PageApp;
let owner: Browser;
let guest: Browser;
let fake: FakeFamily;
let id: number;

beforeAll(async () => {
  app = await pageApp(stores);
  owner = await app.browserOf('owner');
  guest = await app.browserOf('guest');
});

beforeEach(async () => {
  fake = fakeFamily();
  app.drivers.set('fake', fake.driver);
  for (const device of app.devices.all()) await app.devices.remove(device.id);
  const found = { ...fakeFound('p1'), settings: { password: 'hunter2', channel: 0 } };
  id = (await app.devices.adopt(account, found, { now: 1000, room: 'Hall' })).id;
});

test('a device tells what it is, what it says and what is wanted of it', async () => {
  const device = app.devices.find(id);
  if (!device) throw new Error('no device');
  await app.intake.answered(device, { values: { power_w: 60, energy_wh: 5000 }, on: false, valid: true }, 0);
  await app.states.want(id, true, 'Mari', 'test');
  const { body } = await guest.get(`/api/v1/devices/${id}`);
  expect(body).toMatchObject({
    ...{ id, node: 'p1', family: 'fake', identity: 'p1', room: 'Hall', canSwitch: true, differs: true },
    health: { state: 'online', valid: true, failures: 0, fault: null },
    desired: { on: true, by: 'Mari', why: 'test' },
    reported: { on: false },
    values: { power_w: 60, energy_wh: 5000 },
    powerFeed: expect.any(Number),
    energyFeed: expect.any(Number),
    todayKwh: 0,
  });
  expect(body.settings).toEqual({ channel: 0 });
  expect((await guest.get('/api/v1/devices')).body.devices).toEqual([body]);
});

test('switching says what came of it, and the log who did it', async () => {
  expect((await owner.post(`/api/v1/devices/${id}/switch`).send({ on: true })).body).toEqual({
    ...{ done: true, fault: null, message: null },
  });
  fake.deaf = true;
  const refused = await owner.post(`/api/v1/devices/${id}/switch`).send({ on: false, why: 'bed time' });
  expect([refused.status, refused.body.done, refused.body.fault]).toEqual([200, false, 'timeout']);
  const { log } = (await guest.get(`/api/v1/devices/${id}/log`)).body;
  expect(log.map((row: Record<string, unknown>) => [row.on, row.why, row.outcome])).toEqual([
    [false, 'bed time', 'timeout'],
    [true, 'over the API', 'done'],
  ]);
});

test.each([
  ['no status', {}],
  ['a status in words', { on: 'off' }],
  ['a number', { on: 0 }],
  ['null', { on: null }],
  ['something else besides', { on: true, off: true }],
])('%s switches nothing', async (_name, body) => {
  expect((await owner.post(`/api/v1/devices/${id}/switch`).send(body)).status).toBe(400);
  expect(fake.switched).toEqual([]);
});

test('changes what is said and leaves the rest; secrets stay where nobody says otherwise', async () => {
  const change = { name: 'Heater', place: 'w.r1.c2', interval: 30, settings: { channel: 1, extra: null } };
  const { status, body } = await owner.patch(`/api/v1/devices/${id}`).send(change);
  expect([status, body]).toEqual([
    200,
    expect.objectContaining({ name: 'Heater', room: 'Hall', place: 'w.r1.c2', interval: 30, settings: { channel: 1 } }),
  ]);
  expect(app.devices.find(id)?.settings).toEqual({ password: 'hunter2', channel: 1 });
});

test('says why the device itself did not take a change, which is kept all the same', async () => {
  const quiet = await owner.patch(`/api/v1/devices/${id}`).send({ settings: { channel: 2 } });
  expect(quiet.body.fault).toBeNull();
  app.drivers.set('fake', {
    ...fake.driver,
    configure: () => Promise.reject(new DeviceError('timeout', 'The device did not answer in time.')),
  });
  const { status, body } = await owner.patch(`/api/v1/devices/${id}`).send({ settings: { channel: 3 } });
  expect([status, body.fault, app.devices.find(id)?.settings.channel]).toEqual([200, 'timeout', 3]);
});

test.each([
  ['markup in the name', { name: '<b>' }],
  ['no place', { place: 'over there' }],
  ['an interval of nothing', { interval: 0 }],
  ['what is not a person’s', { identity: 'x' }],
  ['an address with a path', { address: 'a/b' }],
])('refuses %s', async (_name, change) => {
  const { status, body } = await owner.patch(`/api/v1/devices/${id}`).send(change);
  expect([status, body.type]).toEqual([400, 'HUB_BAD_REQUEST']);
});

test('one that is let go is gone, its log too, and EmonCMS’s list agrees', async () => {
  await owner.post(`/api/v1/devices/${id}/switch`).send({ on: true });
  expect((await owner.get('/device/list.json')).body).toHaveLength(1);
  expect((await owner.delete(`/api/v1/devices/${id}`)).status).toBe(204);
  expect((await owner.get(`/api/v1/devices/${id}`)).body.type).toBe('HUB_DEVICE_NOT_FOUND');
  expect((await owner.get('/device/list.json')).body).toEqual([]);
});

test('a guest looks and changes nothing', async () => {
  const tries = [
    guest.patch(`/api/v1/devices/${id}`).send({ name: 'x' }),
    guest.post(`/api/v1/devices/${id}/switch`).send({ on: true }),
    guest.delete(`/api/v1/devices/${id}`),
  ];
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([403, 403, 403]);
});

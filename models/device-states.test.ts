import { beforeEach, expect, test } from 'vitest';
import { createDeviceModels } from '../app/device-models.ts';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { systemRandom } from '../lib/random.ts';
import { type FakeFamily, fakeFamily, fakeFound } from '../test/fake-driver.ts';
import { addHousehold, openModels, type TestModels } from '../test/household.ts';
import { testFolder, testStores } from '../test/stores.ts';
import { DeviceError } from './drivers/device-error.ts';

const stores = await testStores();
let clock: ManualClock;
let models: TestModels;
let fake: FakeFamily;
let id: number;
let account: number;

beforeEach(async () => {
  await stores.clear();
  clock = new ManualClock();
  models = await openModels({ stores, folder: testFolder('states'), clock });
  fake = fakeFamily();
  models.drivers.set('fake', fake.driver);
  account = await addHousehold(stores.db);
  await models.users.load();
  id = (await models.devices.adopt(account, fakeFound('p1'), { now: clock.seconds() })).id;
});

const says = (on: boolean, more: object = {}) => models.states.report(id, { on, at: clock.seconds(), ...more });

test('a wish is kept, sent and written down with who and why', async () => {
  expect(await models.states.want(id, true, 'Mari', 'page')).toEqual({ done: true });
  expect(fake.switched).toEqual([['p1', true]]);
  expect(models.states.desired(id)).toMatchObject({ on: true, by: 'Mari' });
  expect(models.states.reported(id)).toBeNull();
  expect(await models.switches.list(id)).toEqual([
    { at: clock.seconds(), on: true, who: 'Mari', why: 'page', outcome: 'done' },
  ]);
});

test('a device that does not answer is an outcome, and gets the wish when it is back', async () => {
  fake.deaf = true;
  expect(await models.states.want(id, true, 'Mari', 'page')).toMatchObject({ done: false, fault: 'timeout' });
  fake.deaf = false;
  clock.advance(60_000);
  await says(false, { reboot: true });
  expect(fake.switched).toEqual([['p1', true]]);
});

test('a device that told it leaves the broker has not been reached by what is published', async () => {
  models.drivers.set('fake', { ...fake.driver, capabilities: { read: 'push', switch: true } });
  models.deviceHealth.failed(id, 'p1', new DeviceError('unreachable', 'The device has left.'), true);
  expect(await models.states.want(id, true, 'Mari', 'page')).toMatchObject({ done: false, fault: 'unreachable' });
  models.deviceHealth.answered(id, 'p1');
  expect(await models.states.want(id, true, 'Mari', 'page')).toEqual({ done: true });
});

test('a device that came back without saying what it does gets the wish too', async () => {
  await models.states.want(id, true, 'Mari', 'page');
  await says(true);
  await models.states.report(id, { at: clock.seconds(), reboot: true });
  expect(fake.switched).toHaveLength(2);
});

test('a press on the device is a wish', async () => {
  await models.states.want(id, true, 'Mari', 'page');
  await says(true);
  clock.advance(5000);
  await says(false, { wish: true });
  expect(models.states.desired(id)).toMatchObject({ on: false, by: 'button' });
  expect(models.states.differs(id)).toBe(false);
  expect(fake.switched).toHaveLength(1);
  expect((await models.switches.list(id)).map(({ who, on }) => [who, on])).toEqual([
    ['button', false],
    ['Mari', true],
  ]);
});

test('a reboot is not a wish', async () => {
  await models.states.want(id, true, 'Mari', 'page');
  await says(true);
  clock.advance(60_000);
  await says(false, { reboot: true });
  expect(models.states.desired(id)).toMatchObject({ on: true, by: 'Mari' });
  expect(fake.switched).toEqual([
    ['p1', true],
    ['p1', true],
  ]);
});

test('what a device said before it was switched tells nothing', async () => {
  const asked = clock.monotonic();
  clock.advance(10);
  await models.states.want(id, true, 'Mari', 'page');
  await says(false, { asked });
  expect(models.states.reported(id)).toBeNull();
  expect(fake.switched).toHaveLength(1);
});

test('one that will not obey is told less and less often', async () => {
  await models.states.want(id, true, 'Mari', 'page');
  for (let seconds = 0; seconds < 3600; seconds += 10) {
    clock.advance(10_000);
    await says(false);
  }
  expect(models.states.differs(id)).toBe(true);
  expect(models.states.desired(id)).toMatchObject({ on: true });
  expect(fake.switched.length).toBeGreaterThan(6);
  expect(fake.switched.length).toBeLessThan(16);
});

test('wishes outlive the hub, and its restart is no person', async () => {
  await models.states.want(id, true, 'Mari', 'page');
  await says(true);
  await models.devices.load();
  const reborn = createDeviceModels({
    ...models,
    db: stores.db,
    random: systemRandom,
    clock,
    log: createLog('silent'),
  });
  clock.advance(3_600_000);
  await reborn.states.report(id, { on: false, at: clock.seconds() });
  expect(fake.switched).toEqual([
    ['p1', true],
    ['p1', true],
  ]);
});

test('what has run without a break since the wish was switched by a person, even while the hub was down', async () => {
  await models.states.want(id, true, 'Mari', 'page');
  await says(true, { uptime: 1000 });
  const reborn = createDeviceModels({
    ...models,
    db: stores.db,
    random: systemRandom,
    clock,
    log: createLog('silent'),
  });
  clock.advance(3_600_000);
  await reborn.states.report(id, { on: false, at: clock.seconds(), uptime: 4600 });
  expect(reborn.states.desired(id)).toMatchObject({ on: false, by: 'button' });
});

test('wishes for one device are sent in their order', async () => {
  await Promise.all([true, false, true, false].map((on) => models.states.want(id, on, 'Mari', 'page')));
  expect(fake.switched.map(([, on]) => on)).toEqual([true, false, true, false]);
});

test.each([
  ['one that is switched off in Hearth', { enabled: false }],
  ['one that only posts', { family: '' }],
])('%s cannot be switched', async (_name, fields) => {
  await models.devices.set(id, fields);
  await expect(models.states.want(id, true, 'Mari', 'page')).rejects.toMatchObject({ code: 'HUB_DEVICE_SWITCH' });
  expect(fake.switched).toEqual([]);
});

test('the log keeps the newest thousand', async () => {
  const entry = { account, who: 'Mari', why: 'page', outcome: 'done', on: 1, device: id };
  const rows = Array.from({ length: 1200 }, (_, at) => ({ ...entry, at }));
  await stores.db.insertInto('switches').values(rows).execute();
  await models.states.want(id, true, 'Mari', 'the last');
  const { count } = stores.db.fn;
  const left = await stores.db.selectFrom('switches').select(count('id').as('n')).executeTakeFirstOrThrow();
  expect(Number(left.n)).toBe(1000);
  expect((await models.switches.list(id, 1))[0]?.why).toBe('the last');
});

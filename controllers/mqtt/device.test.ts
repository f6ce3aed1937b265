import { beforeEach, expect, test } from 'vitest';
import { HubError } from '../../lib/errors.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Device } from '../../models/device.ts';
import type { DeviceMessage } from '../../models/drivers/driver.ts';
import type { Who } from '../../models/who.ts';
import { fakeFound } from '../../test/fake-driver.ts';
import { pushFamily } from '../../test/fake-push.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { deviceTopic } from './device.ts';

const stores = await testStores();
const log = createLog('silent');
let clock: ManualClock;
let models: TestModels;
let device: Device;
let who: Who;
let elsewhere: string[];
let overheard: string[];

beforeEach(async () => {
  await stores.clear();
  clock = new ManualClock();
  models = await openModels({ stores, folder: testFolder('topics'), clock });
  models.drivers.set('push', pushFamily());
  const account = await addHousehold(stores.db);
  await models.users.load();
  device = await models.devices.adopt(account, fakeFound('p1', 'push'), { now: 1, node: 'plug1' });
  who = { account, user: null, role: 'adult', by: 'write key', timezone: 'UTC' };
  [elsewhere, overheard] = [[], []];
});

async function said(topic: string, message: DeviceMessage | string, by = who): Promise<void> {
  const payload = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const take = deviceTopic(
    { topics: models.deviceTopics, intake: models.intake, clock, log, overheard: (_, on) => void overheard.push(on) },
    async (other) => void elsewhere.push(other.topic),
  );
  await take({ who: by, clientId: 'c', topic, payload, retain: false });
}

const value = (name: string) => models.inputs.byName(who.account, 'plug1', name)?.value;

test('what a device measures is kept when the message is acknowledged, and its feeds exist', async () => {
  await said('stat/p1/x', { reading: { values: { power_w: 60, energy_wh: 5000 }, valid: true }, on: true });
  expect([value('power_w'), value('energy_kwh'), value('is_valid'), value('fetch_success')]).toEqual([
    60,
    5,
    1,
    undefined,
  ]);
  expect(models.feeds.list(who.account).map(({ name }) => name)).toContain('energy_kwhd');
  expect(models.states.reported(device.id)).toMatchObject({ on: true });
});

test('a press is a wish; the last will is no press, and the wish is sent again afterwards', async () => {
  await models.states.want(device.id, true, 'Mari', 'page');
  await said('stat/p1/x', { on: true });
  await said('stat/p1/x', { on: false, wish: true });
  expect(models.states.desired(device.id)).toMatchObject({ on: false, by: 'button' });
  await models.states.want(device.id, true, 'Mari', 'page');
  await said('stat/p1/x', { on: true });
  await said('stat/p1/x', { online: false });
  expect(models.deviceHealth.of(device.id).state).toBe('offline');
  clock.advance(60_000);
  await said('stat/p1/x', { on: false, address: '192.168.1.7' });
  expect(models.states.desired(device.id)).toMatchObject({ on: true, by: 'Mari' });
  expect(models.commands.map(([, topic, payload]) => [topic, payload])).toEqual([
    ['cmnd/p1', 'ON'],
    ['cmnd/p1', 'ON'],
    ['cmnd/p1', 'ON'],
  ]);
  expect(models.devices.find(device.id)?.address).toBe('192.168.1.7');
});

test('a topic that readings share goes to the readings where it is no message of the device', async () => {
  await said('emon/plug1/out/state', { on: true });
  await said('emon/plug1/power', '60');
  await said('emon/other/power', '60');
  expect(elsewhere).toEqual(['emon/plug1/power', 'emon/other/power']);
});

test.each(['', '{', 'null', '\u0000'])('garbage %j harms nothing', async (payload) => {
  await said('stat/p1/x', payload);
  expect(models.deviceHealth.of(device.id).state).toBe('unknown');
});

test('another household’s device of the same name hears nothing', async () => {
  await said('stat/p1/x', { on: true }, { ...who, account: who.account + 1 });
  expect(models.states.reported(device.id)).toBeNull();
});

test('one that is not enabled is not heard, and what nobody knows is overheard', async () => {
  await models.devices.set(device.id, { enabled: false });
  await said('stat/p1/x', { on: true });
  expect(models.states.reported(device.id)).toBeNull();
  expect(overheard).toEqual(['stat/p1/x']);
});

test('what could not be stored is not acknowledged; what is refused for good is', async () => {
  const reading = { values: { power_w: 60 }, valid: true };
  const broken = { understand: () => ({ reading }), take: () => Promise.reject(new HubError('HUB_STORAGE')) };
  const refusing = { ...broken, take: () => Promise.reject(new HubError('HUB_TIME_AHEAD')) };
  const message = { who, clientId: 'c', topic: 'stat/p1/x', payload: Buffer.from('{}'), retain: false };
  const deps = { topics: models.deviceTopics, clock, log, overheard: () => undefined };
  await expect(deviceTopic({ ...deps, intake: broken })(message)).rejects.toMatchObject({ code: 'HUB_STORAGE' });
  await expect(deviceTopic({ ...deps, intake: refusing })(message)).resolves.toBeUndefined();
});

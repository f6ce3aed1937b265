import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../test/household.ts';
import { testFolder, testStores } from '../test/stores.ts';
import type { Device } from './device.ts';
import type { DeviceReading, Driver } from './drivers/driver.ts';
import { decodeProcessList } from './process/process-list.ts';

const stores = await testStores();
const T = 1_767_225_600;
let clock: ManualClock;
let models: TestModels;
let account: number;
let device: Device;

beforeEach(async () => {
  await stores.clear();
  clock = new ManualClock(T * 1000);
  models = await openModels({ stores, folder: testFolder('recording'), clock });
  account = await addHousehold(stores.db);
  await models.users.load();
  for (const read of ['poll', 'push'] as const) {
    const driver: Driver = { family: read, capabilities: { read, switch: true }, safeState: '', interval: 10 };
    models.drivers.set(read, driver);
  }
  device = await adopt('poll');
  return () => models.series.close();
});

async function adopt(family: string, type = 'plug'): Promise<Device> {
  const found = { family, identity: family, address: null, model: '', name: family, type, supported: true };
  return await models.devices.adopt(account, found, { now: T });
}

async function say(said: Pick<DeviceReading, 'values' | 'on'>, seconds = 10): Promise<void> {
  clock.advance(seconds * 1000);
  const present = models.devices.find(device.id) as Device;
  await models.deviceFeeds.take(present, { valid: true, ...said }, clock.seconds());
}

const names = () =>
  models.feeds
    .list(account)
    .map(({ name }) => name)
    .sort();
const input = (name: string) => models.inputs.byName(account, device.node, name);
const steps = (name: string) => decodeProcessList(input(name)?.processList ?? '').map(({ key }) => key.slice(9));
const present = () => models.devices.find(device.id) as Device;

describe('what a new device is given', () => {
  const cases: [what: string, said: Pick<DeviceReading, 'values' | 'on'>, feeds: string[]][] = [
    ['a meter with a counter', { values: { power_w: 5, energy_wh: 1 } }, ['energy_kwh', 'energy_kwhd', 'power_w']],
    [
      'a plug without a counter',
      { values: { power_w: 5 }, on: true },
      ['energy_kwh', 'energy_kwhd', 'power_w', 'switch'],
    ],
    ['a counter only', { values: { energy_wh: 5 } }, ['energy_kwh', 'energy_kwhd']],
    ['a relay', { values: {}, on: false }, ['switch']],
    ['a thermometer', { values: { temperature_c: 20 } }, []],
  ];
  test.each(cases)('%s', async (_what, said, feeds) => {
    await say(said);
    expect(names()).toEqual(feeds);
    await say(said);
    expect(names()).toEqual(feeds);
  });

  test('on the broker figures come one by one: the counter is taken when it comes', async () => {
    device = await adopt('push');
    await say({ values: { power_w: 5 } });
    expect([names(), steps('power_w')]).toEqual([['power_w'], ['log_to_feed']]);
    await say({ values: { energy_wh: 1000 } });
    await say({ values: {}, on: true });
    expect(names()).toEqual(['energy_kwh', 'energy_kwhd', 'power_w', 'switch']);
    await say({ values: { power_w: 5 } }, 100);
    expect(steps('power_w')).toEqual(['log_to_feed']);
  });

  test('without a counter within a minute its power is summed up, and a late counter changes nothing', async () => {
    device = await adopt('push');
    await say({ values: { power_w: 5 } });
    await say({ values: { power_w: 5 } }, 60);
    expect(steps('power_w')).toEqual(['log_to_feed', 'power_to_kwh', 'power_to_kwhd']);
    await say({ values: { energy_wh: 1000 } });
    expect(steps('energy_kwh')).toEqual([]);
  });

  test('a list a person made meanwhile is not summed up', async () => {
    device = await adopt('push');
    await say({ values: { power_w: 5 } });
    await models.inputs.setProcessList(account, input('power_w')?.id ?? 0, [{ key: 'process__scale', args: ['2'] }]);
    await say({ values: { power_w: 5 } }, 60);
    expect(steps('power_w')).toEqual(['scale']);
  });

  test('a device set up by a template of its type has its power recorded all the same', async () => {
    await models.devices.set(device.id, { type: 'smartplug', template: 'smartplug', templateVersion: '1' });
    await say({ values: { power_w: 5, energy_wh: 1 } });
    expect(names()).toEqual(['energy_kwh', 'energy_kwhd', 'power_w']);
    expect(present().template).toBe('smartplug');
  });
});

describe('what a person changed', () => {
  beforeEach(async () => {
    await say({ values: { power_w: 5, energy_wh: 1 }, on: true });
    const feed = models.feeds.byName(account, device.node, 'switch');
    await models.inputs.setProcessList(account, input('switch')?.id ?? 0, []);
    await models.feeds.remove(feed?.id ?? 0);
    await models.inputs.setProcessList(account, input('power_w')?.id ?? 0, [{ key: 'process__scale', args: ['2'] }]);
  });

  test('stays, through every further reading and a start of the hub', async () => {
    const again = await openModels({ stores, folder: testFolder('again'), clock });
    await again.deviceFeeds.take(
      again.devices.find(device.id) as Device,
      { values: { power_w: 1 }, valid: true, on: true },
      T + 60,
    );
    await again.series.close();
    await say({ values: { power_w: 5, energy_wh: 2 }, on: true });
    expect(names()).not.toContain('switch');
    expect(steps('power_w')).toEqual(['scale']);
  });

  test('is not in the way of a later version, which is offered and changes nothing by itself', async () => {
    expect(models.deviceTemplates.of(present())).toMatchObject([{ version: '1', current: '1', offered: false }]);
    const recorded = { version: '0', names: ['power_w', 'energy_kwh', 'switch'] };
    await models.devices.set(device.id, { settings: { recorded }, templateVersion: '0' });
    await say({ values: { power_w: 5, energy_wh: 2 }, on: true });
    expect(models.deviceTemplates.of(present())).toEqual([
      {
        name: 'automatic',
        version: '0',
        current: '1',
        offered: true,
        feeds: ['switch'],
        inputs: [
          { name: 'power_w', action: 'override' },
          { name: 'switch', action: 'set' },
        ],
      },
    ]);
    await models.deviceTemplates.apply(present(), { replace: false });
    expect([steps('power_w'), steps('switch')]).toEqual([['scale'], ['log_to_feed']]);
    expect(models.deviceTemplates.of(present())).toMatchObject([{ version: '1', offered: false, feeds: [] }]);
    await models.deviceTemplates.apply(present(), { replace: true });
    expect(steps('power_w')).toEqual(['log_to_feed']);
    expect(present()).toMatchObject({ template: 'automatic', templateVersion: '1' });
  });
});

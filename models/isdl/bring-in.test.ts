import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { addHousehold } from '../../test/household.ts';
import { testStores } from '../../test/stores.ts';
import { DeviceModel } from '../device.ts';
import { DeviceError } from '../drivers/device-error.ts';
import type { Driver, Ports } from '../drivers/driver.ts';
import { bringIn, houseSetting } from './bring-in.ts';
import { parseIsdl } from './parse.ts';
import { reportTimes } from './report-times.ts';

const stores = await testStores();
const clock = new ManualClock();
const answering = new Map<string, string>();
const shelly: Driver = {
  family: 'shelly1',
  capabilities: { read: 'poll', switch: true },
  safeState: '',
  async identify(address) {
    const identity = answering.get(address);
    if (identity === undefined) throw new DeviceError('timeout', 'The device did not answer in time.');
    return { family: 'shelly1', identity, address, model: 'SHPLG-S', name: '', type: 'plug', supported: true };
  },
};
const drivers = new Map([['shelly1', shelly]]);
const plan = parseIsdl(
  JSON.stringify({
    'Wasch & Trockner': { type: 'shelly:plug-s', ip: '10.0.0.1', update_time: 10, cost_calc_day: true },
    Haus: { type: 'shelly:3em', ip: '10.0.0.2', update_time: 30 },
    Pumpe: { type: 'my socket', ip: '10.0.0.3:8080', update_time: 60 },
  }),
  '{"general":{"price_kwh":"0,31"}}',
);

let account: number;
let devices: DeviceModel;
beforeEach(async () => {
  await stores.clear();
  account = await addHousehold(stores.db);
  devices = new DeviceModel({ db: stores.db, random: systemRandom });
  answering.clear();
  answering.set('10.0.0.1', 'c45bbe112233');
});

const run = (isDry = false) =>
  bringIn({ store: isDry ? null : { db: stores.db, devices }, drivers, ports: {} as Ports, clock }, account, plan);
const shown = () =>
  devices.list(account).map(({ name, family, identity, address, interval, enabled, type }) => {
    return { name, family, identity: identity?.replace(/^isdl:.*/, 'isdl'), address, interval, enabled, type };
  });

const washer = {
  name: 'Wasch Trockner',
  family: 'shelly1',
  identity: 'c45bbe112233',
  address: '10.0.0.1',
  interval: 10,
  enabled: true,
  type: 'plug',
};
const house = {
  name: 'Haus',
  family: 'shelly1',
  identity: 'isdl',
  address: '10.0.0.2',
  interval: 30,
  enabled: false,
  type: 'meter',
};
const pump = {
  name: 'Pumpe',
  family: 'plugin:my_socket',
  identity: 'isdl',
  address: '10.0.0.3:8080',
  interval: 60,
  enabled: true,
  type: 'plug',
};

test('devices that answer are taken by their MAC, others wait, unknown types wait for a plug-in', async () => {
  expect(await run()).toEqual([
    { name: 'Wasch & Trockner', outcome: 'new', family: 'shelly1', note: '' },
    { name: 'Haus', outcome: 'parked', family: 'shelly1', note: expect.stringContaining('did not answer') },
    { name: 'Pumpe', outcome: 'parked', family: 'plugin:my_socket', note: 'it waits for a plug-in of type my_socket' },
  ]);
  expect(shown()).toEqual([washer, house, pump]);
  expect(devices.list(account)[0]?.settings.isdl).toEqual(plan.devices[0]);
  const kept = await stores.db.selectFrom('settings').selectAll().where('name', '=', houseSetting(account)).execute();
  expect(kept.map(({ value }) => JSON.parse(value) as unknown)).toEqual([{ price: 0.31, telegram: null }]);
});

test('reports are made when ISDL made them, unless the household has chosen', async () => {
  const kept = async () => {
    const rows = await stores.db.selectFrom('report_settings').select('body').execute();
    return rows.map(({ body }) => JSON.parse(body) as unknown);
  };
  await run();
  expect(await kept()).toEqual([{ at: '00:00', daily: true, monthly: null, yearly: null }]);
  const own = JSON.stringify({ at: '06:30', daily: false });
  await stores.db.updateTable('report_settings').set({ body: own }).execute();
  await run();
  expect(await kept()).toEqual([{ at: '06:30', daily: false }]);
});

test.each<[string, object[], object | null]>([
  ['nothing was reported', [{ report: null }], null],
  ['nothing was wanted', [{ report: { at: '06:30', daily: false, monthly: null, yearly: null } }], null],
  [
    'each kind that any wanted, the day of the first',
    [
      { report: { at: '06:30', daily: false, monthly: { day: 31 }, yearly: null } },
      { report: { at: '06:30', daily: true, monthly: { day: 2 }, yearly: { month: 12, day: 24 } } },
    ],
    { at: '06:30', daily: true, monthly: { day: 31 }, yearly: { month: 12, day: 24 } },
  ],
])('report times: %s', (_, reported, times) => {
  expect(reportTimes(reported as Parameters<typeof reportTimes>[0])).toEqual(times);
});

test('run again: nothing comes twice, names stay as a person changed them, what answers now is taken', async () => {
  await run();
  await devices.set(devices.list(account)[0]?.id ?? 0, { name: 'Washer' });
  answering.set('10.0.0.2', 'c45bbe445566');
  expect((await run()).map(({ outcome }) => outcome)).toEqual(['known', 'known', 'parked']);
  expect(shown()).toEqual([{ ...washer, name: 'Washer' }, { ...house, identity: 'c45bbe445566', enabled: true }, pump]);
  answering.clear();
  expect((await run()).map(({ outcome }) => outcome)).toEqual(['parked', 'parked', 'parked']);
  expect(shown().map(({ enabled }) => enabled)).toEqual([true, true, true]);
});

test('a device the household has already keeps its name', async () => {
  const found = {
    family: 'shelly1',
    identity: 'c45bbe112233',
    address: null,
    model: '',
    name: 'Plug',
    type: 'plug',
    supported: true,
  };
  await devices.adopt(account, found, { now: 1 });
  await run();
  expect(shown()[0]).toEqual({ ...washer, name: 'Plug' });
});

test('a dry run asks and keeps nothing', async () => {
  expect((await run(true)).map(({ outcome }) => outcome)).toEqual(['new', 'parked', 'parked']);
  expect(await stores.db.selectFrom('devices').selectAll().execute()).toEqual([]);
  expect(await stores.db.selectFrom('settings').selectAll().execute()).toEqual([]);
});

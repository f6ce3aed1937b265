import request from 'supertest';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { deviceActions } from '../controllers/emoncms/device.ts';
import { inputActions } from '../controllers/emoncms/input.ts';
import { scheduleActions } from '../controllers/emoncms/schedule.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import type { Who } from '../models/who.ts';
import { emoncmsApp, keyHolders } from './emoncms-app.ts';
import { addHousehold, openModels } from './household.ts';
import { testFolder, testStores } from './stores.ts';

const T = 1_700_000_000;
const stores = await testStores();
const clock = new ManualClock(T * 1000);
const models = await openModels({ stores, folder: testFolder(), clock });
afterAll(() => models.series.close());

let account: number;
let people: Record<string, Who>;
beforeEach(async () => {
  account = await addHousehold(stores.db, { timezone: 'Europe/London' });
  const neighbour = await addHousehold(stores.db);
  await models.users.load();
  people = keyHolders(account, neighbour, 'Europe/London');
});

const publish = () => undefined;
const actions = [...deviceActions(models), ...scheduleActions(models), ...inputActions({ ...models, clock, publish })];
const app = emoncmsApp(actions, models.series, (key) => people[key] ?? null);

async function get(path: string, query: Record<string, string | number> = {}, as = 'write') {
  const { text } = await request(app)
    .get(`/${path}`)
    .query({ ...query, apikey: as });
  return text;
}
const got = async (...args: Parameters<typeof get>) => JSON.parse(await get(...args)) as unknown;
const fail = (message: string) => ({ success: false, message });

describe('the registry of devices', () => {
  test('make, look at, change, remove', async () => {
    const id = (await got('device/create.json', { nodeid: 'plug1', name: 'Boiler', type: 'smartplug' })) as number;
    const shown = {
      id: String(id),
      userid: String(account),
      nodeid: 'plug1',
      name: 'Boiler',
      description: '',
      type: 'smartplug',
      devicekey: '',
      time: null,
      ip: '',
    };
    expect(await got('device/list.json', {}, 'read')).toEqual([shown]);
    expect(await got('device/create.json', { nodeid: 'plug1' })).toMatchObject({ success: false });
    const fields = JSON.stringify({ name: 'Boiler 2', description: 'attic', nodeid: 'plug2' });
    expect(await got('device/set.json', { id, fields })).toEqual({ success: true, message: 'Field updated' });
    await models.devices.load();
    const changed = { ...shown, name: 'Boiler 2', description: 'attic', nodeid: 'plug2' };
    expect(await got('device/get.json', { id })).toEqual(changed);
    expect(await get('device/delete.json', { id })).toBe('');
    expect(await got('device/list.json')).toEqual([]);
  });

  const bad: readonly [string, Record<string, string>, string][] = [
    ['no node', {}, 'invalid characters in device nodeid'],
    ['a node with brackets', { nodeid: 'a<b>' }, 'invalid characters in device nodeid'],
    ['a name with quotes', { nodeid: 'a', name: '"' }, 'invalid characters in device name'],
    ['a short key', { nodeid: 'a', dkey: 'abc' }, 'device key must be 32 hexadecimal digits'],
  ];
  test.each(bad)('%s', async (_name, query, message) => {
    expect(await got('device/create.json', query)).toEqual(fail(message));
  });

  test('strangers and readers', async () => {
    const id = (await got('device/create.json', { nodeid: 'plug1' })) as number;
    await got('device/setnewdevicekey.json', { id });
    expect(await got('device/list.json', {}, 'read')).toMatchObject([{ devicekey: '' }]);
    expect(await got('device/get.json', { id }, 'neighbour')).toEqual(fail('Device does not exist'));
    expect(await got('device/set.json', { id, fields: '{"name":"x"}' }, 'read')).toBe(false);
    expect(await got('device/list.json', {}, 'nobody')).toBe(false);
  });

  test('a device’s key posts to its own node, whatever it says, and does nothing else', async () => {
    const id = (await got('device/create.json', { nodeid: 'plug1' })) as number;
    const devicekey = (await got('device/setnewdevicekey.json', { id })) as string;
    expect(await get('input/post', { devicekey, node: 'house', csv: 5 }, '')).toBe('ok');
    expect(await get('input/bulk', { devicekey, data: '[[0,"house",6]]', time: T }, '')).toBe('ok');
    expect(models.inputs.list(account).map(({ node, name, value }) => [node, name, value])).toEqual([
      ['plug1', '1', 6],
    ]);
    expect(await got('device/get.json', { id })).toMatchObject({ time: T });
    expect(await get('input/list', { devicekey }, '')).toBe('false');
    expect(await get('input/post', { devicekey: 'f'.repeat(32), csv: 5 }, '')).toBe('');
  });
});

describe('templates', () => {
  test('a device is set up once, and what a person changed stays', async () => {
    const id = (await got('device/create.json', { nodeid: 'room', type: 'emonth2' })) as number;
    expect(await got('device/template/prepare.json', { id })).toMatchObject({
      success: true,
      feeds: [{ name: 'temperature', tag: 'room', action: 'create', id: -1 }, { name: 'humidity' }],
      inputs: [{ node: 'room', name: 'temperature', action: 'create', listAction: 'set' }, { name: 'humidity' }],
    });
    const done = { success: true, message: 'Device initialized' };
    expect(await got('device/init.json', { id })).toEqual(done);
    const feed = models.feeds.byName(account, 'room', 'temperature');
    expect(feed).toMatchObject({ engine: 5, interval: 60, unit: '°C' });
    const input = models.inputs.byName(account, 'room', 'temperature');
    expect(input).toMatchObject({ description: 'Temperature', processList: `1:${feed?.id}` });
    await models.inputs.setProcessList(account, input?.id ?? 0, [{ key: 'process__scale', args: ['2'] }]);
    expect(await got('device/template/prepare.json', { id })).toMatchObject({
      inputs: [{ listAction: 'override' }, {}],
    });
    expect(await got('device/init.json', { id })).toEqual(done);
    expect(models.inputs.byName(account, 'room', 'temperature')?.processList).toBe('2:2');
    expect(models.feeds.list(account)).toHaveLength(2);
  });

  test('every template there is can be set up', async () => {
    const list = (await got('device/template/listshort.json')) as Record<string, { name: string; control: boolean }>;
    expect(list.smartplug).toMatchObject({ name: 'Smart plug', control: true });
    for (const type of Object.keys(list)) {
      expect(await got('device/autocreate.json', { nodeid: type, type })).toMatchObject({ success: true });
      const { inputs } = (await got('device/template/get.json', { type })) as { inputs: { processList: unknown[] }[] };
      const made = models.inputs.list(account).filter(({ node }) => node === type);
      const steps = made.map(({ processList }) => processList.split(',').filter((step) => step !== '').length);
      expect(steps).toEqual(inputs.map(({ processList }) => processList.length));
    }
  });

  test('one’s own template, and one made of what there is', async () => {
    const id = (await got('device/create.json', { nodeid: 'Shed', name: 'shed' })) as number;
    const step = { process: 'log_to_feed', arguments: { type: 'ProcessArg::FEEDID', value: 'power' } };
    const template = JSON.stringify({
      name: 'Shed',
      prefix: 'node',
      inputs: [
        { name: 'power', processList: [step] },
        { name: 'odd', processList: [{ process: 'bogus' }] },
      ],
      feeds: [{ name: 'power', engine: 'Engine::PHPTIMESERIES', unit: 'W' }],
    });
    expect(await got('device/template/init_custom.json', { id, template })).toMatchObject({ success: true });
    const feed = models.feeds.byName(account, 'Shed', 'shed_power');
    expect(feed?.engine).toBe(2);
    expect(models.inputs.byName(account, 'Shed', 'shed_power')?.processList).toBe(`1:${feed?.id}`);
    expect(models.inputs.byName(account, 'Shed', 'shed_odd')?.processList).toBe('');
    expect(await got('device/template/generate.json', { id })).toMatchObject({
      category: 'Custom',
      inputs: [
        {
          name: 'shed_power',
          processList: [{ process: 'process__log_to_feed', arguments: [{ value: 'shed_power' }] }],
        },
        { name: 'shed_odd' },
      ],
      feeds: [{ name: 'shed_power', engine: 'Engine::PHPTIMESERIES' }],
    });
    expect(await got('device/template/init_custom.json', { id, template: '{' })).toEqual(
      fail('Device template does not exist'),
    );
  });
});

test('cleaning takes inputs that nobody set up and that fell silent, and devices left without any', async () => {
  await got('device/create.json', { nodeid: 'a' });
  await got('device/create.json', { nodeid: 'b' });
  await get('input/post', { node: 'a', json: '{old:1,kept:1}', time: T - 1000 });
  await get('input/post', { node: 'a', json: '{kept:2}', time: T });
  await get('input/post', { node: 'b', json: '{only:1}', time: T });
  expect(await get('device/clean', { active: 60, dryrun: 1 })).toContain('a: 1 inputs deleted');
  expect(models.inputs.list(account)).toHaveLength(3);
  await get('device/clean', { active: 60 });
  expect(models.inputs.list(account).map(({ name }) => name)).toEqual(['kept', 'only']);
  expect(models.devices.list(account)).toHaveLength(2);
});

describe('schedules', () => {
  test('make, change, look at, remove', async () => {
    const id = (await got('schedule/create.json')) as number;
    const fields = JSON.stringify({ name: 'peak<b>', expression: 'Mon-Fri | 16:00-19:00; DROP' });
    expect(await got('schedule/set.json', { id, fields })).toEqual({ success: true, message: 'Field updated' });
    await models.calendars.load();
    const shown = {
      id: String(id),
      userid: String(account),
      name: 'peakb',
      expression: 'Mon-Fri | 16:00-19:00 DROP',
      timezone: 'Europe/London',
      public: '0',
    };
    expect(await got('schedule/list.json', {}, 'read')).toEqual([shown]);
    expect(await got('schedule/get.json', { id }, 'neighbour')).toEqual(fail('Schedule does not exist'));
    expect(await got('schedule/set.json', { id, fields: '{}' })).toEqual(fail('Field could not be updated'));
    expect(await got('schedule/set.json', { id, fields }, 'read')).toBe(false);
    expect(await got('schedule/delete.json', { id }, 'neighbour')).toEqual(fail('Schedule does not exist'));
    expect(await got('schedule/delete.json', { id })).toEqual({ success: true, message: 'Schedule deleted' });
    expect(await got('schedule/list.json')).toEqual([]);
  });

  test('a list may name the household’s schedules and public ones', async () => {
    const id = (await got('schedule/create.json', {}, 'neighbour')) as number;
    await get('input/post', { node: 'p', csv: 1, time: T });
    const inputid = models.inputs.byName(account, 'p', '1')?.id ?? 0;
    const processlist = JSON.stringify([{ fn: 'schedule__if_schedule_zero', args: [id] }]);
    expect(await got('input/process/set.json', { inputid, processlist })).toEqual(fail('Invalid schedule'));
    await got('schedule/set.json', { id, fields: '{"public":1}' }, 'neighbour');
    expect(await got('input/process/set.json', { inputid, processlist })).toMatchObject({
      success: true,
      encoded_processlist: `schedule__if_schedule_zero:${id}`,
    });
  });
});

test('letters and mutes of a list work across packets, and a changed list begins anew', async () => {
  await get('input/post', { node: 'loft', json: '{temp:20}', time: T - 100 });
  const inputid = models.inputs.byName(account, 'loft', 'temp')?.id ?? 0;
  const set = (seconds: number) =>
    got('input/process/set.json', {
      inputid,
      processlist: JSON.stringify([
        { fn: 'process__if_lt_skip', args: [30] },
        { fn: 'process__goto_process', args: [4] },
        { fn: 'process__goto_process', args: [6] },
        { fn: 'eventp__ifmuteskip', args: [seconds] },
        { fn: 'eventp__sendemail', args: ['Too warm'] },
      ]),
    });
  await set(3600);
  const post = (value: number, time: number) => get('input/post', { node: 'loft', json: `{temp:${value}}`, time });
  models.letters.length = 0;
  await post(25, T - 90);
  expect(models.letters).toEqual([]);
  await post(31, T - 80);
  await post(32, T - 70);
  expect(models.letters).toMatchObject([
    { text: 'Too warm', value: 31, step: 4, input: { node: 'loft', name: 'temp' } },
  ]);
  await set(60);
  await post(33, T - 60);
  expect(models.letters).toHaveLength(2);
});

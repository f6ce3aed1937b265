import { beforeAll, describe, expect, it } from 'vitest';
import { DeviceError } from '../../models/drivers/device-error.ts';
import { httpMeter } from '../../models/drivers/http-meter.ts';
import { mqttRelay } from '../../models/drivers/mqtt-relay.ts';
import { fakeFamily } from '../../test/fake-driver.ts';
import { type Browser, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';
import type { PluginView } from '../../views/plugin-troubles.ts';

const stores = await testStores();
const plugin = { switch: true, errorAt: null };
let plugins: (PluginView & typeof plugin)[] = [];
let hub: PageApp;
let owner: Browser;
let account: number;
let deaf = false;

beforeAll(async () => {
  hub = await pageApp(stores, () => plugins);
  owner = await hub.browserOf('owner');
  account = hub.users.people(1)[0]?.account ?? 1;
  for (const driver of [mqttRelay, httpMeter]) hub.drivers.set(driver.family, driver);
  hub.drivers.set('plugin:boiler', {
    ...fakeFamily('plugin:boiler').driver,
    async identify(address) {
      if (deaf) throw new DeviceError('timeout', 'The device did not answer in time.');
      return address === '192.168.1.9'
        ? { family: 'plugin:boiler', identity: 'b-9', address, model: 'B', name: '', type: 'boiler', supported: true }
        : null;
    },
  });
});

const textOf = async (path: string) => (await owner.get(`/devices/new${path}`).expect(200)).text;
const add = (form: Record<string, string>) => owner.post('/devices/new').type('form').send(form);
const ready: PluginView & typeof plugin = { ...plugin, file: 'boiler.ts', type: 'boiler', state: 'ready', error: null };

describe('who may add a device', () => {
  it.each([
    ['get', 'guest', 403],
    ['post', 'guest', 403],
    ['get', 'nobody', 303],
  ] as const)('%s as %s: %i', async (method, who, status) => {
    const browser = who === 'guest' ? await hub.browserOf('guest') : hub.visitor();
    await browser[method]('/devices/new').expect(status);
  });
});

describe('the form', () => {
  it.each([
    ['', 'name="command"'],
    ['?kind=plugin', 'No plug-in is loaded.'],
    ['?kind=meter', 'name="powerPath"'],
    ['?kind=nonsense', 'name="command"'],
  ])('/devices/new%s has %s', async (path, part) => {
    expect(await textOf(path)).toContain(part);
  });

  it('offers loaded plug-ins and says what is wrong with the others', async () => {
    plugins = [ready, { ...ready, file: 'odd.ts', type: 'odd', state: 'failed', error: '<b>line 3</b>' }];
    const text = await textOf('');
    expect(text).toMatch(/<option[^>]*>boiler</);
    expect(text).not.toMatch(/<option[^>]*>odd</);
    expect(text).toContain('odd.ts does not work:');
    expect(text).toContain('&lt;b&gt;line 3&lt;/b&gt;');
  });
});

describe('what cannot be added', () => {
  const RELAY = { kind: 'relay', name: 'Pump', command: 'pump/set', on: 'ON', off: 'OFF' };
  const METER = { kind: 'meter', name: 'Meter', address: '192.168.1.8' };
  const PLUGIN = { kind: 'plugin', name: 'Boiler', type: 'boiler', address: '192.168.1.9' };
  const CASES: readonly [name: string, form: Record<string, string>, says: string][] = [
    ['a relay without a name', { ...RELAY, name: '' }, 'Fill this in.'],
    ['a relay without a topic', { ...RELAY, command: '' }, 'Fill this in.'],
    ['a topic of all topics', { ...RELAY, command: '#' }, 'A topic without + and #'],
    ['a topic of the broker', { ...RELAY, state: '$SYS/x' }, 'A topic without + and #'],
    ['one word for both', { ...RELAY, off: 'on' }, 'two different words'],
    ['a place that is none', { ...RELAY, place: 'X 1' }, 'A place is like'],
    ['a meter without an address', { ...METER, address: '' }, 'Fill this in.'],
    ['a meter on a web address', { ...METER, address: 'http://x/' }, 'This is not an address'],
    ['a path without a slash', { ...METER, path: 'status', powerPath: 'p' }, 'A path begins with /'],
    ['a path and no figures', { ...METER, path: '/status' }, 'Say where its power'],
    ['a plug-in that is not there', { ...PLUGIN, type: 'odd' }, 'Choose one of the plug-ins.'],
  ];
  it.each(CASES)('%s', async (_name, form, says) => {
    const { text } = await add(form).expect(422);
    expect(text).toContain(says);
    expect(hub.devices.list(account)).toEqual([]);
  });

  it('is a device that does not answer its plug-in, whose words are shown', async () => {
    deaf = true;
    const { text } = await add(PLUGIN).expect(422);
    deaf = false;
    expect(text).toContain('The plug-in could not ask the device.');
    expect(text).toContain('The device did not answer in time.');
    expect(hub.devices.list(account)).toEqual([]);
  });

  it('is a kind there is not', async () => {
    await add({ kind: 'kettle', name: 'Kettle' }).expect(400);
  });
});

describe('what is added', () => {
  const CASES: readonly [name: string, form: Record<string, string>, device: object][] = [
    [
      'a relay with its topics',
      {
        kind: 'relay',
        name: 'Pump',
        room: 'Cellar',
        command: 'pump/set',
        state: 'pump',
        on: '1',
        off: '0',
        power: 'pump/w',
      },
      {
        ...{ family: 'mqtt-relay', name: 'Pump', room: 'Cellar', identity: 'pump', address: null },
        settings: {
          ...{ command: 'pump/set', state: 'pump', words: { on: '1', off: '0' } },
          readings: [{ name: 'power_w', topic: 'pump/w' }],
        },
      },
    ],
    [
      'a meter with its places and login',
      {
        ...{ kind: 'meter', name: 'Roof', address: 'roof.local:81', path: '/s', powerPath: 'p[0]', energyPath: 'e' },
        ...{ user: 'me', password: ' pw ' },
      },
      {
        ...{ family: 'http-meter', identity: 'roof', address: 'roof.local:81', type: 'meter' },
        settings: {
          path: '/s',
          values: { power_w: { path: 'p[0]' }, energy_wh: { path: 'e', factor: 1000 } },
          login: { user: 'me', password: ' pw ' },
        },
      },
    ],
    ['the EDMI gateway as it is', { kind: 'meter', name: 'House', address: '192.168.1.8' }, { settings: {} }],
    [
      'a plug-in’s device that tells who it is',
      { kind: 'plugin', type: 'boiler', name: 'Boiler', address: '192.168.1.9', place: 'w.r1.c2' },
      { family: 'plugin:boiler', identity: 'b-9', type: 'boiler', place: 'w.r1.c2' },
    ],
    [
      'one that does not',
      { kind: 'plugin', type: 'boiler', name: 'Old boiler', address: '192.168.1.10' },
      { family: 'plugin:boiler', identity: 'old_boiler', type: 'plug' },
    ],
  ];
  it.each(CASES)('%s', async (_name, form, device) => {
    const { headers } = await add(form).expect(303);
    const made = hub.devices.list(account).at(-1)!;
    expect(headers.location).toBe(`/devices/${made.id}?done=new`);
    expect(made).toMatchObject({ name: form.name, ...device });
    if (made.family === 'mqtt-relay') expect(hub.deviceTopics.devices(account, 'pump/w')).toHaveLength(1);
    expect((await owner.get(headers.location as string).expect(200)).text).toContain('Let in.');
  });

  it('is not added twice', async () => {
    const { text } = await add({ kind: 'meter', name: 'House', address: '192.168.1.7' }).expect(422);
    expect(text).toContain('Another device has this name.');
  });

  it('keeps its password to itself', async () => {
    const meter = hub.devices.list(account).find(({ name }) => name === 'Roof')!;
    await owner
      .post(`/devices/${meter.id}`)
      .type('form')
      .send({ name: 'Roof', password: 'new', enabled: 'yes' })
      .expect(303);
    expect(hub.devices.find(meter.id)?.settings.login).toEqual({ user: 'me', password: 'new' });
    const { text } = await owner.get(`/api/v1/devices/${meter.id}`).expect(200);
    expect(text).not.toContain('login');
  });
});

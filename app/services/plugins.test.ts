import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { systemRandom } from '../../lib/random.ts';
import type { Device } from '../../models/device.ts';
import type { DeviceRef, Driver, Ports } from '../../models/drivers/driver.ts';
import { testFolder } from '../../test/stores.ts';
import { deviceMqtt } from '../connections/device-mqtt.ts';
import { devicePorts } from '../connections/device-ports.ts';
import { Plugins } from './plugins.ts';

const log = createLog('silent');
const clock = new ManualClock();
const mqtt = deviceMqtt(async () => undefined, clock);
const ports: Ports = devicePorts({ clock: systemClock, random: systemRandom, log, mqtt, rules: { loopback: true } });
const ref: DeviceRef = {
  id: 1,
  account: 1,
  node: 'lamp',
  name: 'Lamp',
  family: 'plugin:my:socket',
  identity: 'A1B2C3',
  address: null,
  settings: {},
};

let folder: string;
let drivers: Map<string, Driver>;
let touched: number[];
let plugins: Plugins;
const homes: Pick<Device, 'id' | 'family'>[] = [];
beforeEach(() => {
  folder = join(testFolder('plugins'), 'plugins');
  mkdirSync(folder);
  drivers = new Map();
  touched = [];
  homes.length = 0;
  const devices = { all: () => homes as Device[], set: async (id: number) => touched.push(id) > 0 };
  plugins = new Plugins({ folder, drivers, devices, clock, log, memory: () => 0 });
});
afterEach(() => plugins.stop());

const put = (file: string, text: string) => writeFileSync(join(folder, file), text);
const socket = (watts: unknown, type = 'my:socket') =>
  `export default { type: '${type}', async read() { return { values: { power_w: ${watts} } }; } };`;
const read = () => drivers.get('plugin:my:socket')?.read?.(ref, ports);

test('the template of docs/ reads and switches a socket over HTTP, in thirty lines', async () => {
  const text = readFileSync(join(projectRoot, 'docs/plugin-template.ts'), 'utf8');
  expect(text.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length).toBeLessThan(
    30,
  );
  put('socket.ts', text);
  let isOn = false;
  const server = createServer(async (req, res) => {
    const body = (await req.setEncoding('utf8').toArray()).join('');
    if (req.url === '/relay' && req.method === 'POST') isOn = body === 'turn=on';
    res.end(JSON.stringify({ id: 'A1B2C3', watts: isOn ? 40 : 0, wh: 1234, on: isOn }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await plugins.start();
  const driver = drivers.get('plugin:my:socket') as Driver;
  expect(await driver.identify?.(address, ports)).toMatchObject({
    identity: 'A1B2C3',
    family: 'plugin:my:socket',
    address,
  });
  expect(await driver.read?.({ ...ref, address }, ports)).toEqual({
    values: { power_w: 0, energy_wh: 1234 },
    on: false,
    valid: true,
  });
  await driver.switch?.({ ...ref, address }, true, ports);
  expect(await driver.read?.({ ...ref, address }, ports)).toMatchObject({ values: { power_w: 40 }, on: true });
  server.close();
});

test('a file that is written, changed, broken, mended and removed', async () => {
  homes.push({ id: 7, family: 'plugin:my:socket' });
  await plugins.start();
  await expect(read()).rejects.toThrow('There is no plug-in for my:socket in storage/plugins.');
  touched.length = 0;

  put('a.mjs', socket(1));
  await plugins.look();
  expect(await read()).toEqual({ values: { power_w: 1 }, valid: true });
  expect(touched).toEqual([7]);

  put('a.mjs', socket(22));
  await plugins.look();
  expect(await read()).toMatchObject({ values: { power_w: 22 } });

  put('a.mjs', 'export default {');
  await plugins.look();
  await expect(read()).rejects.toThrow(/line 1/);
  expect(plugins.list()).toEqual([
    {
      file: 'a.mjs',
      type: 'my:socket',
      state: 'failed',
      switch: false,
      error: expect.stringMatching(/line 1/),
      errorAt: clock.seconds(),
    },
  ]);

  put('a.mjs', socket(333));
  await plugins.look();
  expect(await read()).toMatchObject({ values: { power_w: 333 } });
  expect(plugins.list()).toMatchObject([{ state: 'ready', error: null }]);

  rmSync(join(folder, 'a.mjs'));
  await plugins.look();
  await expect(read()).rejects.toThrow(/no plug-in/);
  expect(plugins.list()).toEqual([]);
});

test('a change is noticed by itself, once the writing has ended', async () => {
  await plugins.start();
  put('a.js', socket(1));
  await vi.waitFor(
    () => {
      clock.advance(300);
      expect(drivers.has('plugin:my:socket')).toBe(true);
    },
    { timeout: 10_000 },
  );
});

test('two of one type: the first by name counts, the other says why not', async () => {
  put('a.js', socket(1));
  put('b.js', socket(2));
  put('notes.txt', 'nothing');
  put('types.d.ts', 'nothing');
  await plugins.start();
  expect(await read()).toMatchObject({ values: { power_w: 1 } });
  expect(plugins.list()).toMatchObject([
    { file: 'a.js', state: 'ready' },
    { file: 'b.js', state: 'failed', error: 'The type my:socket is that of a.js already.' },
  ]);
});

test.each([
  ['text for a number', `{ values: { power_w: '12' } }`, 'values.power_w'],
  ['a name with markup', `{ values: { '<b>': 1 } }`, 'values.<b>'],
  ['no object', '7', 'The reading cannot be used'],
  ['no values', '{ on: true }', 'values'],
  ['a switch that is text', `{ values: {}, on: 'ON' }`, 'on'],
])('garbage is not taken: %s', async (_what, returned, says) => {
  put('a.js', `export default { type: 'my:socket', read: () => (${returned}) };`);
  await plugins.start();
  await expect(read()).rejects.toMatchObject({ fault: 'garbled', message: expect.stringContaining(says) });
});

test('a figure no home has is kept as unknown and the reading as not valid', async () => {
  put('a.js', socket(1e9));
  await plugins.start();
  expect(await read()).toEqual({ values: { power_w: null }, valid: false });
});

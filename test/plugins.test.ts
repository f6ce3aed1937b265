import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { newStorage, startHub, type TestHub } from './hub.ts';
import { type Owner, setUp } from './visitor.ts';

// The tests below build on one another, on one hub.

const storage = newStorage();
const folder = join(storage, 'plugins');
const LIMIT = { timeout: 60_000 };
let hub: TestHub;
let owner: Owner;
let server: Server;
let address: string;
let isOn = false;

beforeAll(async () => {
  server = createServer(async (req, res) => {
    const body = (await req.setEncoding('utf8').toArray()).join('');
    if (req.url === '/relay') isOn = body === 'turn=on';
    res.end(JSON.stringify({ id: 'A1B2C3', watts: isOn ? 40 : 2, wh: 1234, on: isOn }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(projectRoot, 'docs/plugin-template.ts'), join(folder, 'my-socket.ts'));
  hub = await startHub({ HEARTH_LOOPBACK_DEVICES: '1' }, storage);
  owner = await setUp(hub.http);
}, 90_000);
afterAll(() => server.close());

async function ask<T>(path: string): Promise<T> {
  return JSON.parse((await owner.visitor.get(path)).text) as T;
}
const until = (look: () => Promise<void>, ms = 30_000) => vi.waitFor(look, { timeout: ms, interval: 200 });
const plugins = async () => (await ask<{ plugins: Record<string, unknown>[] }>('/api/v1/plugins')).plugins;

async function letIn(type: string, name: string): Promise<number> {
  const { status, text } = await owner.visitor.send('POST', '/api/v1/plugins/devices', { type, name, address });
  expect([status, text]).toEqual([201, expect.any(String)]);
  return (JSON.parse(text) as { id: number }).id;
}

async function value(node: string, name: string): Promise<number> {
  const found = await ask<{ name: string; value: number }[]>(`/input/get/${node}.json?apikey=${owner.read}`);
  return Number((found as unknown as Record<string, { value: number }>)[name]?.value);
}

test('a socket of the household’s own kind: let in, read within ten seconds, recorded, switched', LIMIT, async () => {
  await until(async () => {
    expect(await plugins()).toEqual([
      { file: 'my-socket.ts', type: 'my:socket', state: 'ready', switch: true, error: null, errorAt: null },
    ]);
  });
  const id = await letIn('my:socket', 'Lamp');
  await until(async () => expect(await value('lamp', 'power_w')).toBe(2), 10_000);
  const { feeds } = await ask<{ feeds: { tag: string; name: string }[] }>('/api/v1/feeds');
  const names = feeds.flatMap(({ tag, name }) => (tag === 'lamp' ? [name] : []));
  expect(names.sort()).toEqual(['energy_kwh', 'energy_kwhd', 'power_w', 'switch']);
  await owner.visitor.send('POST', `/api/v1/devices/${id}/switch`, { on: true });
  await until(async () => expect([await value('lamp', 'power_w'), await value('lamp', 'switch')]).toEqual([40, 1]));
  const { templates } = await ask<{ templates: object[] }>(`/api/v1/devices/${id}/template`);
  expect(templates).toEqual([{ name: 'automatic', version: '1', current: '1', offered: false, feeds: [], inputs: [] }]);
});

test('one that loops, eats memory and wants to end the hub: told on its device, the others go on', LIMIT, async () => {
  const bomb = `let all = []; for (;;) all.push(new Array(10_000).fill(1.5));`;
  const kill = `new Error().constructor.constructor('return process')().exit(3);`;
  writeFileSync(join(folder, 'bad.js'), `export default { type: 'bad', read() { ${bomb} } };`);
  writeFileSync(join(folder, 'worse.js'), `export default { type: 'worse', read() { ${kill} } };`);
  await until(async () => expect((await plugins()).map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']));
  const ids = [await letIn('bad', 'Bad'), await letIn('worse', 'Worse')];
  await until(async () => {
    for (const id of ids) expect((await owner.visitor.get(`/api/v1/devices/${id}`)).text).toMatch(/The plug-in/);
    expect((await plugins()).filter(({ error }) => error !== null).map(({ file }) => file)).toEqual([
      'bad.js',
      'worse.js',
    ]);
  });
  isOn = false;
  await until(async () => expect(await value('lamp', 'power_w')).toBe(2));
  expect((await owner.visitor.get('/healthz')).status).toBe(200);
});

test('a file that breaks says so on its device, and mended works again', LIMIT, async () => {
  const file = join(folder, 'my-socket.ts');
  writeFileSync(file, 'export default {');
  await until(async () =>
    expect((await plugins()).find((one) => one.file === 'my-socket.ts')).toMatchObject({ state: 'failed' }),
  );
  copyFileSync(join(projectRoot, 'docs/plugin-template.ts'), file);
  isOn = true;
  await until(async () => expect(await value('lamp', 'power_w')).toBe(40));
  expect(await hub.stop()).toBe(0);
});

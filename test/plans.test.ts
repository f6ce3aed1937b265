import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { newStorage, startHub, type TestHub } from './hub.ts';
import { type Owner, setUp } from './visitor.ts';

// The tests below build on one another, on one hub with a socket of the household's own kind.

const LIMIT = { timeout: 60_000 };
const storage = newStorage();
let hub: TestHub;
let owner: Owner;
let server: Server;
let device: number;
let isOn = false;
let heard = '';

beforeAll(async () => {
  server = createServer(async (req, res) => {
    const body = (await req.setEncoding('utf8').toArray()).join('');
    if (req.url === '/relay') isOn = body === 'turn=on';
    res.end(JSON.stringify({ id: 'A1B2C3', watts: isOn ? 2000 : 2, wh: 1234, on: isOn }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mkdirSync(join(storage, 'plugins'), { recursive: true });
  copyFileSync(join(projectRoot, 'docs/plugin-template.ts'), join(storage, 'plugins', 'my-socket.ts'));
  hub = await startHub({ HEARTH_LOOPBACK_DEVICES: '1' }, storage);
  owner = await setUp(hub.http);
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const form = { type: 'my:socket', name: 'Boiler', address };
  device = await vi.waitFor(async () => (await sent<{ id: number }>('POST', '/api/v1/plugins/devices', form)).id, {
    ...{ timeout: 30_000, interval: 200 },
  });
}, 90_000);
afterAll(() => server.close());

async function sent<T>(method: string, path: string, body: object): Promise<T> {
  const { status, text } = await owner.visitor.send(method, path, body);
  if (status >= 300) throw new Error(`${path} answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}
const until = (look: () => void) => vi.waitFor(look, { timeout: 30_000, interval: 200 });

async function explained(...args: string[]): Promise<string> {
  const program = join(projectRoot, 'build/scripts/explain/plan.js');
  const all = [program, '--device', String(device), '--hub', hub.http, '--key', owner.read, ...args];
  return (await promisify(execFile)(process.execPath, all)).stdout;
}

test('a plan and the run it begins are told as they happen, and the relay is switched', LIMIT, async () => {
  const answer = await fetch(`${hub.http}/live`, { headers: { authorization: `Bearer ${owner.read}` } });
  void (async () => {
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>)
      heard += Buffer.from(chunk).toString();
  })().catch(() => undefined);
  const hour = { need: { kind: 'time', seconds: 3600 }, readyBy: null, within: 3600, ahead: null, interruptible: true };
  await sent('POST', '/api/v1/schedules', { device, ...hour });
  await until(() => expect(isOn).toBe(true));
  const told = () => heard.split('\n').filter((line) => line.startsWith('data: {"device":'));
  await until(() => expect(told().at(-1)).toMatch(/"running":true,"alarm":null/));
  expect(heard).toContain(`event: plan\ndata: {"device":${device},"periods":[[`);
});

test.each(['en', 'cy', 'de'])('a terminal is told why, in %s', LIMIT, async (lang) => {
  const lines = (await explained('--lang', lang)).split('\n');
  expect(lines[0]).toMatch(/^\p{Lu}.{20,}\.$/u);
  expect(lines.filter((line) => /^cost +\d/.test(line))).toHaveLength(1);
});

test('why it was off before it had a schedule is answered too; a device that is none is refused', LIMIT, async () => {
  expect(await explained('--at', '1600000000')).toMatch(/\.\n$/);
  device += 1000;
  await expect(explained()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('404') });
});

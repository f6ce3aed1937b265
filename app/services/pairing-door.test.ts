import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { eventually } from '../../test/broker.ts';
import { PairingDoor } from './pairing-door.ts';

const clock = new ManualClock();
const log = createLog('silent');
const pairing = { isBusy: false, onOpen: () => () => undefined };
const doors: PairingDoor[] = [];

function door(port: number): PairingDoor {
  const to = (_req: unknown, res: { end(text: string): void }) => res.end('asked');
  const made = new PairingDoor({ clock, log, pairing, host: '127.0.0.1', port, to });
  doors.push(made);
  made.start();
  return made;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

afterEach(() => {
  pairing.isBusy = false;
  for (const one of doors.splice(0)) one.stop();
});

test('is open while devices are let in, for the one address, and closed again after', async () => {
  const port = await freePort();
  const one = door(port);
  clock.advance(1000);
  expect(one.state()).toBe('closed');
  pairing.isBusy = true;
  clock.advance(1000);
  await eventually(() => expect(one.state()).toBe('open'));
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect(await (await get('/emoncms/device/auth/request.json')).text()).toBe('asked');
  for (const path of ['/', '/sign-in', '/emoncms/device/auth/request.json/../../x', '/api/v1/pairing'])
    expect((await get(path)).status).toBe(404);
  pairing.isBusy = false;
  clock.advance(1000);
  expect(one.state()).toBe('closed');
  await expect(get('/emoncms/device/auth/request.json')).rejects.toThrow();
});

test('a port that is somebody else’s is told and tried again', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const one = door((other.address() as AddressInfo).port);
  pairing.isBusy = true;
  clock.advance(1000);
  await eventually(() => expect(one.state()).toBe('refused'));
  await new Promise((resolve) => other.close(resolve));
  await eventually(() => {
    clock.advance(1000);
    expect(one.state()).toBe('open');
  });
});

test('there is none where the hub listens there itself', () => {
  const one = door(0);
  pairing.isBusy = true;
  clock.advance(5000);
  expect(one.state()).toBe('none');
});

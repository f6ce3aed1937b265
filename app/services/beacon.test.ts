import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { eventually } from '../../test/broker.ts';
import { Beacon, everyBroadcast } from './beacon.ts';

const clock = new ManualClock();
const heard: string[] = [];
const pairing = {
  isOpen: false,
  opened: (): void => undefined,
  onOpen(listener: () => void) {
    this.opened = listener;
    return () => undefined;
  },
};
let socket: Socket;
let beacon: Beacon;
let livedIn = true;

beforeEach(async () => {
  heard.length = 0;
  livedIn = true;
  pairing.isOpen = false;
  socket = createSocket('udp4').on('message', (message) => heard.push(message.toString('latin1')));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address() as AddressInfo;
  const deps = { clock, log: createLog('silent'), pairing, port, address: '127.0.0.1', isLivedIn: () => livedIn };
  beacon = new Beacon(deps);
});
afterEach(() => {
  beacon.stop();
  socket.close();
});

async function hears(count: number): Promise<void> {
  await eventually(() => expect(heard).toEqual(Array(count).fill('emonpi.local')));
}

test('tells where the hub is once a minute, and every five seconds while devices are let in', async () => {
  beacon.start();
  await hears(1);
  clock.advance(59_000);
  await hears(1);
  clock.advance(5000);
  await hears(2);
  pairing.isOpen = true;
  pairing.opened();
  clock.advance(5000);
  await hears(3);
  clock.advance(5000);
  await hears(4);
});

test('a page that polls does not make it louder', async () => {
  beacon.start();
  await hears(1);
  pairing.isOpen = true;
  for (let poll = 0; poll < 10; poll += 1) pairing.opened();
  clock.advance(5000);
  await hears(2);
});

test('a hub without people is silent', async () => {
  livedIn = false;
  beacon.start();
  clock.advance(120_000);
  livedIn = true;
  clock.advance(5000);
  await hears(1);
});

test('goes to every network once, and not to this machine', () => {
  const ipv4 = { family: 'IPv4', mac: '', internal: false, cidr: null } as const;
  const found = everyBroadcast({
    lo: [{ ...ipv4, address: '127.0.0.1', netmask: '255.0.0.0', internal: true }],
    eth0: [{ ...ipv4, address: '192.168.1.20', netmask: '255.255.255.0' }],
    wlan0: [{ ...ipv4, address: '10.9.200.3', netmask: '255.255.240.0' }],
    wlan1: [{ ...ipv4, address: '10.9.200.4', netmask: '255.255.240.0' }],
    tun0: [{ ...ipv4, address: '100.64.0.1', netmask: '255.255.255.255' }],
  });
  expect(found).toEqual(['192.168.1.255', '10.9.207.255']);
});

import { expect, test } from 'vitest';
import { macIn, neighbours } from './neighbours.ts';

const TABLE = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.20     0x1         0x2         AA:bb:cc:00:11:22     *        eth0
192.168.1.2      0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.3      0x1         0x2         00:00:00:00:00:00     *        eth0
`;

test.each([
  ['192.168.1.20', 'aabbcc001122'],
  ['192.168.1.2', null],
  ['192.168.1.3', null],
  ['192.168.1.200', null],
  ['', null],
])('%s is held by %s', (address, mac) => expect(macIn(TABLE, address)).toBe(mac));

test('a machine without the table knows nobody', async () => {
  expect(await neighbours('/nowhere/arp').mac('192.168.1.20')).toBeNull();
});

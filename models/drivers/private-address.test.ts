import { expect, test } from 'vitest';
import { hostAndPort, isDeviceAddress } from './private-address.ts';

test.each([
  ['192.168.1.20', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['169.254.7.7', true],
  ['fe80::1%eth0', true],
  ['fd12:3456::1', true],
  ['::ffff:192.168.1.20', true],
  ['::ffff:8.8.8.8', false],
  ['8.8.8.8', false],
  ['2001:db8::1', false],
  ['169.254.169.254', false],
  ['::ffff:169.254.169.254', false],
  ['127.0.0.1', false],
  ['::1', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
  ['224.0.0.251', false],
  ['0x7f.1', false],
  ['', false],
])('%s may be a device: %s', (ip, may) => {
  expect(isDeviceAddress(ip, { loopback: false })).toBe(may);
});

test('this machine may be one where the rules say so', () => {
  expect(['127.0.0.11', '::1', '8.8.8.8'].map((ip) => isDeviceAddress(ip, { loopback: true }))).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ['192.168.1.20', { host: '192.168.1.20', port: null }],
  ['192.168.1.20:8080', { host: '192.168.1.20', port: 8080 }],
  ['plug.local', { host: 'plug.local', port: null }],
  ['[fe80::1]:81', { host: 'fe80::1', port: 81 }],
  ['fe80::1', { host: 'fe80::1', port: null }],
  ['a@b', null],
  ['a/b', null],
  ['192.168.1.20:0', null],
  ['192.168.1.20:99999', null],
  ['', null],
])('%s is host and port', (address, parts) => {
  expect(hostAndPort(address)).toEqual(parts);
});

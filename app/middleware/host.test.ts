import { expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { hostOf, ownHostCheck } from './host.ts';

const clock = new ManualClock();
let addresses = ['192.168.1.5', '2001:DB8:0:0::5', 'fe80::1%eth0'];
const isOwn = ownHostCheck({ hostname: 'hearth', hosts: ['Energy.Example.org'], clock, addresses: () => addresses });

const HOSTS: [host: string | undefined, own: boolean][] = [
  ['hearth', true],
  ['hearth.local', true],
  ['HEARTH.local:8080', true],
  ['hearth.local.', true],
  ['localhost:8080', true],
  ['127.0.0.1:8080', true],
  ['127.0.0.11', true],
  ['[::1]:8080', true],
  ['192.168.1.5', true],
  ['[2001:db8::5]:8080', true],
  ['[::ffff:192.168.1.5]', true],
  ['energy.example.org', true],
  ['evil.example', false],
  ['evil.example:8080', false],
  ['hearth.local.evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.evil.example', false],
  ['192.168.1.6', false],
  ['[2001:db8::6]', false],
  ['2130706433', false],
  ['hearth.local/evil', false],
  ['evil@hearth.local', false],
  ['hearth.local, evil.example', false],
  ['', false],
  [undefined, false],
];

test.each(HOSTS)('the host %j: own is %s', (host, own) => {
  expect(isOwn(host)).toBe(own);
});

test('an address that comes later is own within seconds', () => {
  addresses = ['10.0.0.9'];
  expect(isOwn('10.0.0.9')).toBe(false);
  clock.advance(6000);
  expect(isOwn('10.0.0.9')).toBe(true);
  expect(isOwn('192.168.1.5')).toBe(false);
});

test('one address has one spelling', () => {
  expect(hostOf('[2001:0db8:0000::0005]:80')).toBe('2001:db8::5');
});

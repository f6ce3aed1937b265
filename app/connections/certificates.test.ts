import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { openCertificates, ownNames } from './certificates.ts';

const DAY_MS = 86_400_000;
const NAMES = ['hearth', 'hearth.local', 'localhost', '127.0.0.1', '::1', '192.168.1.7'];

let folder: string;
let clock: ManualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-tls-'));
  clock = new ManualClock();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (names = NAMES) => openCertificates({ folder, names, clock, random: systemRandom });

/** The server's certificate in Node's own eyes. */
const seen = (pem: string) => new X509Certificate(pem);

describe('at the first start', () => {
  test('a CA and a certificate it has signed, for every name', async () => {
    const { cert, ca, fingerprint } = await open();
    const server = seen(cert);
    expect(seen(ca).ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.verify(seen(ca).publicKey)).toBe(true);
    expect(server.checkIssued(seen(ca))).toBe(true);
    for (const name of NAMES.slice(0, 3)) expect(server.checkHost(name)).toBe(name);
    for (const address of NAMES.slice(3)) expect(server.checkIP(address)).toBe(address);
    expect(fingerprint).toBe(seen(ca).fingerprint256);
  });

  test('nobody else may read the files', async () => {
    await open();
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });
});

describe('at a later start', () => {
  const cases: [
    name: string,
    change: () => void | Promise<void>,
    names: string[],
    renewed: 'nothing' | 'server' | 'both',
  ][] = [
    ['nothing changed', () => undefined, NAMES, 'nothing'],
    ['a name less', () => undefined, NAMES.slice(0, 4), 'nothing'],
    ['a name more', () => undefined, [...NAMES, 'kitchen.local'], 'server'],
    ['an address more', () => undefined, [...NAMES, '192.168.1.8'], 'server'],
    ['a year and a day later', () => clock.advance(366 * DAY_MS), NAMES, 'server'],
    ['the clock before the certificate', () => clock.set(clock.now() - 30 * DAY_MS), NAMES, 'server'],
    ['a damaged certificate', () => writeFileSync(join(folder, 'server.crt'), 'torn'), NAMES, 'server'],
    [
      'a key that is not its own',
      () => writeFileSync(join(folder, 'server.key'), readFileSync(join(folder, 'ca.key'))),
      NAMES,
      'server',
    ],
    ['a lost CA', () => rmSync(join(folder, 'ca.key')), NAMES, 'both'],
  ];
  test.each(cases)('%s', async (_, change, names, renewed) => {
    const before = await open();
    await change();
    const after = await open(names);
    expect(after.ca === before.ca, 'the CA stays').toBe(renewed !== 'both');
    expect(after.cert === before.cert, 'the certificate stays').toBe(renewed === 'nothing');
    expect(seen(after.cert).verify(seen(after.ca).publicKey)).toBe(true);
  });
});

test('the hub’s names hold the host name, its .local form and this machine’s addresses', () => {
  expect(ownNames('hearth')).toEqual(
    expect.arrayContaining(['hearth', 'hearth.local', 'localhost', '127.0.0.1', '::1']),
  );
});

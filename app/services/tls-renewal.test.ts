import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { openCertificates } from '../connections/certificates.ts';
import { TlsRenewal } from './tls-renewal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a certificate near its end, or without the machine’s new address, is put into use anew', async () => {
  const clock = new ManualClock();
  const names = ['hearth'];
  const used: string[] = [];
  let looks = 0;
  const open = () => openCertificates({ folder, names, clock, random: systemRandom }).finally(() => (looks += 1));
  const current = await open();
  const log = createLog('silent');
  const renewal = new TlsRenewal({ clock, log, current, open, use: ({ cert }) => void used.push(cert) });
  renewal.start();
  await pass(1);
  expect(used).toHaveLength(0);
  names.push('192.168.1.9');
  await pass(1);
  expect(used).toHaveLength(1);
  await pass(340);
  expect(used).toHaveLength(2);
  // the hub took another name: not a day later but now
  names.push('hearth-2.local');
  await renewal.look();
  expect(used).toHaveLength(3);
  await renewal.look();
  expect(used).toHaveLength(3);
  renewal.stop();
  const before = looks;
  clock.advance(100 * 86_400_000);
  expect(looks).toBe(before);

  async function pass(days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) {
      const before = looks;
      clock.advance(86_400_000);
      await vi.waitFor(() => expect(looks).toBe(before + 1), { timeout: 15_000, interval: 1 });
    }
  }
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { systemRandom } from '../lib/random.ts';
import { testFolder } from '../test/stores.ts';
import { socketFolder } from './connections/socket-folder.ts';
import { lockStorage } from './storage-lock.ts';

const busy = { code: 'HUB_STORAGE_BUSY', sentence: expect.stringContaining('Another hub is running') };

const places: [name: string, storage: () => string][] = [
  ['a usual folder', () => testFolder('lock')],
  ['a folder too deep for a socket', () => join(testFolder('lock'), 'deep/'.repeat(30))],
];

test.each(places)('one hub at a time, in %s', async (_name, place) => {
  const storage = place();
  const first = await lockStorage(storage, systemRandom);
  await expect(lockStorage(storage, systemRandom)).rejects.toMatchObject(busy);
  await first.release();
  const second = await lockStorage(storage, systemRandom);
  await second.release();
  expect(readdirSync(socketFolder(storage))).toEqual([]);
  rmdirSync(socketFolder(storage));
});

test('the lock of a killed hub is taken over', async () => {
  const storage = testFolder('lock');
  const killed = await holder(storage);
  await expect(lockStorage(storage, systemRandom)).rejects.toMatchObject(busy);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await (await lockStorage(storage, systemRandom)).release();
});

test('a hub that stands still keeps its lock', async () => {
  const storage = testFolder('lock');
  const stopped = await holder(storage);
  stopped.kill('SIGSTOP');
  await expect(lockStorage(storage, systemRandom)).rejects.toMatchObject(busy);
  stopped.kill('SIGKILL');
});

test('of many that find a stale lock at once, one gets it', async () => {
  const storage = testFolder('lock');
  const killed = await holder(storage);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockStorage(storage, systemRandom)));
  const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  await winners[0]?.value.release();
});

/** Another process, plain Node, that listens where the lock would. */
async function holder(storage: string) {
  const path = join(socketFolder(storage), 'hub.sock');
  const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('held'))`;
  const child = spawn(process.execPath, ['-e', code], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(createInterface(child.stdout), 'line');
  return child;
}

import { existsSync } from 'node:fs';
import { link, rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { HubError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { socketFolder } from './connections/socket-folder.ts';

export interface StorageLock {
  release(): Promise<void>;
}

const ATTEMPTS = 5;

/**
 * Makes this process the only hub on the storage folder, or throws HUB_STORAGE_BUSY. The lock is a listening socket:
 * the kernel stops it when the process ends, however it ends, so a lock that nobody answers on is stale.
 */
export async function lockStorage(storage: string, random: Random): Promise<StorageLock> {
  const folder = socketFolder(storage);
  const place = join(folder, 'hub.sock');
  const own = join(folder, `hub-${process.pid}-${random.hex(6)}.sock`);
  const server = await listen(own);
  try {
    await take(own, place, random);
  } catch (error) {
    await close(server);
    if (error instanceof HubError) throw new HubError(error.code, { sentence: `${error.sentence} (${storage})` });
    throw error;
  }
  await unlink(own);
  return {
    async release() {
      await unlink(place).catch(() => undefined);
      await close(server);
    },
  };
}

/** A link is made by one process only, so the lock is never shared; a stale one is moved away before the next attempt. */
async function take(own: string, place: string, random: Random): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await link(own, place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await answers(place)) break;
    await removeStale(place, `${place}.${random.hex(6)}`);
  }
  throw new HubError('HUB_STORAGE_BUSY');
}

/** Another hub may have replaced the stale lock in the meantime: then what was moved answers, and goes back. */
async function removeStale(place: string, aside: string): Promise<void> {
  try {
    await rename(place, aside);
  } catch {
    return;
  }
  if (await answers(aside)) await link(aside, place).catch(() => undefined);
  await unlink(aside);
}

function answers(path: string): Promise<boolean> {
  if (!existsSync(path)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const peer = connect(path);
    peer.once('connect', () => {
      peer.destroy();
      resolve(true);
    });
    // A full queue (EAGAIN) means that somebody owns the socket, if a busy one; only a refusal means nobody does.
    peer.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}

async function listen(path: string): Promise<Server> {
  const server = createServer((peer) => peer.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  server.unref();
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';
import { testFolder } from './stores.ts';

export interface MortalRedis {
  readonly redis: Redis;
  /** Ends the server; resolves when the connection has noticed. */
  kill(): Promise<void>;
  /** Stops the server in its tracks: the connection stays and nothing answers. */
  freeze(): void;
}

const children = new Set<ReturnType<typeof spawn>>();

/** A Redis of one test's own, to be killed or frozen. */
export async function mortalRedis(): Promise<MortalRedis> {
  const folder = testFolder('redis');
  const path = join(folder, 'redis.sock');
  const options = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn('redis-server', options, { stdio: 'ignore' });
  children.add(child);
  const redis = new Redis({ path, retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await redis.ping();
  return {
    redis,
    async kill() {
      const closed = new Promise((resolve) => redis.once('close', resolve));
      child.kill('SIGKILL');
      await closed;
    },
    freeze: () => void child.kill('SIGSTOP'),
  };
}

/** Call at the top level of the file: every Redis it started is gone when its tests have ended. */
export function endMortalRedis(): void {
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Config } from '../config.ts';
import { mariadb } from './mariadb.ts';
import { mysqlSocketUrl } from './mysql.ts';
import { redisSocketUrl } from './redis.ts';
import { redisServer } from './redis-server.ts';
import { socketFolder } from './socket-folder.ts';
import { type ProgramState, Supervisor } from './supervisor.ts';

/** `external`: the owner named a server of their own, which the hub neither starts nor watches. */
export type StoreState = ProgramState | 'external';

export interface PrivateServices {
  /** What to connect to: the named server, or the private one. */
  readonly mysqlUrl: string;
  readonly redisUrl: string;
  readonly mysqlSocket: string | null;
  readonly redisSocket: string | null;
  state(): { mysql: StoreState; redis: StoreState };
  /** The process ids of the private servers, null where none runs. */
  pids(): { mysql: number | null; redis: number | null };
  /** Ends the private servers cleanly, within 4 s. */
  stop(): Promise<void>;
}

export interface PrivateServicesDeps {
  readonly config: Pick<Config, 'storage' | 'mysqlUrl' | 'redisUrl'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Brings up the stores for which no URL is set, both at once, and keeps them up. Precondition: the storage lock is held.
 * Rejects, with nothing left running, when one does not come up.
 */
export async function startPrivateServices({ config, clock, log }: PrivateServicesDeps): Promise<PrivateServices> {
  const { storage } = config;
  await mkdir(join(storage, 'logs'), { recursive: true, mode: 0o700 });
  const place = { storage, sockets: socketFolder(storage), clock };
  const mysqlProgram = config.mysqlUrl === null ? mariadb(place) : null;
  const redisProgram = config.redisUrl === null ? redisServer(place) : null;
  const mysql = mysqlProgram && new Supervisor(mysqlProgram, { clock, log });
  const redis = redisProgram && new Supervisor(redisProgram, { clock, log });
  const stop = async () => {
    await Promise.all([mysql?.stop(), redis?.stop()]);
  };
  const started = await Promise.allSettled([mysql?.start(), redis?.start()]);
  for (const one of started) {
    if (one.status === 'fulfilled') continue;
    await stop();
    throw one.reason;
  }
  return {
    mysqlUrl: mysqlProgram ? mysqlSocketUrl(mysqlProgram.socket) : (config.mysqlUrl as string),
    redisUrl: redisProgram ? redisSocketUrl(redisProgram.socket) : (config.redisUrl as string),
    mysqlSocket: mysqlProgram?.socket ?? null,
    redisSocket: redisProgram?.socket ?? null,
    state: () => ({ mysql: mysql?.state ?? 'external', redis: redis?.state ?? 'external' }),
    pids: () => ({ mysql: mysql?.pid ?? null, redis: redis?.pid ?? null }),
    stop,
  };
}

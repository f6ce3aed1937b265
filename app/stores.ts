import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import { migrate } from '../models/migrations/migrate.ts';
import { sessionSecret } from '../models/session-secret.ts';
import type { Config } from './config.ts';
import { connectMysql, type MysqlConnection } from './connections/mysql.ts';
import { type PrivateServices, startPrivateServices } from './connections/private-services.ts';
import { connectRedis, type RedisConnection } from './connections/redis.ts';
import type { Undo } from './undo.ts';

export interface StoresDeps {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /** The start is given up. */
  readonly signal?: AbortSignal;
}

/** MySQL with its tables up to date, and Redis. */
export interface Stores {
  readonly mysql: MysqlConnection;
  readonly redis: RedisConnection;
  readonly redisUrl: string;
  /** What session cookies are signed with. */
  readonly secret: string;
  readonly services: PrivateServices;
}

/**
 * Starts the private servers where none are named, and connects: waits for MySQL, where the models are read from, and
 * goes on without Redis while that is away. What is to be closed again goes onto `undo`.
 */
export async function connectStores(deps: StoresDeps, undo: Undo): Promise<Stores> {
  const services = await startPrivateServices(deps);
  undo.push(() => services.stop());
  const { mysqlUrl, redisUrl } = services;
  const [mysql, redis] = await Promise.all([
    connectMysql({ ...deps, url: mysqlUrl }).then((connection) => {
      undo.push(() => connection.close());
      return connection;
    }),
    connectRedis({ ...deps, url: redisUrl }).then((connection) => {
      undo.push(() => connection.close());
      return connection;
    }),
  ]);
  await migrate(mysql.db, deps.log);
  return { mysql, redis, redisUrl, secret: await sessionSecret(mysql.db, deps.random), services };
}

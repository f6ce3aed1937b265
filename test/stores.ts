import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { afterAll, inject } from 'vitest';
import { connectMysql, mysqlSocketUrl } from '../app/connections/mysql.ts';
import { connectRedis, type RedisConnection, redisSocketUrl } from '../app/connections/redis.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import type { Database } from '../models/database.ts';
import { migrate } from '../models/migrations/migrate.ts';
import './run.ts';

export interface TestStores {
  readonly db: Database;
  readonly redis: RedisConnection['redis'];
  /** For a whole hub under test: HEARTH_MYSQL_URL and HEARTH_REDIS_URL. */
  readonly mysqlUrl: string;
  readonly redisUrl: string;
  /** Empties every table and the Redis database. */
  clear(): Promise<void>;
}

const log = createLog('silent');

/**
 * A migrated MySQL database and a Redis database of this test file's own, on the run's real servers. Call it at the top
 * level of the file: `const stores = await testStores()`. Both are gone when the file's tests have ended.
 */
export async function testStores(): Promise<TestStores> {
  const { mysqlSocket, redisSocket } = inject('run');
  const name = `t_${randomBytes(6).toString('hex')}`;
  const mysqlUrl = mysqlSocketUrl(mysqlSocket, name);
  const mysql = await connectMysql({ url: mysqlUrl, clock: systemClock, log });
  const { db } = mysql;
  await migrate(db, log);
  const counter = await connectRedis({ url: redisSocketUrl(redisSocket), log, wait: true });
  const number = await takeNumber(counter.redis);
  const redisUrl = redisSocketUrl(redisSocket, number);
  const redis = await connectRedis({ url: redisUrl, log, wait: true });
  await redis.redis.flushdb();
  afterAll(async () => {
    await redis.redis.flushdb();
    await redis.close();
    await counter.redis.del(`taken:${number}`);
    await counter.close();
    await mysql.close();
    // By a connection of its own: the pool's would need the database it drops.
    const connection = await createConnection({ socketPath: mysqlSocket, user: 'root' });
    await connection.query('DROP DATABASE IF EXISTS ??', [name]);
    await connection.end();
  });
  return { db, redis: redis.redis, mysqlUrl, redisUrl, clear: () => clear(db, redis.redis) };
}

/** A new folder below the run's, which is removed at the end together with whatever process still mentions it. */
export function testFolder(name = 'folder'): string {
  return mkdtempSync(join(inject('run').folder, `${name}-`));
}

async function clear(db: Database, redis: RedisConnection['redis']): Promise<void> {
  const tables = await db.introspection.getTables();
  for (const { name } of tables) await sql`TRUNCATE TABLE ${sql.id(name)}`.execute(db);
  await redis.flushdb();
}

/** Redis has 16 databases; 0 keeps count of who has which of the others. */
async function takeNumber(redis: RedisConnection['redis']): Promise<number> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    for (let number = 1; number < 16; number += 1)
      if (await redis.set(`taken:${number}`, '1', 'EX', 900, 'NX')) return number;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('All of the test Redis’s databases are taken.');
}

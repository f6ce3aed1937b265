import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { connectMysql } from './mysql.ts';
import { type PrivateServices, startPrivateServices } from './private-services.ts';
import { isAlive } from './process.ts';
import { connectRedis } from './redis.ts';

const log = createLog('silent');
const stores = await testStores();
const running: PrivateServices[] = [];

afterEach(async () => {
  for (const services of running.splice(0)) await services.stop();
});

async function start(storage: string, urls = {}): Promise<PrivateServices> {
  const config = { storage, mysqlUrl: null, redisUrl: null, ...urls };
  const services = await startPrivateServices({ config, clock: systemClock, log });
  running.push(services);
  return services;
}

function pid(services: PrivateServices, store: 'mysql' | 'redis'): number {
  return services.pids()[store] ?? Number.NaN;
}

/** Ctrl-C in a terminal goes to a whole process group. */
function processGroup(one: number): string | undefined {
  return readFileSync(`/proc/${one}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')[2];
}

/** Writes one row and one key through `services`, or reads them back. */
async function keep(services: PrivateServices, value: string): Promise<void> {
  const mysql = await connectMysql({ url: services.mysqlUrl, clock: systemClock, log });
  await sql`CREATE TABLE IF NOT EXISTS kept (value TEXT)`.execute(mysql.db);
  await sql`INSERT INTO kept VALUES (${value})`.execute(mysql.db);
  await mysql.close();
  const redis = await connectRedis({ url: services.redisUrl, log });
  await redis.redis.set('kept', value);
  await redis.close();
}

async function kept(services: PrivateServices): Promise<(string | null)[]> {
  const mysql = await connectMysql({ url: services.mysqlUrl, clock: systemClock, log });
  const { rows } = await sql<{ value: string }>`SELECT value FROM kept`.execute(mysql.db);
  await mysql.close();
  const redis = await connectRedis({ url: services.redisUrl, log });
  const value = await redis.redis.get('kept');
  await redis.close();
  return [rows[0]?.value ?? null, value];
}

describe('private services', () => {
  test('keep what was written over a stop and a start, for their owner only', async () => {
    const storage = testFolder('services');
    const first = await start(storage);
    expect(first.state()).toEqual({ mysql: 'running', redis: 'running' });
    expect(statSync(join(storage, 'run')).mode & 0o077).toBe(0);
    await keep(first, 'a value');
    for (const store of ['mysql', 'redis'] as const)
      expect(processGroup(pid(first, store))).not.toBe(processGroup(process.pid));
    const pids = first.pids();
    await first.stop();
    expect(first.state()).toEqual({ mysql: 'stopped', redis: 'stopped' });
    expect(Object.values(pids).filter((one) => one !== null && isAlive(one))).toEqual([]);
    expect(await kept(await start(storage))).toEqual(['a value', 'a value']);
  });

  test('begin anew where the very first start was cut short', async () => {
    const storage = testFolder('services');
    mkdirSync(join(storage, 'mysql.new'));
    writeFileSync(join(storage, 'mysql.new', 'ibdata1'), 'half a');
    expect((await start(storage)).state().mysql).toBe('running');
    expect(existsSync(join(storage, 'mysql.new'))).toBe(false);
  });

  test('come up in a folder whose path is too long for a socket', async () => {
    const services = await start(join(testFolder('services'), 'deep/'.repeat(30)));
    expect(services.state()).toEqual({ mysql: 'running', redis: 'running' });
    expect(services.mysqlSocket).not.toContain('deep');
    await services.stop();
    rmdirSync(dirname(services.mysqlSocket ?? ''));
  });

  test.each(['mysql', 'redis'] as const)('a killed %s is restarted', async (store) => {
    const services = await start(testFolder('services'));
    const before = pid(services, store);
    process.kill(before, 'SIGKILL');
    await vi.waitFor(() => expect(services.state()[store]).not.toBe('running'));
    await vi.waitFor(() => expect(services.state()[store]).toBe('running'), 10_000);
    expect(pid(services, store)).not.toBe(before);
  });

  test('that a killed hub left behind are taken over, and restarted when they die', async () => {
    const storage = testFolder('services');
    const first = await startPrivateServices({
      config: { storage, mysqlUrl: null, redisUrl: null },
      clock: systemClock,
      log,
    });
    await keep(first, 'not in a snapshot yet');
    // The supervisor of `first` stays, as the killed hub's would not; it must not restart what the second one ends.
    const second = await start(storage);
    const left = first.pids();
    expect(second.pids()).toEqual(left);
    expect(await kept(second)).toEqual(['not in a snapshot yet', 'not in a snapshot yet']);
    await first.stop();
    for (const store of ['mysql', 'redis'] as const) {
      await vi.waitFor(() => {
        expect(second.state()[store]).toBe('running');
        expect(second.pids()[store]).not.toBe(left[store]);
      }, 10_000);
    }
  });

  test('one left behind that does not answer is ended first', async () => {
    const storage = testFolder('services');
    const socket = join(storage, 'run', 'redis.sock');
    const stuck = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)', socket], { stdio: 'ignore' });
    await once(stuck, 'spawn');
    const services = await start(storage);
    expect(services.state().redis).toBe('running');
    expect(isAlive(stuck.pid ?? 0)).toBe(false);
  });

  test('Redis comes up without a snapshot that it cannot read', async () => {
    const storage = testFolder('services');
    await (await start(storage)).stop();
    writeFileSync(join(storage, 'redis', 'dump.rdb'), 'REDIS0011 and then nothing of the kind');
    const services = await start(storage);
    expect(services.state().redis).toBe('running');
    expect(existsSync(join(storage, 'redis', 'dump.rdb.damaged'))).toBe(true);
  });

  test('are not started where URLs are set', async () => {
    const storage = testFolder('services');
    const services = await start(storage, { mysqlUrl: stores.mysqlUrl, redisUrl: stores.redisUrl });
    expect(services.state()).toEqual({ mysql: 'external', redis: 'external' });
    expect(services.pids()).toEqual({ mysql: null, redis: null });
    await keep(services, 'elsewhere');
    expect(await kept(services)).toEqual(['elsewhere', 'elsewhere']);
    expect(existsSync(join(storage, 'mysql'))).toBe(false);
  });
});

describe('connections', () => {
  test('find their servers again, and say in between that they are away', async () => {
    const services = await start(testFolder('services'));
    const mysql = await connectMysql({ url: services.mysqlUrl, clock: systemClock, log });
    const redis = await connectRedis({ url: services.redisUrl, log });
    for (const store of ['mysql', 'redis'] as const) process.kill(pid(services, store), 'SIGKILL');
    await vi.waitFor(() => expect(redis.healthy()).toBe(false), 5000);
    await vi.waitFor(() => redis.redis.ping(), 10_000);
    await vi.waitFor(() => sql`SELECT 1`.execute(mysql.db), 10_000);
    expect(redis.healthy()).toBe(true);
    await vi.waitFor(() => expect(mysql.healthy()).toBe(true), 10_000);
    await Promise.all([mysql.close(), redis.close()]);
  });

  test('speak UTC and refuse what does not fit', async () => {
    const mysql = await connectMysql({ url: stores.mysqlUrl, clock: systemClock, log });
    const { rows } = await sql`SELECT @@session.time_zone AS zone, @@character_set_connection AS letters`.execute(
      mysql.db,
    );
    expect(rows).toEqual([{ zone: '+00:00', letters: 'utf8mb4' }]);
    const long = { name: 'x'.repeat(65), value: '' };
    await expect(mysql.db.insertInto('settings').values(long).execute()).rejects.toThrow(/too long/);
    await mysql.close();
  });

  test('a hub without Redis starts, and is told so', async () => {
    const socket = join(testFolder('none'), 'none.sock');
    const away = await connectRedis({ url: `redis+unix://${socket}`, log });
    expect(away.healthy()).toBe(false);
    await away.close();
  });
});

import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { testStores } from '../../test/stores.ts';
import { migrate } from './migrate.ts';

const { db } = await testStores();
const log = createLog('silent');

beforeEach(async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()`.execute(db);
  for (const { name } of rows) await db.schema.dropTable(name).execute();
});

async function tables(): Promise<string[]> {
  return (await db.introspection.getTables()).map((table) => table.name).sort();
}

const ALL = ['devices', 'feeds', 'inputs', 'schedules', 'settings', 'tokens', 'users'];

test('makes every table, and leaves them alone the second time', async () => {
  await migrate(db, log);
  expect(await tables()).toEqual(expect.arrayContaining(ALL));
  await db.insertInto('settings').values({ name: 'kept', value: 'yes' }).execute();
  await migrate(db, log);
  expect(await db.selectFrom('settings').selectAll().execute()).toEqual([{ name: 'kept', value: 'yes' }]);
});

test('of hubs that start together one works and the others wait', async () => {
  await Promise.all([migrate(db, log), migrate(db, log), migrate(db, log)]);
  expect(await tables()).toEqual(expect.arrayContaining(ALL));
});

test('finishes what a crash cut short', async () => {
  await migrate(db, log);
  await sql`DELETE FROM kysely_migration`.execute(db);
  await db.schema.dropTable('feeds').execute();
  await db.insertInto('settings').values({ name: 'kept', value: 'yes' }).execute();
  await migrate(db, log);
  expect(await tables()).toEqual(expect.arrayContaining(ALL));
  expect(await db.selectFrom('settings').selectAll().execute()).toHaveLength(1);
});

test('tells when it cannot', async () => {
  await migrate(db, log);
  await sql`INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2030-01-01T00:00:00Z')`.execute(db);
  await expect(migrate(db, log)).rejects.toThrow(/9999-from-the-future/);
});

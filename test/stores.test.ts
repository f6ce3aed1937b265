import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testFolder, testStores } from './stores.ts';

const stores = await testStores();

test('a test file has tables and a Redis of its own, and can empty both', async () => {
  await stores.db.insertInto('settings').values({ name: 'a', value: 'b' }).execute();
  await stores.redis.set('a', 'b');
  await stores.clear();
  expect(await stores.db.selectFrom('settings').selectAll().execute()).toEqual([]);
  expect(await stores.redis.dbsize()).toBe(0);
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(stores.db);
  expect(rows.map((row) => row.name)).toContain('0001-start');
});

test('folders are made below the run’s own', () => {
  expect(testFolder('x')).toMatch(/hearth-test-.*\/x-/);
});

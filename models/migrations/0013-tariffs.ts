import { type Kysely, sql } from 'kysely';

/** What each household pays. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(TARIFFS).execute(db);
}

const TARIFFS = `CREATE TABLE IF NOT EXISTS tariffs (
    account INT UNSIGNED NOT NULL PRIMARY KEY,
    body MEDIUMTEXT NOT NULL,
    changed INT UNSIGNED NOT NULL
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

import { type Kysely, sql } from 'kysely';

/** Named calendars that process lists ask. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE IF NOT EXISTS schedules (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    name VARCHAR(64) NOT NULL,
    expression TEXT NOT NULL,
    public TINYINT UNSIGNED NOT NULL DEFAULT 0,
    KEY account (account)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    )
    .execute(db);
}

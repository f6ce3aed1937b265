import { type Kysely, sql } from 'kysely';

/** Found devices that a household does not want to see. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(IGNORED).execute(db);
}

const IGNORED = `CREATE TABLE IF NOT EXISTS found_ignored (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    family VARCHAR(40) NOT NULL,
    identity VARCHAR(128) NOT NULL,
    name VARCHAR(64) NOT NULL,
    model VARCHAR(64) NOT NULL,
    created INT UNSIGNED NOT NULL,
    UNIQUE KEY identity (account, family, identity)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

import { type Kysely, sql } from 'kysely';

/** Readings of sensors nobody has decided about. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(PARKED).execute(db);
}

const PARKED = `CREATE TABLE IF NOT EXISTS parked_readings (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    identity VARCHAR(64) NOT NULL,
    keyless TINYINT NOT NULL DEFAULT 0,
    received INT UNSIGNED NOT NULL,
    entries MEDIUMTEXT NOT NULL,
    KEY sensor (account, identity)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

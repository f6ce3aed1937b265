import { type Kysely, sql } from 'kysely';

/** Reports of what was used, when they are made, and how often devices answered. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const table of [SETTINGS, REPORTS, TALLIES]) await sql.raw(table).execute(db);
}

const SETTINGS = `CREATE TABLE IF NOT EXISTS report_settings (
    account INT UNSIGNED NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    since INT UNSIGNED NOT NULL
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

const REPORTS = `CREATE TABLE IF NOT EXISTS reports (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    kind VARCHAR(8) NOT NULL,
    begins INT UNSIGNED NOT NULL,
    ends INT UNSIGNED NOT NULL,
    made INT UNSIGNED NOT NULL,
    filed TINYINT UNSIGNED NOT NULL,
    body MEDIUMTEXT NOT NULL,
    UNIQUE KEY reports_once (account, kind, ends)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

const TALLIES = `CREATE TABLE IF NOT EXISTS device_tallies (
    device INT UNSIGNED NOT NULL,
    hour INT UNSIGNED NOT NULL,
    ok INT UNSIGNED NOT NULL,
    failed INT UNSIGNED NOT NULL,
    invalid INT UNSIGNED NOT NULL,
    PRIMARY KEY (device, hour)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

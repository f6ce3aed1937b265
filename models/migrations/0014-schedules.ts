import { type Kysely, sql } from 'kysely';

/** When devices run, what runs out of turn, and the days that are holidays. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const table of TABLES) await sql.raw(table).execute(db);
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS device_schedules (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    device INT UNSIGNED NOT NULL,
    body MEDIUMTEXT NOT NULL,
    extra TEXT NULL,
    KEY by_account (account),
    KEY by_device (device)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS boosts (
    device INT UNSIGNED NOT NULL PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    ends INT UNSIGNED NOT NULL,
    \`by\` VARCHAR(64) NOT NULL
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS holidays (
    account INT UNSIGNED NOT NULL PRIMARY KEY,
    dates TEXT NOT NULL
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
];

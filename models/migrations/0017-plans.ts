import { type Kysely, sql } from 'kysely';

/** How far each device’s run has come, what was decided and why, and what each finished run cost. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const table of TABLES) await sql.raw(`CREATE TABLE IF NOT EXISTS ${table}`).execute(db);
}

const SET = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

const TABLES = [
  `plan_states (
    device INT UNSIGNED NOT NULL PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    body MEDIUMTEXT NOT NULL
  ) ${SET}`,
  `plan_decisions (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    device INT UNSIGNED NOT NULL,
    at BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    KEY of_device (device, at)
  ) ${SET}`,
  `plan_runs (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    device INT UNSIGNED NOT NULL,
    ready_by BIGINT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    UNIQUE KEY of_device (device, ready_by),
    KEY of_account (account, ready_by)
  ) ${SET}`,
];

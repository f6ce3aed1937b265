import { type Kysely, sql } from 'kysely';

/** Where each household's forecasts come from, and what they last said. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(SOURCES).execute(db);
  await sql.raw(ANSWERS).execute(db);
}

const SOURCES = `CREATE TABLE IF NOT EXISTS forecast_sources (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    name VARCHAR(64) NOT NULL,
    provider VARCHAR(32) NOT NULL,
    params TEXT NOT NULL,
    created INT UNSIGNED NOT NULL,
    UNIQUE KEY forecast_sources_name (account, name)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

const ANSWERS = `CREATE TABLE IF NOT EXISTS forecast_answers (
    source INT UNSIGNED NOT NULL PRIMARY KEY,
    spans MEDIUMTEXT NOT NULL,
    fetched INT UNSIGNED NULL,
    attempted INT UNSIGNED NULL,
    wait INT UNSIGNED NULL,
    failures INT UNSIGNED NOT NULL,
    fault VARCHAR(300) NULL
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

import { type Kysely, sql } from 'kysely';

/** What EmonCMS calls devices: nodes with a name, a kind and a key. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE IF NOT EXISTS devices (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    node VARCHAR(64) NOT NULL,
    name VARCHAR(128) NOT NULL,
    description VARCHAR(255) NOT NULL,
    type VARCHAR(64) NOT NULL,
    devicekey CHAR(32) NULL,
    ip VARCHAR(45) NOT NULL,
    UNIQUE KEY node (account, node),
    UNIQUE KEY devicekey (devicekey)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
    )
    .execute(db);
}

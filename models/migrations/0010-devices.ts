import { type Kysely, sql } from 'kysely';

/**
 * Devices that the hub reads and switches, on top of EmonCMS's registry of nodes, and the log of their
 * switches. May be run again after a crash in the middle.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const tables = await db.introspection.getTables();
  const devices = tables.find(({ name }) => name === 'devices');
  // One statement, because it is done whole or not at all.
  if (!devices?.columns.some(({ name }) => name === 'family')) await sql.raw(DEVICES).execute(db);
  await sql.raw(SWITCHES).execute(db);
}

const DEVICES = `ALTER TABLE devices
    ADD COLUMN family VARCHAR(40) NOT NULL DEFAULT '',
    ADD COLUMN identity VARCHAR(128) NULL,
    ADD COLUMN address VARCHAR(128) NULL,
    ADD COLUMN settings TEXT NULL,
    ADD COLUMN room VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN place VARCHAR(64) NOT NULL DEFAULT '',
    ADD COLUMN enabled TINYINT NOT NULL DEFAULT 1,
    ADD COLUMN \`interval\` INT UNSIGNED NULL,
    ADD COLUMN desired TEXT NULL,
    ADD COLUMN template VARCHAR(64) NULL,
    ADD COLUMN template_version VARCHAR(32) NULL,
    ADD COLUMN created INT UNSIGNED NOT NULL DEFAULT 0,
    ADD UNIQUE KEY identity (account, family, identity)`;

const SWITCHES = `CREATE TABLE IF NOT EXISTS switches (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    device INT UNSIGNED NOT NULL,
    at INT UNSIGNED NOT NULL,
    \`on\` TINYINT NOT NULL,
    who VARCHAR(64) NOT NULL,
    why VARCHAR(255) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    KEY device (device, id)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;

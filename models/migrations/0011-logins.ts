import { type Kysely, sql } from 'kysely';

/** Logins of devices, the audit trail, and who is never to be shown again. May be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of TABLES) await sql.raw(statement).execute(db);
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS logins (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    device INT UNSIGNED NOT NULL,
    username VARCHAR(32) NOT NULL,
    secret_hash CHAR(64) NOT NULL,
    filters TEXT NOT NULL,
    claims TINYINT UNSIGNED NOT NULL DEFAULT 0,
    created INT UNSIGNED NOT NULL,
    revoked INT UNSIGNED NULL,
    UNIQUE KEY username (username),
    KEY device (device)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS audit (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    at INT UNSIGNED NOT NULL,
    actor VARCHAR(128) NOT NULL,
    action VARCHAR(64) NOT NULL,
    device INT UNSIGNED NULL,
    detail VARCHAR(512) NOT NULL,
    KEY account (account, id)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS pairing_blocks (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    identity VARCHAR(160) NOT NULL,
    shown VARCHAR(255) NOT NULL,
    created INT UNSIGNED NOT NULL,
    UNIQUE KEY identity (account, identity)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
];

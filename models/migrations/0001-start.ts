import { type Kysely, sql } from 'kysely';

/** Every table as issued first. Each statement may be run again after a crash in the middle. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of TABLES) await sql.raw(statement).execute(db);
}

const TABLES = [
  `CREATE TABLE IF NOT EXISTS users (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    role ENUM('owner','adult','guest') NOT NULL,
    username VARCHAR(64) NOT NULL,
    email VARCHAR(255) NOT NULL,
    password VARCHAR(255) NOT NULL,
    apikey_read CHAR(32) NULL,
    apikey_write CHAR(32) NULL,
    timezone VARCHAR(64) NOT NULL,
    language VARCHAR(8) NOT NULL,
    home VARCHAR(64) NOT NULL DEFAULT '',
    auto_record TINYINT UNSIGNED NOT NULL DEFAULT 0,
    power_feed INT UNSIGNED NULL,
    energy_feed INT UNSIGNED NULL,
    inputs_disabled TINYINT UNSIGNED NOT NULL DEFAULT 0,
    profile TEXT NOT NULL DEFAULT ('{}'),
    uuid CHAR(36) NOT NULL,
    session_epoch INT UNSIGNED NOT NULL DEFAULT 0,
    created INT UNSIGNED NOT NULL,
    last_seen INT UNSIGNED NULL,
    UNIQUE KEY username (username),
    UNIQUE KEY apikey_read (apikey_read),
    UNIQUE KEY apikey_write (apikey_write),
    KEY account (account)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  `CREATE TABLE IF NOT EXISTS tokens (
    hash CHAR(64) NOT NULL PRIMARY KEY,
    kind ENUM('invitation','password reset') NOT NULL,
    account INT UNSIGNED NOT NULL,
    user INT UNSIGNED NULL,
    role ENUM('owner','adult','guest') NULL,
    name VARCHAR(64) NOT NULL,
    expires INT UNSIGNED NOT NULL,
    KEY account (account)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS inputs (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    node VARCHAR(64) NOT NULL,
    name VARCHAR(64) NOT NULL,
    description VARCHAR(255) NOT NULL DEFAULT '',
    process_list TEXT NOT NULL DEFAULT (''),
    UNIQUE KEY place (account, node, name)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS feeds (
    id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    account INT UNSIGNED NOT NULL,
    name VARCHAR(128) NOT NULL,
    tag VARCHAR(128) NULL,
    unit VARCHAR(10) NOT NULL DEFAULT '',
    public TINYINT UNSIGNED NOT NULL DEFAULT 0,
    engine SMALLINT UNSIGNED NOT NULL,
    \`interval\` INT UNSIGNED NOT NULL,
    process_list TEXT NOT NULL DEFAULT (''),
    created INT UNSIGNED NOT NULL,
    KEY account (account)
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS settings (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
  ) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
];

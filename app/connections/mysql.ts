import { Kysely, MysqlDialect, sql } from 'kysely';
import { createPool, type Pool, type PoolOptions } from 'mysql2';
import { createConnection } from 'mysql2/promise';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { Database, Tables } from '../../models/database.ts';

export interface MysqlConnection {
  readonly db: Database;
  /** Whether the last probe, at most a few seconds old, was answered. */
  healthy(): boolean;
  close(): Promise<void>;
}

export interface MysqlDeps {
  /** `mysql://user:password@host:port/database`, or `mysql://root@localhost/database?socketPath=/…` for a socket. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly connections?: number;
  /** Ends the wait for a server that is away. */
  readonly signal?: AbortSignal;
}

const PROBE_MS = 2000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const CONNECT_MS = 5000;
const DEFAULT_DATABASE = 'hearth';
/** Whatever the server's own settings are: a value that does not fit is refused, never cut, and times are UTC. */
const SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'";

/**
 * A pool on the server at `url`, whose database is made when it is missing. Waits for a server that is away, and rejects
 * when one refuses the login; once connected, a lost server is taken up again by the next query after it is back.
 */
export async function connectMysql(deps: MysqlDeps): Promise<MysqlConnection> {
  const { url, clock, log, connections = 6 } = deps;
  const options = mysqlOptions(url);
  await patiently(deps, () => createDatabase(options));
  const pool = createPool({ ...options, connectionLimit: connections, maxIdle: 2, queueLimit: 2000 });
  const db = new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) });
  const health = watch(pool, db, clock, log);
  return {
    db,
    healthy: health.healthy,
    async close() {
      health.stop();
      await db.destroy();
    },
  };
}

/** The URL `connectMysql` takes for a server on a unix socket that trusts whoever can reach it. */
export function mysqlSocketUrl(socket: string, database: string = DEFAULT_DATABASE): string {
  return `mysql://root@localhost/${database}?socketPath=${encodeURIComponent(socket)}`;
}

/** What mysql2 needs for `url`. Times travel as UTC, text as utf8mb4. */
function mysqlOptions(url: string): PoolOptions & { database: string } {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const socketPath = searchParams.get('socketPath');
  return {
    ...(socketPath ? { socketPath } : { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 3306) }),
    user: decodeURIComponent(username) || 'root',
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)) || DEFAULT_DATABASE,
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: CONNECT_MS,
    enableKeepAlive: true,
    supportBigNumbers: true,
  };
}

/** Repeats `work` with growing pauses while the server cannot be reached, and says so once a minute. */
async function patiently({ clock, log, signal }: MysqlDeps, work: () => Promise<void>): Promise<void> {
  const limit = new LogLimit(clock);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || signal?.aborted) throw error;
      const held = limit.allow('away');
      if (held !== null) log.warn({ err: error, held }, 'MySQL is away: the hub starts when it answers');
    }
    await waitFor(pause, signal);
  }
}

/** Whether trying again later may help: what the network says, and a server that starts, stops or is full. */
function isAway(error: unknown): boolean {
  const { code = '', fatal = false } = error as { code?: string; fatal?: boolean };
  return /^(E[A-Z]+|PROTOCOL_CONNECTION_LOST|ER_CON_COUNT_ERROR|ER_SERVER_SHUTDOWN|HANDSHAKE_.*)$/.test(code) && fatal;
}

/** Keeps the process running, unlike the clock's timers, because nothing else does yet. */
function waitFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

async function createDatabase({ database, ...server }: PoolOptions & { database: string }): Promise<void> {
  const connection = await createConnection(server);
  try {
    const [found] = await connection.query('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [
      database,
    ]);
    if (Array.isArray(found) && found.length > 0) return;
    await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4', [database]);
  } finally {
    await connection.end();
  }
}

/** Probes every few seconds and tells the log when the server goes and when it comes back. */
function watch(pool: Pool, db: Database, clock: Clock, log: Log): { healthy: () => boolean; stop: () => void } {
  let healthy = true;
  let asking = false;
  const settle = (now: boolean, cause?: unknown) => {
    if (now !== healthy) log[now ? 'info' : 'warn']({ err: cause }, now ? 'MySQL is back' : 'MySQL does not answer');
    healthy = now;
    asking = false;
  };
  // A connection that breaks while idle is dropped by the pool; without a listener it would end the process.
  pool.on('connection', (connection) => {
    connection.on('error', () => undefined);
    connection.query(SESSION, (error) => error && log.warn({ err: error }, 'MySQL refused the settings of a session'));
  });
  const stop = clock.every(PROBE_MS, () => {
    // A probe that hangs is itself the answer.
    if (asking) return settle(false);
    asking = true;
    sql`SELECT 1`.execute(db).then(
      () => settle(true),
      (error: unknown) => settle(false, error),
    );
  });
  return { healthy: () => healthy, stop };
}

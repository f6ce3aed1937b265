import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../../lib/log.ts';

export interface RedisConnection {
  readonly redis: Redis;
  /** Whether commands sent now would reach the server. */
  healthy(): boolean;
  close(): Promise<void>;
}

export interface RedisDeps {
  /** `redis://host:port/db`, `rediss://…`, or `redis+unix:///path/to/socket?db=0`. */
  readonly url: string;
  readonly log: Log;
  /** True: commands wait while the server is away. False (the default): they fail at once. */
  readonly wait?: boolean;
}

/** A server that has stopped without closing its connections is away, too. */
const COMMAND_MS = 3000;
/** How long a start waits for the first connection. */
const FIRST_MS = 2000;

/**
 * A connection that is kept up for as long as the hub runs: a lost server is tried again after 50 ms to 2 s for ever.
 * Resolves within 2 s even when the server is away, because the house goes on without it.
 */
export async function connectRedis({ url, log, wait = false }: RedisDeps): Promise<RedisConnection> {
  const redis = new Redis({
    ...redisOptions(url),
    lazyConnect: true,
    enableOfflineQueue: wait,
    maxRetriesPerRequest: wait ? null : 1,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2000),
    connectTimeout: 5000,
    replyMapping: 'legacy',
    ...(wait ? {} : { commandTimeout: COMMAND_MS }),
  });
  let told = false;
  redis.on('error', (error: Error) => {
    if (!told) log.warn({ err: error }, 'Redis does not answer');
    told = true;
  });
  redis.on('ready', () => {
    if (told) log.info('Redis is back');
    told = false;
  });
  await first(redis);
  if (redis.status !== 'ready') log.warn('Redis is away: nobody can sign in until it is back; readings are taken');
  return { redis, healthy: () => redis.status === 'ready', close: () => close(redis) };
}

/** The URL `connectRedis` takes for a server on a unix socket. */
export function redisSocketUrl(socket: string, db = 0): string {
  return `redis+unix://${encodeURI(socket)}?db=${db}`;
}

/** What ioredis needs for `url`. */
export function redisOptions(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url);
  const login = {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
  if (protocol === 'redis+unix:')
    return { ...login, path: decodeURIComponent(pathname), db: Number(searchParams.get('db') ?? 0) };
  return {
    ...login,
    host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1',
    port: Number(port || 6379),
    db: Number(pathname.slice(1) || 0),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** ioredis goes on trying after a first connection that failed. */
async function first(redis: Redis): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, FIRST_MS);
  });
  await Promise.race([redis.connect().catch(() => undefined), patience]);
  clearTimeout(timer);
}

async function close(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect());
  else redis.disconnect();
}

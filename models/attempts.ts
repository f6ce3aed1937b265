import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Clock } from '../lib/clock.ts';

/** So many tries in so many seconds, counted from the first. */
export interface Limit {
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

export interface Taken {
  readonly ok: boolean;
  /** Tries left in this window. */
  readonly left: number;
  /** Seconds until the count starts anew. */
  readonly wait: number;
}

export interface AttemptsDeps {
  readonly redis: Redis | null;
  readonly clock: Clock;
}

const REDIS_PATIENCE_MS = 500;

/**
 * Counts tries per key, in this process and, where it answers, in Redis as well; the stricter count holds. So a Redis that
 * dies in the middle of an attack opens nothing, and one that is away locks nobody out.
 */
export class Attempts {
  readonly #deps: AttemptsDeps;
  readonly #limiters = new Map<string, { memory: RateLimiterMemory; redis: RateLimiterRedis | null }>();

  constructor(deps: AttemptsDeps) {
    this.#deps = deps;
  }

  /** Counts one try and tells whether it may go ahead. Tries at the same moment are counted one by one. */
  async take(limit: Limit, key: string): Promise<Taken> {
    const { memory, redis } = this.#of(limit);
    const id = idOf(key);
    const counts = await Promise.all([memory.penalty(id, 1), this.#ask(redis, (limiter) => limiter.penalty(id, 1))]);
    const used = Math.max(...counts.map((count) => count?.consumedPoints ?? 0));
    const wait = Math.max(...counts.map((count) => Math.ceil((count?.msBeforeNext ?? 0) / 1000)));
    return { ok: used <= limit.points, left: Math.max(0, limit.points - used), wait };
  }

  /** Takes one try back, after it turned out to be no guess. */
  async giveBack(limit: Limit, key: string): Promise<void> {
    const { memory, redis } = this.#of(limit);
    const id = idOf(key);
    await Promise.all([memory.reward(id, 1), this.#ask(redis, (limiter) => limiter.reward(id, 1))]);
  }

  /** Starts the count of a key anew. */
  async forget(limit: Limit, key: string): Promise<void> {
    const { memory, redis } = this.#of(limit);
    const id = idOf(key);
    await Promise.all([memory.delete(id), this.#ask(redis, (limiter) => limiter.delete(id))]);
  }

  #of({ name, points, seconds }: Limit) {
    const known = this.#limiters.get(name);
    if (known) return known;
    const options = { keyPrefix: `attempts:${name}`, points, duration: seconds };
    const { redis } = this.#deps;
    const made = {
      memory: new RateLimiterMemory(options),
      redis: redis && new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true }),
    };
    this.#limiters.set(name, made);
    return made;
  }

  /** What Redis says, or null where it is away or slow. */
  async #ask<T>(
    limiter: RateLimiterRedis | null,
    question: (limiter: RateLimiterRedis) => Promise<T>,
  ): Promise<T | null> {
    if (!limiter || this.#deps.redis?.status !== 'ready') return null;
    const { clock } = this.#deps;
    return await new Promise((resolve) => {
      const giveUp = clock.after(REDIS_PATIENCE_MS, () => resolve(null));
      const done = (answer: T | null) => {
        giveUp();
        resolve(answer);
      };
      question(limiter).then(done, () => done(null));
    });
  }
}

/** What counts as one address: an IPv4 address, or the /64 that one IPv6 household or attacker has to itself. */
export function addressKey(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const zeros = plain.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0;
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Names and addresses are not kept in Redis as such, and a long one costs no more than a short one. */
function idOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 22);
}

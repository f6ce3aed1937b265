import { RedisStore } from 'connect-redis';
import { type SessionData, Store } from 'express-session';
import type { Redis } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';

export interface SessionStoreDeps {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a session without "stay signed in" lives unused. */
const DAY = 86_400;
const PATIENCE_MS = 1000;

type Done = (error?: unknown) => void;

/**
 * Sessions in Redis that never hold a request up. While Redis is away nobody counts as signed in, and what
 * express-session does by itself passes silently; `keep` and `end`, which a person waits for, throw HUB_STORE_AWAY.
 */
export class SessionStore extends Store {
  readonly #deps: SessionStoreDeps;
  readonly #inner: RedisStore;

  constructor(deps: SessionStoreDeps) {
    super();
    this.#deps = deps;
    this.#inner = new RedisStore({ client: deps.redis, prefix: 'session:', ttl: DAY });
  }

  get away(): boolean {
    return this.#deps.redis.status !== 'ready';
  }

  /** The session is in Redis when this resolves. */
  async keep(id: string, data: SessionData): Promise<void> {
    await this.#try((done) => this.#inner.set(id, data, done));
  }

  /** The session is gone when this resolves. */
  async end(id: string): Promise<void> {
    await this.#try((done) => this.#inner.destroy(id, done));
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    let found: SessionData | null = null;
    const read = this.#try((done) =>
      this.#inner.get(id, (error: unknown, data?: SessionData | null) => {
        found = data ?? null;
        done(error);
      }),
    );
    read.then(
      () => callback(null, found),
      () => callback(null, null),
    );
  }

  override set(id: string, data: SessionData, callback?: Done): void {
    this.#quietly(this.keep(id, data), callback);
  }

  override destroy(id: string, callback?: Done): void {
    this.#quietly(this.end(id), callback);
  }

  override touch(id: string, data: SessionData, callback?: Done): void {
    this.#quietly(
      this.#try((done) => this.#inner.touch(id, data, done)),
      callback,
    );
  }

  #quietly(work: Promise<void>, callback?: Done): void {
    work.then(
      () => callback?.(),
      () => callback?.(),
    );
  }

  async #try(command: (done: Done) => unknown): Promise<void> {
    if (this.away) throw new HubError('HUB_STORE_AWAY');
    try {
      await new Promise<void>((resolve, reject) => {
        const giveUp = this.#deps.clock.after(PATIENCE_MS, () => reject(new Error('Redis is slow')));
        command((error) => {
          giveUp();
          if (error) reject(error);
          else resolve();
        });
      });
    } catch (cause) {
      this.#deps.log.debug({ err: cause }, 'a session could not be read or kept');
      throw new HubError('HUB_STORE_AWAY', { cause });
    }
  }
}

import { Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';

/** How long a command may take before Redis counts as away, and how long it then counts as away. */
const COMMAND_MS = 2000;
const AWAY_MS = 5000;

/**
 * A connection for one household's sessions, its keys under `mqtt:<account>:`. Commands fail at once while the server
 * is away. A failure that nobody awaits (the persistence sends some so) ends here and not the process.
 */
export class SessionRedis extends Redis {
  readonly #clock: Clock;
  #awayUntil = 0;

  constructor(options: RedisOptions, account: number, clock: Clock) {
    const own: RedisOptions & { replyMapping: 'legacy' } = {
      ...options,
      replyMapping: 'legacy',
      keyPrefix: `mqtt:${account}:`,
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_MS,
      retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2000),
    };
    super(own);
    this.#clock = clock;
    // Told of elsewhere: `answers` says it, and the hub's own connection logs it.
    this.on('error', () => undefined);
  }

  /** Whether a command sent now may be expected to be answered. */
  get answers(): boolean {
    return this.status === 'ready' && this.#clock.monotonic() >= this.#awayUntil;
  }

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const result = super.sendCommand(...args);
    if (result instanceof Promise) result.catch((error: Error) => this.#failed(error));
    return result;
  }

  #failed(error: Error): void {
    if (/timed out/i.test(error.message)) this.#awayUntil = this.#clock.monotonic() + AWAY_MS;
  }
}

import type { Redis } from 'ioredis';
import { type Clock, type Disposer, sleep } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

export type MirrorRedis = Pick<Redis, 'hset' | 'hgetall' | 'hdel' | 'status'>;

export interface MirrorDeps {
  redis: MirrorRedis | null;
  clock: Clock;
  log: Log;
  /** What there is to copy now; undefined for an input that is gone. */
  current(input: number): Remembered | undefined;
}

/** An input's newest value as Redis keeps it over a restart. */
export interface Remembered {
  readonly time: number;
  readonly value: number | null;
  readonly at: number;
}

/**
 * Copies the newest values of inputs to Redis at most once a second. What waits is a set of ids, so it cannot grow beyond the
 * inputs there are; a Redis that is away or hangs holds nothing else up.
 */
export class LiveMirror {
  readonly #deps: MirrorDeps;
  readonly #waiting = new Set<number>();
  #writing: Promise<void> | null = null;
  #timer: Disposer | null = null;

  constructor(deps: MirrorDeps) {
    this.#deps = deps;
  }

  /** Says that the copy of an input is old. */
  mark(input: number): void {
    this.#waiting.add(input);
  }

  start(): void {
    this.#timer ??= this.#deps.clock.every(MIRROR_MS, () => void this.write());
  }

  /** Stops, after one last copy if Redis takes it within a second. */
  async stop(): Promise<void> {
    this.#timer?.();
    this.#timer = null;
    await Promise.race([this.#last(), sleep(this.#deps.clock, MIRROR_MS)]);
  }

  /** Copies what is waiting, unless a copy is under way. A failed one is tried again with what is newest then. */
  async write(): Promise<void> {
    const { redis } = this.#deps;
    if (this.#writing || this.#waiting.size === 0 || redis?.status !== 'ready') return;
    this.#writing = this.#copy(redis).finally(() => {
      this.#writing = null;
    });
    await this.#writing;
  }

  /** What Redis remembers, by input; empty where it is away. */
  async read(): Promise<Map<number, Remembered>> {
    const found = new Map<number, Remembered>();
    const { redis, log } = this.#deps;
    if (redis?.status !== 'ready') return found;
    try {
      for (const [field, text] of Object.entries(await redis.hgetall(REDIS_KEY))) {
        const remembered = parseRemembered(text);
        if (remembered && /^\d+$/.test(field)) found.set(Number(field), remembered);
      }
    } catch (cause) {
      log.warn({ err: cause }, 'live values could not be read back');
    }
    return found;
  }

  async #last(): Promise<void> {
    await this.#writing;
    await this.write();
  }

  async #copy(redis: MirrorRedis): Promise<void> {
    const inputs = [...this.#waiting];
    this.#waiting.clear();
    try {
      for (let from = 0; from < inputs.length; from += BATCH) {
        await this.#copySome(redis, inputs.slice(from, from + BATCH));
      }
    } catch (cause) {
      for (const input of inputs) this.#waiting.add(input);
      this.#deps.log.debug({ err: cause }, 'live values wait for redis');
    }
  }

  async #copySome(redis: MirrorRedis, inputs: readonly number[]): Promise<void> {
    const fields: string[] = [];
    const gone: string[] = [];
    for (const input of inputs) {
      const now = this.#deps.current(input);
      if (now) fields.push(String(input), JSON.stringify([now.time, now.value, now.at]));
      else gone.push(String(input));
    }
    if (fields.length > 0) await redis.hset(REDIS_KEY, ...fields);
    if (gone.length > 0) await redis.hdel(REDIS_KEY, ...gone);
  }
}

const REDIS_KEY = 'live:inputs';
const MIRROR_MS = 1000;
/** Inputs in one Redis command. */
const BATCH = 1000;

function parseRemembered(text: string): Remembered | undefined {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return undefined;
  }
  const [time, value, at] = Array.isArray(row) ? (row as unknown[]) : [];
  if (typeof time !== 'number' || typeof at !== 'number') return undefined;
  return value === null || typeof value === 'number' ? { time, value, at } : undefined;
}

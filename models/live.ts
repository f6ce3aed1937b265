import type { Clock, Disposer } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { LiveMirror, type MirrorRedis, type Remembered } from './live-mirror.ts';

export type LiveKind = 'feed' | 'input';

/** The newest value of one feed or input. */
export interface LiveValue {
  readonly kind: LiveKind;
  readonly id: number;
  /** Unix seconds, as the reading says. */
  readonly time: number;
  readonly value: number | null;
  /** Milliseconds, when the hub heard it. */
  readonly at: number;
  /** Grows with every change, also across restarts. */
  readonly seq: number;
}

export interface LiveDeps {
  redis: MirrorRedis | null;
  clock: Clock;
  log: Log;
}

/**
 * The newest values of every household, in memory. Redis holds a copy, written at most once a second, so that a
 * restart shows the inputs as they were; without it nothing is lost but that copy.
 */
export class LiveModel {
  readonly #deps: LiveDeps;
  readonly #values = new Map<string, LiveValue>();
  readonly #accounts = new Map<number, Map<string, LiveValue>>();
  readonly #listeners = new Map<number, Set<(value: LiveValue) => void>>();
  readonly #mirror: LiveMirror;
  #seq: number;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#seq = deps.clock.now() * SEQ_PER_MS;
    this.#mirror = new LiveMirror({ ...deps, current: (input) => this.#values.get(keyOf('input', input)) });
  }

  /** Takes a new value. Never throws and never waits: what Redis cannot take is dropped, newest value per id kept. */
  put(account: number, kind: LiveKind, id: number, time: number, value: number | null): void {
    this.#seq += 1;
    const live: LiveValue = { kind, id, time, value, at: this.#deps.clock.now(), seq: this.#seq };
    const key = keyOf(kind, id);
    this.#keep(account, key, live);
    if (kind === 'input') this.#mirror.mark(id);
    const listeners = this.#listeners.get(account);
    if (listeners) for (const listener of listeners) this.#tell(listener, live);
  }

  get(kind: LiveKind, id: number): LiveValue | undefined {
    return this.#values.get(keyOf(kind, id));
  }

  /** Puts back what was known before a restart, unless something newer has come. Nobody is told. */
  restore(account: number, kind: LiveKind, id: number, time: number, value: number | null, at: number): void {
    const key = keyOf(kind, id);
    if (!this.#values.has(key)) this.#keep(account, key, { kind, id, time, value, at, seq: this.#seq });
  }

  /** Forgets a feed or input that was deleted. */
  forget(account: number, kind: LiveKind, id: number): void {
    const key = keyOf(kind, id);
    this.#values.delete(key);
    this.#accounts.get(account)?.delete(key);
    if (kind === 'input') this.#mirror.mark(id);
  }

  /** Calls `listener` with every new value of the household until disposed. */
  listen(account: number, listener: (value: LiveValue) => void): Disposer {
    const set = this.#listeners.get(account) ?? new Set();
    this.#listeners.set(account, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0 && this.#listeners.get(account) === set) this.#listeners.delete(account);
    };
  }

  /** The values that changed after `seq`, oldest first. */
  since(account: number, seq: number): LiveValue[] {
    const values = [...(this.#accounts.get(account)?.values() ?? [])].filter((value) => value.seq > seq);
    return values.sort((a, b) => a.seq - b.seq);
  }

  /** The newest sequence number given out. */
  get seq(): number {
    return this.#seq;
  }

  /** Starts the copy to Redis. */
  start(): void {
    this.#mirror.start();
  }

  /** Stops, after one last copy if Redis is there. */
  async stop(): Promise<void> {
    await this.#mirror.stop();
  }

  /** The input values Redis remembers, by id; empty where it is away. */
  async remembered(): Promise<Map<number, Remembered>> {
    return await this.#mirror.read();
  }

  #keep(account: number, key: string, live: LiveValue): void {
    this.#values.set(key, live);
    const values = this.#accounts.get(account) ?? new Map<string, LiveValue>();
    this.#accounts.set(account, values);
    values.set(key, live);
  }

  #tell(listener: (value: LiveValue) => void, live: LiveValue): void {
    try {
      listener(live);
    } catch (cause) {
      this.#deps.log.error({ err: cause }, 'a live listener failed');
    }
  }
}

/** Numbers grow from here by one a change, so they start higher after a restart as long as there is less than one a µs. */
const SEQ_PER_MS = 1000;

function keyOf(kind: LiveKind, id: number): string {
  return kind === 'feed' ? `f${id}` : `i${id}`;
}

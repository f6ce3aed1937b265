import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { Service } from './service.ts';

export interface FlusherDeps {
  readonly series: Pick<Series, 'sync' | 'flush' | 'health'>;
  readonly clock: Clock;
  readonly log: Log;
  /** F of the promise: a reading older than this survives a power cut. */
  readonly fsyncSeconds: number;
}

/** Blocks that fill up between two flushes share the file system's own writes. */
const FLUSH_MS = 600_000;
/** A disk that refused is tried again so often, whatever F is. */
const RETRY_MS = 4000;

/**
 * Makes the journal safe from a power cut every F seconds and moves what is due into the feed files every ten minutes. One call
 * of each kind runs at a time: a slow card skips a turn instead of queueing them. One that refused is tried every few seconds.
 */
export class Flusher implements Service {
  readonly name = 'flusher';
  readonly #deps: FlusherDeps;
  readonly #running = new Map<string, Promise<void>>();
  #timers: Disposer[] = [];

  constructor(deps: FlusherDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, series, fsyncSeconds } = this.#deps;
    this.#timers = [
      clock.every(fsyncSeconds * 1000, () => this.#turn('sync', () => series.sync())),
      clock.every(RETRY_MS, () => this.#retry()),
      clock.every(FLUSH_MS, () => this.#turn('flush', () => series.flush('due'))),
    ];
  }

  /** Resolves when no call runs any more. What still waits in memory is for `series.close`. */
  async stop(): Promise<void> {
    for (const dispose of this.#timers.splice(0)) dispose();
    await Promise.all(this.#running.values());
  }

  // The series have told of the refusal themselves; that it goes on is nothing new.
  #retry(): void {
    const { series } = this.#deps;
    if (series.health().degraded === null || this.#running.has('sync')) return;
    const done = series
      .sync()
      .catch(() => undefined)
      .finally(() => this.#running.delete('sync'));
    this.#running.set('sync', done);
  }

  #turn(what: string, work: () => Promise<void>): void {
    if (this.#running.has(what)) return;
    const done = work()
      .catch((error: unknown) => this.#deps.log.error({ err: error }, `The ${what} of the readings failed`))
      .finally(() => this.#running.delete(what));
    this.#running.set(what, done);
  }
}

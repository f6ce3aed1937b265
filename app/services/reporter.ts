import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { Service } from './service.ts';

export interface ReporterDeps {
  readonly reports: { makeDue(): Promise<number> };
  readonly tallies: { flush(): Promise<void> };
  /** Keeps what a carbon forecast said for the moments gone by. */
  readonly carbon: { record(): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
}

const EVERY_MS = 60_000;
/** Turns between two writes of the devices' tallies. */
const FLUSH_EVERY = 15;

/** Once a minute makes the reports that have fallen due and records carbon; every quarter of an hour keeps the devices' tallies. */
export class Reporter implements Service {
  readonly name = 'reporter';
  readonly #deps: ReporterDeps;
  readonly #limit: LogLimit;
  #stopTimer: Disposer | undefined;
  #turn: Promise<void> | null = null;
  #turns = 0;

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
    this.#limit = new LogLimit(deps.clock);
  }

  start(): void {
    this.#begin();
    this.#stopTimer = this.#deps.clock.every(EVERY_MS, () => this.#begin());
  }

  /** Resolves when no report is being made, and the tallies are kept. */
  async stop(): Promise<void> {
    this.#stopTimer?.();
    await this.#turn;
    await this.#try('tallies', () => this.#deps.tallies.flush());
  }

  #begin(): void {
    this.#turn ??= this.#work().finally(() => {
      this.#turn = null;
    });
  }

  async #work(): Promise<void> {
    const { reports, tallies, carbon } = this.#deps;
    this.#turns += 1;
    await this.#try('reports', () => reports.makeDue());
    await this.#try('carbon', () => carbon.record());
    if (this.#turns % FLUSH_EVERY === 0) await this.#try('tallies', () => tallies.flush());
  }

  async #try(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const held = this.#limit.allow(what);
      if (held !== null) this.#deps.log.warn({ err: error, what, held }, 'could not be made; it is tried again');
    }
  }
}

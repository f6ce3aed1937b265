import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';

/** So many milliseconds of work in so many, counted from the first. */
export interface Budget {
  readonly ms: number;
  readonly perMs: number;
}

interface Spent {
  readonly since: number;
  ms: number;
}

/** How long work that holds the hub up was done for each caller, so that none keeps it from everything else. */
export class TimeBudget {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #budget: Budget;
  readonly #spent = new Map<string, Spent>();

  constructor(clock: Pick<Clock, 'monotonic'>, budget: Budget) {
    this.#clock = clock;
    this.#budget = budget;
  }

  /** Does the work. Throws HUB_TOO_MANY where the caller has used up its time; work that has begun is done to its end. */
  run<T>(caller: string, work: () => T): T {
    const began = this.#clock.monotonic();
    const known = this.#spent.get(caller);
    const spent = known && began - known.since < this.#budget.perMs ? known : { since: began, ms: 0 };
    if (spent.ms >= this.#budget.ms) throw new HubError('HUB_TOO_MANY');
    this.#spent.set(caller, spent);
    try {
      return work();
    } finally {
      spent.ms += this.#clock.monotonic() - began;
    }
  }
}

import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Who } from '../../models/who.ts';
import type { Household } from './household.ts';
import { LIMITS } from './limits.ts';

export interface HouseholdsDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** A household's broker, not started yet. */
  readonly make: (who: Who) => Household;
}

interface Entry {
  readonly opening: Promise<Household>;
  household: Household | undefined;
  connections: number;
  /** Monotonic milliseconds of the last use. */
  used: number;
}

/** The brokers of the households that are in use. One that nobody has used for a while is closed; its sessions stay in Redis. */
export class Households {
  readonly #deps: HouseholdsDeps;
  readonly #entries = new Map<number, Entry>();
  #stopSweeping: Disposer | undefined;

  constructor(deps: HouseholdsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stopSweeping = this.#deps.clock.every(LIMITS.idleMs / 2, () => this.#sweep());
  }

  async stop(): Promise<void> {
    this.#stopSweeping?.();
    const closing = [...this.#entries.values()].map(({ opening }) => opening.then((household) => household.stop()));
    this.#entries.clear();
    await Promise.allSettled(closing);
  }

  /** Whether the account may have one more connection. */
  hasRoom(account: number): boolean {
    const entry = this.#entries.get(account);
    if (!entry) return this.#entries.size < LIMITS.households;
    return entry.connections < LIMITS.connectionsPerAccount;
  }

  /** Counts a connection of the account until it is left. */
  join(who: Who): { household: Promise<Household>; leave: Disposer } {
    const entry = this.#entry(who);
    entry.connections += 1;
    const leave = () => {
      entry.connections -= 1;
      entry.used = this.#deps.clock.monotonic();
    };
    return { household: entry.opening, leave };
  }

  /** The household's broker, opened when it is not. */
  open(who: Who): Promise<Household> {
    return this.#entry(who).opening;
  }

  get count(): number {
    return this.#entries.size;
  }

  get clients(): number {
    let clients = 0;
    for (const { household } of this.#entries.values()) clients += household?.clients ?? 0;
    return clients;
  }

  #entry(who: Who): Entry {
    const now = this.#deps.clock.monotonic();
    const known = this.#entries.get(who.account);
    if (known) {
      known.used = now;
      return known;
    }
    const household = this.#deps.make(who);
    const opening = household.start().then(() => household);
    const entry: Entry = { opening, household: undefined, connections: 0, used: now };
    this.#entries.set(who.account, entry);
    opening.then(
      () => {
        entry.household = household;
      },
      () => this.#entries.delete(who.account),
    );
    return entry;
  }

  #sweep(): void {
    const before = this.#deps.clock.monotonic() - LIMITS.idleMs;
    for (const [account, { household, connections, used }] of this.#entries) {
      if (!household?.isSettled || connections > 0 || used > before) continue;
      this.#entries.delete(account);
      household
        .stop()
        .catch((error: unknown) => this.#deps.log.warn({ err: error, account }, 'a household stayed open'));
    }
  }
}

import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { FeedModel } from './feed.ts';
import type { Input } from './input-registry.ts';
import { readMeterName } from './meter-names.ts';
import type { ProcessStep } from './process/process-list.ts';
import type { UserModel } from './user.ts';

/** Feeds a household may have before nothing more is recorded by itself: each costs the card a block now and then. */
export const MOST_AUTO_FEEDS = 500;

export interface AutoRecordDeps {
  feeds: Pick<FeedModel, 'create' | 'find' | 'byName' | 'list'>;
  households: Pick<UserModel, 'account' | 'setAccount'>;
  /** Whether the readings of a node may stand for the whole house: those of a device that can be switched do not. */
  mayBeHouse(account: number, node: string): boolean;
  clock: Clock;
  log: Log;
}

export interface Heard {
  readonly time: number;
  readonly value: number;
}

/**
 * Gives new inputs of a household their feeds. It waits for the second reading, because only two tell how far apart
 * readings come, and a feed's interval cannot be changed later.
 */
export class AutoRecord {
  readonly #deps: AutoRecordDeps;
  /** Readings of inputs not yet decided on, mapped by input. */
  readonly #heard = new Map<number, Heard[]>();
  /** Which rank the house's power feed had when it was chosen here, mapped by account. */
  readonly #chosen = new Map<number, number>();

  constructor(deps: AutoRecordDeps) {
    this.#deps = deps;
  }

  /**
   * Takes a reading of an input without a process list. Once there are two, makes the feeds, has the list put in force
   * by `use` and returns the readings that came before it; 'never' where the input shall have none. What fails on the way is
   * tried again with the next reading, and no reading heard is lost by it.
   */
  async consider(
    input: Input,
    { time, value }: Heard,
    use: (steps: readonly ProcessStep[]) => Promise<void>,
  ): Promise<readonly Heard[] | 'never'> {
    const earlier = this.#heard.get(input.id) ?? [];
    const before = earlier.at(-1);
    if (!before) this.remember(input.id, { time, value });
    if (!before || time <= before.time) return [];
    try {
      const steps = await this.#record(input, fittingInterval(time - before.time));
      if (steps) await use(steps);
      this.#heard.delete(input.id);
      return steps ? earlier : 'never';
    } catch (cause) {
      this.#deps.log.warn({ err: cause, input: input.id }, 'a new input could not be given a feed yet');
      if (earlier.length < MOST_HEARD) earlier.push({ time, value });
      return [];
    }
  }

  /** Takes what an input said before, as after a restart. */
  remember(input: number, heard: Heard): void {
    this.#heard.set(input, [heard]);
  }

  /** Forgets an input that was deleted or that a person has taken in hand. */
  forget(input: number): void {
    this.#heard.delete(input);
  }

  async #record(input: Input, interval: number): Promise<ProcessStep[] | null> {
    const { power, rank, unit } = readMeterName(input.name);
    if (this.#deps.feeds.list(input.account).length + (power ? 2 : 1) > MOST_AUTO_FEEDS) return null;
    const log = await this.#feed(input, '', interval, unit);
    const steps: ProcessStep[] = [{ key: 'process__log_to_feed', args: [String(log)] }];
    if (!power) return steps;
    const energy = await this.#feed(input, '_kwh', interval, 'kWh');
    steps.push({ key: 'process__power_to_kwh', args: [String(energy)] });
    if (this.#deps.mayBeHouse(input.account, input.node))
      await this.#chooseHouseMeter(input.account, rank, log, energy);
    return steps;
  }

  /** The feed of that place if there is one already, as after an input was deleted and came back; else a new one. */
  async #feed(input: Input, ending: string, interval: number, unit: string): Promise<number> {
    const tag = feedName(input.node);
    const name = feedName(input.name) + ending;
    const known = this.#deps.feeds.byName(input.account, tag, name);
    if (known?.engine === 5) return known.id;
    if (known) throw new HubError('HUB_FEED_EXISTS');
    return await this.#deps.feeds.create(input.account, { name, tag, engine: 5, interval, unit });
  }

  /** A later meter takes the place over only from one that was chosen here and stands less clearly for the whole house. */
  async #chooseHouseMeter(account: number, rank: number, powerFeed: number, energyFeed: number): Promise<void> {
    const { households, feeds } = this.#deps;
    const present = households.account(account)?.powerFeed ?? null;
    const taken = present !== null && feeds.find(present) !== undefined;
    if (taken && rank <= (this.#chosen.get(account) ?? Number.POSITIVE_INFINITY)) return;
    await households.setAccount(account, { powerFeed, energyFeed });
    this.#chosen.set(account, rank);
  }
}

/** The widest slot that still takes each reading of a meter which reports about every `seconds`. */
export function fittingInterval(seconds: number): number {
  return INTERVALS.findLast((interval) => interval <= seconds * 1.1) ?? INTERVALS[0];
}

const INTERVALS = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600] as const;
const MOST_HEARD = 100;

/** Feeds are named more narrowly than inputs: no dots. */
function feedName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_\s-]/gu, '_');
}

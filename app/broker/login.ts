import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Who } from '../../models/who.ts';
import { LIMITS } from './limits.ts';

/** The registry of people as far as the broker asks it: from memory, so that a login never waits on a store. */
export interface MqttLogins {
  mqttLogin(username: string, key: string): Who | undefined;
  /** Whether the name was given out just now: who has it may be where somebody tried another one too often. */
  isFresh?(username: string): boolean;
  /** All tries at a name are used up: somebody guesses. Told once, the last address with it. */
  guessed?(username: string, address: string): void;
}

/** CONNACK return codes of MQTT 3.1.1. */
export const REFUSAL = { version: 1, clientId: 2, unavailable: 3, badLogin: 4, notAuthorised: 5 } as const;

/**
 * Checks account name and write key. Failures are counted by name and by address; over the limit a login is refused
 * unread. An address from which a name has logged in before may go on with the right key, so that nobody can lock a
 * household's meters out by guessing at its name. Neither does a device that kept trying a login that was taken from it
 * stand in its own way when it is let in again.
 */
export class Login {
  readonly #users: MqttLogins;
  readonly #names = new RateLimiterMemory({ points: LIMITS.failuresPerName, duration: LIMITS.failureSeconds });
  readonly #addresses = new RateLimiterMemory({ points: LIMITS.failuresPerAddress, duration: LIMITS.failureSeconds });
  readonly #known = new Set<string>();

  constructor(users: MqttLogins) {
    this.#users = users;
  }

  /** Who logs in, or the return code of the refusal. */
  async check(name: string | undefined, password: Buffer | undefined, address: string): Promise<Who | number> {
    if (!name || !password) return REFUSAL.notAuthorised;
    const pair = `${name}\n${address}`;
    if (!this.#known.has(pair) && (await this.#blocked(name, address))) return REFUSAL.notAuthorised;
    const who = this.#users.mqttLogin(name, password.toString());
    if (who) {
      this.#remember(pair);
      return who;
    }
    const [isLast] = await Promise.all([spend(this.#names, name), spend(this.#addresses, address)]);
    if (isLast) this.#users.guessed?.(name, address);
    return REFUSAL.badLogin;
  }

  async #blocked(name: string, address: string): Promise<boolean> {
    const [byName, byAddress] = await Promise.all([this.#names.get(name), this.#addresses.get(address)]);
    return spent(byName) || (spent(byAddress) && this.#users.isFresh?.(name) !== true);
  }

  #remember(pair: string): void {
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.add(pair);
  }
}

const MOST_KNOWN = 10_000;

function spent(state: { remainingPoints: number } | null): boolean {
  return state !== null && state.remainingPoints <= 0;
}

/** Whether this was the last try. Going over the limit is no error here: `get` tells it at the next login. */
async function spend(limiter: RateLimiterMemory, key: string): Promise<boolean> {
  const state = await limiter.consume(key).catch(() => null);
  return state?.remainingPoints === 0;
}

import { type Attempts, addressKey, type Limit } from './attempts.ts';
import type { Directory, Entry } from './directory.ts';
import type { Passwords } from './password.ts';
import type { User } from './person.ts';

export type SignedIn =
  | { readonly ok: true; readonly user: User }
  /** `left`: tries until the pause. */
  | { readonly ok: false; readonly why: 'wrong'; readonly left: number }
  /** `wait`: seconds of pause. */
  | { readonly ok: false; readonly why: 'too-many'; readonly wait: number };

export interface SignInDeps {
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
}

const QUARTER = 900;
/** Guesses at one person from one address. */
export const SIGN_IN_PAIR: Limit = { name: 'sign-in-pair', points: 10, seconds: QUARTER };
/** Guesses from one address, whoever they are at. */
export const SIGN_IN_ADDRESS: Limit = { name: 'sign-in-address', points: 60, seconds: QUARTER };
/** Guesses at one person from addresses that person never signed in from: many machines guessing together. */
export const SIGN_IN_ACCOUNT: Limit = { name: 'sign-in-account', points: 40, seconds: QUARTER };

const MOST_KNOWN = 2000;
const LONGEST = 1024;

/**
 * Checks names and passwords. Every try is counted before it is checked, so that a thousand at once are a thousand tries;
 * a right password gives its own try back and no more, so that signing in oneself buys no guesses at others.
 */
export class SignIn {
  readonly #deps: SignInDeps;
  /** Person and address pairs that signed in since the hub started: strangers cannot lock these out. */
  readonly #known = new Set<string>();

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  /** `name` is a username, or an e-mail address that only one person has. */
  async verify(name: string, password: string, address: string): Promise<SignedIn> {
    const { directory, passwords } = this.#deps;
    const entry = directory.byName(name) ?? (name.includes('@') ? directory.byEmail(name) : undefined);
    const who = entry ? `person ${entry.row.id}` : `name ${name.toLowerCase()}`;
    const place = addressKey(address);
    const counted = await this.#count(who, place);
    if (!counted.ok) return { ok: false, why: 'too-many', wait: counted.wait };
    const tooLong = password.length > LONGEST;
    const stored = tooLong ? null : (entry?.row.password ?? null);
    if (!(await passwords.verify(stored, tooLong ? '' : password)) || !entry) {
      return { ok: false, why: 'wrong', left: counted.left };
    }
    await this.#settle(who, place);
    const signedIn = current(directory, entry);
    if (signedIn.ok && stored !== null && passwords.isImported(stored)) await this.#renew(entry, password);
    return signedIn;
  }

  /** EmonCMS's hash is quick to guess at, so it gives way to our own at once; while MySQL is away, at the next sign-in. */
  async #renew({ row }: Entry, password: string): Promise<void> {
    const { directory, passwords } = this.#deps;
    const renewed = await passwords.hash(password);
    if (directory.get(row.id)?.row.password !== row.password) return;
    await directory.update(row.id, { password: renewed }).catch(() => undefined);
  }

  async #count(who: string, place: string): Promise<{ ok: boolean; left: number; wait: number }> {
    const { attempts } = this.#deps;
    const pair = `${who} from ${place}`;
    const counts = await Promise.all([
      attempts.take(SIGN_IN_PAIR, pair),
      attempts.take(SIGN_IN_ADDRESS, place),
      ...(this.#known.has(pair) ? [] : [attempts.take(SIGN_IN_ACCOUNT, who)]),
    ]);
    const over = counts.filter((count) => !count.ok);
    return {
      ok: over.length === 0,
      left: Math.min(...counts.map((count) => count.left)),
      wait: Math.max(0, ...over.map((count) => count.wait)),
    };
  }

  async #settle(who: string, place: string): Promise<void> {
    const { attempts } = this.#deps;
    const pair = `${who} from ${place}`;
    await Promise.all([
      attempts.forget(SIGN_IN_PAIR, pair),
      attempts.giveBack(SIGN_IN_ADDRESS, place),
      ...(this.#known.has(pair) ? [] : [attempts.giveBack(SIGN_IN_ACCOUNT, who)]),
    ]);
    this.#known.delete(pair);
    this.#known.add(pair);
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
  }
}

/** The person as they are now; the password may have been checked against a row that was changed or removed meanwhile. */
function current(directory: Directory, checked: Entry): SignedIn {
  const entry = directory.get(checked.row.id);
  if (!entry || entry.row.password !== checked.row.password) return { ok: false, why: 'wrong', left: 0 };
  return { ok: true, user: entry.user };
}

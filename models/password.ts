import { createHash, timingSafeEqual } from 'node:crypto';
import { hash, type Options, verify } from '@node-rs/argon2';
import { HubError } from '../lib/errors.ts';

/** OWASP's smallest argon2id setting: 19 MiB, two passes; about a tenth of a second on a Raspberry Pi 4. */
const ARGON2ID: Options = { memoryCost: 19456, timeCost: 2, parallelism: 1 };

/** Hashing borrows the threads that also read and write files, so it never takes more of the four than this. */
const AT_ONCE = 2;
const MOST_WAITING = 1000;

/** Hashes and checks passwords with argon2id, a few at a time. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #nobody: Promise<string> | null = null;

  /** The password in PHC form, ready to be stored. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, ARGON2ID));
  }

  /**
   * Whether the password is the one behind `stored`. Where there is nothing to compare with, an equal amount of work is
   * done against a hash nobody knows the password of, so that the time taken does not tell who exists.
   */
  async verify(stored: string | null, password: string): Promise<boolean> {
    const imported = stored === null ? null : EMONCMS.exec(stored);
    const real = stored !== null && stored !== '' && !imported;
    const against = real ? stored : await this.#ofNobody();
    const same = await this.#inTurn(() => verify(against, password));
    if (imported) return isEmoncmsPassword(imported[1]!, imported[2]!, password);
    return real && same;
  }

  /** Whether `stored` came from EmonCMS and should give way to `hash` of the password as soon as that is known. */
  isImported(stored: string): boolean {
    return EMONCMS.test(stored);
  }

  #ofNobody(): Promise<string> {
    this.#nobody ??= hash('', ARGON2ID);
    return this.#nobody;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) throw new HubError('HUB_TOO_MANY');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

/** EmonCMS's salt and hash in the form in which `users.password` keeps them; null where they are not what EmonCMS writes. */
export function importedPassword(salt: string, hashed: string): string | null {
  const stored = `$emoncms$${salt}$${hashed.toLowerCase()}`;
  return EMONCMS.test(stored) ? stored : null;
}

const EMONCMS = /^\$emoncms\$([^$]{1,64})\$([0-9a-f]{64})$/;

function isEmoncmsPassword(salt: string, hashed: string, password: string): boolean {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  return timingSafeEqual(Buffer.from(sha256(salt + sha256(password))), Buffer.from(hashed));
}

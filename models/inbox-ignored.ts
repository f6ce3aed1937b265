import { HubError } from '../lib/errors.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';
import type { Found } from './drivers/driver.ts';
import { foundKey } from './found.ts';

export interface Ignored {
  readonly key: string;
  readonly found: Found;
  /** Unix seconds. */
  readonly created: number;
}

/** The devices that each household does not want to see, in memory and written through: MySQL first. */
export class IgnoredStore {
  readonly #db: Database;
  readonly #ignored = new Map<number, Map<string, Ignored>>();

  constructor({ db }: { db: Database }) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#db.selectFrom('found_ignored').selectAll().orderBy('id').execute());
    this.#ignored.clear();
    for (const { account, family, identity, name, model, created } of rows) {
      const found = { family, identity, name, model, address: null, type: '', supported: true };
      this.#put(account, found, created);
    }
  }

  list(account: number): Ignored[] {
    return [...(this.#ignored.get(account)?.values() ?? [])];
  }

  has(account: number, key: string): boolean {
    return this.#ignored.get(account)?.has(key) ?? false;
  }

  /** Throws HUB_BAD_REQUEST where the household ignores as many as it may. */
  async add(account: number, found: Found, created: number): Promise<void> {
    if (this.list(account).length >= MOST)
      throw new HubError('HUB_BAD_REQUEST', { sentence: `At most ${MOST} devices can be ignored.` });
    const { family, identity, name, model } = found;
    const insert = this.#db
      .insertInto('found_ignored')
      .ignore()
      .values({ account, family, identity, name, model, created });
    await stored(() => insert.execute());
    this.#put(account, found, created);
  }

  /** False where it is not ignored. */
  async remove(account: number, key: string): Promise<boolean> {
    const ignored = this.#ignored.get(account)?.get(key);
    if (!ignored) return false;
    const { family, identity } = ignored.found;
    const remove = this.#db.deleteFrom('found_ignored').where('account', '=', account).where('family', '=', family);
    await stored(() => remove.where('identity', '=', identity).execute());
    this.#ignored.get(account)?.delete(key);
    return true;
  }

  #put(account: number, found: Found, created: number): void {
    const key = foundKey(found);
    const own = this.#ignored.get(account) ?? new Map<string, Ignored>();
    this.#ignored.set(account, own.set(key, { key, found, created }));
  }
}

const MOST = 1000;

import { HubError } from '../lib/errors.ts';
import type { Database } from './database.ts';
import { type NewPerson, type PersonPatch, type PersonRow, sessionWho, type User, userOf } from './person.ts';
import type { Who } from './who.ts';

/** One person in memory. `row` holds the secrets and never leaves the models. */
export interface Entry {
  readonly row: PersonRow;
  readonly user: User;
  readonly who: Who;
}

/**
 * Every person and key, held in memory and written through: MySQL first, then memory, so what is seen here is stored.
 * Looking up never waits, and goes on while MySQL is away.
 */
export class Directory {
  readonly #db: Database;
  #entries = new Map<number, Entry>();
  /** Mapped by lower-case username. */
  #names = new Map<string, number>();
  #keys = new Map<string, Who>();

  constructor(db: Database) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#db.selectFrom('users').selectAll().execute());
    this.#entries = new Map();
    this.#names = new Map();
    this.#keys = new Map();
    // Household rows first: the others show the home's name from them.
    for (const row of rows.sort((a, b) => Number(a.id !== a.account) - Number(b.id !== b.account))) this.#put(row);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  byName(username: string): Entry | undefined {
    const id = this.#names.get(username.toLowerCase());
    return id === undefined ? undefined : this.#entries.get(id);
  }

  /** The one person with this e-mail address; undefined where none or several have it. */
  byEmail(email: string): Entry | undefined {
    const wanted = email.toLowerCase();
    const found = [...this.#entries.values()].filter(({ row }) => row.email.toLowerCase() === wanted);
    return found.length === 1 ? found[0] : undefined;
  }

  byKey(key: string): Who | undefined {
    return this.#keys.get(key);
  }

  /** The household that was here first; undefined while there is none. */
  first(): number | undefined {
    const accounts = [...this.#entries.values()].map(({ row }) => row.account);
    return accounts.length === 0 ? undefined : Math.min(...accounts);
  }

  /** The people of a household, in the order they came. */
  members(account: number): Entry[] {
    return [...this.#entries.values()].filter(({ row }) => row.account === account).sort((a, b) => a.row.id - b.row.id);
  }

  /**
   * Stores a new person and returns its id, or null where the username was taken meanwhile. `account: 0` makes them the
   * owner of a household of their own. `before` runs in the same transaction and may refuse by returning false.
   */
  async insert(person: NewPerson, before?: (db: Database) => Promise<boolean>): Promise<number | null> {
    try {
      const row = await stored(() => this.#db.transaction().execute((trx) => insertRow(trx, person, before)));
      if (row) this.#put(row);
      return row?.id ?? null;
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  }

  /** Changes a person. False where a unique value, such as the username, is taken or the person is gone. */
  async update(id: number, patch: PersonPatch): Promise<boolean> {
    try {
      await stored(() => this.#db.updateTable('users').set(patch).where('id', '=', id).execute());
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#put({ ...entry.row, ...(patch as Partial<PersonRow>) });
    if (patch.home !== undefined) for (const member of this.members(entry.row.account)) this.#put(member.row);
    return true;
  }

  async remove(id: number): Promise<void> {
    await stored(() => this.#db.deleteFrom('users').where('id', '=', id).execute());
    const entry = this.#entries.get(id);
    if (entry) this.#drop(entry);
  }

  #put(row: PersonRow): void {
    const before = this.#entries.get(row.id);
    if (before) this.#drop(before);
    const home = row.id === row.account ? row.home : (this.#entries.get(row.account)?.row.home ?? '');
    this.#entries.set(row.id, { row, user: userOf(row, home), who: sessionWho(row) });
    this.#names.set(row.username.toLowerCase(), row.id);
    const key = { account: row.account, user: null, timezone: row.timezone };
    if (row.apikey_read) this.#keys.set(row.apikey_read, Object.freeze({ ...key, role: 'guest', by: 'read key' }));
    if (row.apikey_write) this.#keys.set(row.apikey_write, Object.freeze({ ...key, role: 'adult', by: 'write key' }));
  }

  #drop({ row }: Entry): void {
    this.#entries.delete(row.id);
    this.#names.delete(row.username.toLowerCase());
    if (row.apikey_read) this.#keys.delete(row.apikey_read);
    if (row.apikey_write) this.#keys.delete(row.apikey_write);
  }
}

/** Runs a query; a MySQL that is away or refuses becomes HUB_STORE_AWAY. Duplicates pass through as they are. */
export async function stored<T>(query: () => Promise<T>): Promise<T> {
  try {
    return await query();
  } catch (cause) {
    if (cause instanceof HubError || isDuplicate(cause)) throw cause;
    throw new HubError('HUB_STORE_AWAY', { cause });
  }
}

async function insertRow(
  trx: Database,
  person: NewPerson,
  before?: (db: Database) => Promise<boolean>,
): Promise<PersonRow | null> {
  if (before && !(await before(trx))) return null;
  const { insertId } = await trx.insertInto('users').values(person).executeTakeFirstOrThrow();
  const id = Number(insertId);
  if (person.account === 0) await trx.updateTable('users').set({ account: id }).where('id', '=', id).execute();
  return await trx.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ER_DUP_ENTRY';
}

import type { Database } from '../database.ts';
import { stored } from '../directory.ts';

/** The dates that are holidays for each household, in memory and in MySQL: MySQL first. */
export class HolidayStore {
  readonly #db: Database;
  readonly #dates = new Map<number, readonly string[]>();

  constructor({ db }: { db: Database }) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#db.selectFrom('holidays').selectAll().execute());
    this.#dates.clear();
    for (const { account, dates } of rows) this.#dates.set(account, JSON.parse(dates) as string[]);
  }

  get(account: number): readonly string[] {
    return this.#dates.get(account) ?? NONE;
  }

  async set(account: number, dates: readonly string[]): Promise<void> {
    const kept = [...new Set(dates)].sort();
    const row = { dates: JSON.stringify(kept) };
    const insert = this.#db.insertInto('holidays').values({ account, ...row });
    await stored(() => insert.onDuplicateKeyUpdate(row).execute());
    this.#dates.set(account, kept);
  }
}

const NONE: readonly string[] = [];

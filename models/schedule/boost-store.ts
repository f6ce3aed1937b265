import type { Database } from '../database.ts';
import { stored } from '../directory.ts';

/** A device that runs for a while because somebody said so. */
export interface Boost {
  readonly account: number;
  readonly device: number;
  /** Unix seconds. */
  readonly until: number;
  readonly by: string;
}

/** At most one boost a device, in memory and in MySQL: MySQL first. */
export class BoostStore {
  readonly #db: Database;
  readonly #boosts = new Map<number, Boost>();

  constructor({ db }: { db: Database }) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#db.selectFrom('boosts').selectAll().execute());
    this.#boosts.clear();
    for (const { account, device, ends, by } of rows) this.#boosts.set(device, { account, device, until: ends, by });
  }

  get(device: number): Boost | undefined {
    return this.#boosts.get(device);
  }

  async set(boost: Boost): Promise<Boost> {
    const { account, device, until } = boost;
    const row = { account, ends: until, by: boost.by.slice(0, 64) };
    const insert = this.#db.insertInto('boosts').values({ device, ...row });
    await stored(() => insert.onDuplicateKeyUpdate(row).execute());
    this.#boosts.set(device, boost);
    return boost;
  }

  async remove(device: number): Promise<void> {
    if (!this.#boosts.has(device)) return;
    await stored(() => this.#db.deleteFrom('boosts').where('device', '=', device).execute());
    this.#boosts.delete(device);
  }
}

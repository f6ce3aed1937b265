import { z } from 'zod';
import type { Random } from '../../lib/random.ts';
import type { Database } from '../database.ts';
import { stored } from '../directory.ts';

const kept = z.object({
  /** Where among equally good plans this home's lies. */
  spread: z.number().min(0).lt(1),
  /** What the household may draw, W; null: as much as it likes. */
  limitW: z.number().positive().nullable(),
});

/** What holds for the plans of a whole household. */
export type PlanSettings = z.infer<typeof kept>;

export const limitSchema = z.number().min(100).max(1_000_000).nullable();

/** Every household's settings for plans, in memory; a household gets its place among equals by chance, once for all. */
export class PlanSettingsModel {
  readonly #db: Database;
  readonly #random: Random;
  readonly #settings = new Map<number, PlanSettings>();

  constructor({ db, random }: { db: Database; random: Random }) {
    this.#db = db;
    this.#random = random;
  }

  async load(): Promise<void> {
    const query = this.#db.selectFrom('settings').selectAll().where('name', 'like', `${PREFIX}%`);
    for (const { name, value } of await stored(() => query.execute()))
      this.#settings.set(Number(name.slice(PREFIX.length)), kept.parse(JSON.parse(value)));
  }

  get(account: number): PlanSettings {
    const known = this.#settings.get(account);
    if (known) return known;
    const fresh = { spread: this.#random.fraction(), limitW: null };
    this.#settings.set(account, fresh);
    return fresh;
  }

  /** Writes what a household has; to be called before its first plan is followed. */
  async keep(account: number): Promise<void> {
    const value = JSON.stringify(this.get(account));
    const insert = this.#db.insertInto('settings').values({ name: `${PREFIX}${account}`, value });
    await stored(() => insert.onDuplicateKeyUpdate({ value }).execute());
  }

  async setLimit(account: number, limitW: number | null): Promise<void> {
    const before = this.get(account);
    this.#settings.set(account, { ...before, limitW });
    await this.keep(account).catch((error: unknown) => {
      this.#settings.set(account, before);
      throw error;
    });
  }
}

const PREFIX = 'plans-';

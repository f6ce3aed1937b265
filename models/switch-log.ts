import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';

export interface SwitchEntry {
  /** Unix seconds. */
  readonly at: number;
  readonly on: boolean;
  readonly who: string;
  readonly why: string;
  /** `done`, or why not. */
  readonly outcome: string;
}

export interface NewSwitch extends Omit<SwitchEntry, 'at'> {
  readonly account: number;
  readonly device: number;
}

/** Who or what switched each device, when and why; the newest thousand of a device. */
export class SwitchLog {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #since = new Map<number, number>();

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  async add({ account, device, on, who, why, outcome }: NewSwitch): Promise<void> {
    const row = { account, device, at: this.#clock.seconds(), on: on ? 1 : 0, outcome };
    const texts = { who: who.slice(0, 64), why: why.slice(0, 255) };
    await stored(() =>
      this.#db
        .insertInto('switches')
        .values({ ...row, ...texts })
        .execute(),
    );
    const added = (this.#since.get(device) ?? PRUNE_EVERY) + 1;
    this.#since.set(device, added > PRUNE_EVERY ? 0 : added);
    if (added > PRUNE_EVERY) await this.#prune(device);
  }

  /** The newest first. */
  async list(device: number, limit = 100): Promise<SwitchEntry[]> {
    const select = this.#db.selectFrom('switches').where('device', '=', device).orderBy('id', 'desc').limit(limit);
    const rows = await stored(() => select.select(['at', 'on', 'who', 'why', 'outcome']).execute());
    return rows.map(({ on, ...row }) => ({ ...row, on: on === 1 }));
  }

  async remove(device: number): Promise<void> {
    this.#since.delete(device);
    await stored(() => this.#db.deleteFrom('switches').where('device', '=', device).execute());
  }

  async #prune(device: number): Promise<void> {
    const oldest = this.#db
      .selectFrom('switches')
      .where('device', '=', device)
      .orderBy('id', 'desc')
      .offset(MOST - 1)
      .limit(1);
    const row = await stored(() => oldest.select('id').executeTakeFirst());
    if (!row) return;
    const surplus = this.#db.deleteFrom('switches').where('device', '=', device).where('id', '<', row.id);
    await stored(() => surplus.execute());
  }
}

const MOST = 1000;
const PRUNE_EVERY = 50;

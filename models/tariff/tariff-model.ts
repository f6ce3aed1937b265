import type { Clock, Disposer } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import type { Feed } from '../feed.ts';
import { houseSetting } from '../isdl/bring-in.ts';
import { tariffFeeds } from './price.ts';
import { inOrder, parseTariff, type Tariff } from './tariff.ts';

export interface TariffDeps {
  readonly db: Database;
  readonly feeds: { find(id: number): Feed | undefined };
  readonly clock: Clock;
}

/** Every household's tariff in memory, written through: MySQL first, then memory. */
export class TariffModel {
  readonly #deps: TariffDeps;
  readonly #tariffs = new Map<number, Tariff>();
  readonly #listeners = new Set<(account: number) => void>();

  constructor(deps: TariffDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#deps.db.selectFrom('tariffs').selectAll().execute());
    this.#tariffs.clear();
    for (const { account, body } of rows) this.#tariffs.set(Number(account), parseTariff(JSON.parse(body)));
  }

  get(account: number): Tariff | undefined {
    return this.#tariffs.get(account);
  }

  /** Replaces the tariff with all its versions. Throws HUB_BAD_REQUEST where it reads a feed that is not the household's. */
  async set(account: number, tariff: Tariff): Promise<void> {
    for (const id of tariffFeeds(tariff)) {
      const feed = this.#deps.feeds.find(id);
      if (feed?.account !== account || feed.engine !== FIXED)
        throw new HubError('HUB_BAD_REQUEST', { sentence: `Feed ${id} is no fixed-interval feed of this household.` });
    }
    const kept = inOrder(tariff);
    const row = { body: JSON.stringify(kept), changed: this.#deps.clock.seconds() };
    const insert = this.#deps.db.insertInto('tariffs').values({ account, ...row });
    await stored(() => insert.onDuplicateKeyUpdate(row).execute());
    this.#tariffs.set(account, kept);
    for (const changed of this.#listeners) changed(account);
  }

  /** Calls `changed` when a household pays otherwise than before. */
  listen(changed: (account: number) => void): Disposer {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** The households that have a tariff. */
  accounts(): number[] {
    return [...this.#tariffs.keys()];
  }

  /** The price of a kWh, in millionths, that came along from ISDL; null where none did. */
  async broughtPrice(account: number): Promise<number | null> {
    const query = this.#deps.db.selectFrom('settings').select('value').where('name', '=', houseSetting(account));
    const row = await stored(() => query.executeTakeFirst());
    const price = row ? (JSON.parse(row.value) as { price?: unknown }).price : null;
    return typeof price === 'number' && price > 0 && price < 1000 ? Math.round(price * 1_000_000) : null;
  }
}

/** EmonCMS's number of the engine with a fixed interval. */
const FIXED = 5;

import type { Database } from './database.ts';
import { stored } from './directory.ts';

/** The inputs whose process list a person has emptied: they are not recorded by themselves again. */
export class LeftAlone {
  readonly #db: Database;
  readonly #ids = new Set<number>();

  constructor(db: Database) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const like = this.#db.selectFrom('settings').select('name').where('name', 'like', `${PREFIX}%`);
    for (const { name } of await stored(() => like.execute())) this.#ids.add(Number(name.slice(PREFIX.length)));
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  async add(id: number): Promise<void> {
    const row = { name: `${PREFIX}${id}`, value: '1' };
    await stored(() => this.#db.insertInto('settings').ignore().values(row).execute());
    this.#ids.add(id);
  }

  /** Until the next start only. */
  forNow(id: number): void {
    this.#ids.add(id);
  }
}

const PREFIX = 'left-alone:';

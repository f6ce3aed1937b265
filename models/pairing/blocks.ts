import type { Database } from '../database.ts';
import { stored } from '../directory.ts';

/** Somebody who is never to be shown again, by one thing he is known by. */
export interface Block {
  readonly id: number;
  readonly account: number;
  readonly identity: string;
  /** What the person saw when he blocked it. */
  readonly shown: string;
  readonly created: number;
}

/** Where blocks are kept. */
export interface BlockStore {
  all(): Promise<Block[]>;
  insert(block: Omit<Block, 'id'>): Promise<number>;
  remove(id: number): Promise<void>;
}

/** The block lists of all households, in memory and written through. */
export class Blocks {
  readonly #store: BlockStore;
  readonly #blocks = new Map<number, Block>();

  constructor(store: BlockStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    this.#blocks.clear();
    for (const block of await this.#store.all()) this.#blocks.set(block.id, block);
  }

  list(account: number): Block[] {
    return [...this.#blocks.values()].filter((block) => block.account === account);
  }

  has(account: number, identities: readonly string[]): boolean {
    return this.list(account).some(({ identity }) => identities.includes(identity));
  }

  async add(block: Omit<Block, 'id'>): Promise<void> {
    if (this.has(block.account, [block.identity])) return;
    const id = await this.#store.insert(block);
    this.#blocks.set(id, { ...block, id });
  }

  /** False where the household has no such block. */
  async remove(account: number, id: number): Promise<boolean> {
    if (this.#blocks.get(id)?.account !== account) return false;
    await this.#store.remove(id);
    return this.#blocks.delete(id);
  }
}

/** Blocks in MySQL. */
export function blockStore(db: Database): BlockStore {
  return {
    all: () => stored(() => db.selectFrom('pairing_blocks').selectAll().orderBy('id').execute()),
    async insert(block) {
      const query = db.insertInto('pairing_blocks').ignore().values(block);
      return Number((await stored(() => query.executeTakeFirstOrThrow())).insertId ?? 0);
    },
    async remove(id) {
      await stored(() => db.deleteFrom('pairing_blocks').where('id', '=', id).execute());
    },
  };
}

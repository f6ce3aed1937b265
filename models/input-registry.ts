import { KeyedMutex } from '../lib/mutex.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';
import { type CompiledStep, compileProcessList } from './process/process-list.ts';

/** One named value of one node, with what it said last. */
export interface Input {
  readonly id: number;
  readonly account: number;
  readonly node: string;
  readonly name: string;
  readonly description: string;
  /** EmonCMS's encoding, `id:arg,id:arg`. */
  readonly processList: string;
  /** Unix seconds. */
  readonly time: number | null;
  readonly value: number | null;
}

/** The registry's own side of an input. */
export interface InputRecord extends Input {
  name: string;
  description: string;
  processList: string;
  time: number | null;
  value: number | null;
  /** `processList` made ready to run. */
  steps: readonly CompiledStep[];
}

interface InputFields {
  readonly name?: string;
  readonly description?: string;
  readonly processList?: string;
}

type Names = Map<string, InputRecord>;

/**
 * Every input of every household in memory, written through: MySQL first, then memory. Looking up never waits, and goes on
 * while MySQL is away; only what is new needs it.
 */
export class InputRegistry {
  readonly #db: Database;
  readonly #inputs = new Map<number, InputRecord>();
  readonly #changing = new KeyedMutex<number>();
  /** Mapped by account, then node, then name. */
  readonly #accounts = new Map<number, Map<string, Names>>();

  constructor(db: Database) {
    this.#db = db;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#db.selectFrom('inputs').selectAll().orderBy('id').execute());
    this.#inputs.clear();
    this.#accounts.clear();
    for (const row of rows) this.#keep(row);
  }

  get(id: number): InputRecord | undefined {
    return this.#inputs.get(id);
  }

  all(): Iterable<InputRecord> {
    return this.#inputs.values();
  }

  /** The inputs of one node by name. */
  node(account: number, node: string): ReadonlyMap<string, InputRecord> | undefined {
    return this.#accounts.get(account)?.get(node);
  }

  nodeCount(account: number): number {
    return this.#accounts.get(account)?.size ?? 0;
  }

  inputCount(account: number): number {
    let count = 0;
    for (const names of this.#accounts.get(account)?.values() ?? []) count += names.size;
    return count;
  }

  /** The household's inputs, or one node's, in the order they were made. */
  list(account: number, node?: string): InputRecord[] {
    const all = this.#accounts.get(account);
    const nodes = node === undefined ? [...(all?.values() ?? [])] : [all?.get(node) ?? new Map<string, InputRecord>()];
    return nodes.flatMap((names) => [...names.values()]).sort((a, b) => a.id - b.id);
  }

  /**
   * Makes the inputs that do not exist yet. May be repeated: what another call or a crash has left in MySQL is taken over.
   * After a crash each input exists whole or not at all.
   */
  async create(account: number, wanted: readonly { node: string; name: string }[]): Promise<void> {
    const missing = wanted.filter(({ node, name }) => !this.node(account, node)?.has(name));
    for (let from = 0; from < missing.length; from += BATCH) {
      await this.#insert(account, missing.slice(from, from + BATCH));
    }
  }

  /** Changes MySQL, then memory. A changed list runs from the next reading on. */
  async update(input: InputRecord, fields: InputFields): Promise<void> {
    await this.#changing.run(input.id, () => this.#change(input, fields));
  }

  async #change(input: InputRecord, { name, description, processList }: InputFields): Promise<void> {
    const columns = {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(processList === undefined ? {} : { process_list: processList }),
    };
    await stored(() => this.#db.updateTable('inputs').set(columns).where('id', '=', input.id).execute());
    if (name !== undefined && name !== input.name) this.#rename(input, name);
    if (description !== undefined) input.description = description;
    if (processList !== undefined) useList(input, processList);
  }

  async remove(inputs: readonly InputRecord[]): Promise<void> {
    if (inputs.length === 0) return;
    const ids = inputs.map((input) => input.id);
    await stored(() => this.#db.deleteFrom('inputs').where('id', 'in', ids).execute());
    for (const input of inputs) {
      this.#inputs.delete(input.id);
      const nodes = this.#accounts.get(input.account);
      const names = nodes?.get(input.node);
      names?.delete(input.name);
      if (names?.size === 0) nodes?.delete(input.node);
    }
  }

  async #insert(account: number, wanted: readonly { node: string; name: string }[]): Promise<void> {
    const values = wanted.map(({ node, name }) => ({ account, node, name }));
    const nodes = [...new Set(wanted.map(({ node }) => node))];
    const rows = await stored(async () => {
      await this.#db.insertInto('inputs').ignore().values(values).execute();
      const own = this.#db.selectFrom('inputs').selectAll().where('account', '=', account);
      return await own.where('node', 'in', nodes).orderBy('id').execute();
    });
    for (const row of rows) if (!this.#inputs.has(Number(row.id))) this.#keep(row);
  }

  #keep(row: Row): void {
    const input: InputRecord = {
      id: Number(row.id),
      account: Number(row.account),
      node: row.node,
      name: row.name,
      description: row.description,
      processList: row.process_list,
      time: null,
      value: null,
      steps: compileProcessList(row.process_list),
    };
    this.#inputs.set(input.id, input);
    const nodes = this.#accounts.get(input.account) ?? new Map<string, Names>();
    this.#accounts.set(input.account, nodes);
    const names: Names = nodes.get(input.node) ?? new Map();
    nodes.set(input.node, names);
    names.set(input.name, input);
  }

  #rename(input: InputRecord, name: string): void {
    const names = this.#accounts.get(input.account)?.get(input.node);
    names?.delete(input.name);
    input.name = name;
    names?.set(name, input);
  }
}

/** Puts another process list in force in memory. */
export function useList(input: InputRecord, processList: string): void {
  input.processList = processList;
  input.steps = compileProcessList(processList);
}

/** Rows of one INSERT. */
const BATCH = 500;

interface Row {
  id: number;
  account: number;
  node: string;
  name: string;
  description: string;
  process_list: string;
}

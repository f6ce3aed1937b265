import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Database } from './database.ts';
import type { LiveModel } from './live.ts';
import type { ProcessStep } from './process/process-list.ts';

/** What one packet says of one node. */
export interface Reading {
  readonly node: string;
  /** Unix seconds. */
  readonly time: number;
  readonly values: readonly (readonly [name: string, value: number | null])[];
}

/** One named value of one node, with what it said last. */
export interface Input {
  readonly id: number;
  readonly account: number;
  node: string;
  name: string;
  description: string;
  /** EmonCMS's encoding, `id:arg,id:arg`. */
  processList: string;
  /** Unix seconds. */
  time: number | null;
  value: number | null;
}

export interface InputDeps {
  db: Database;
  clock: Clock;
  log: Log;
  live: LiveModel;
}

export interface ReceiveOptions {
  /** How many nodes the account may have; more are refused. EmonCMS's HTTP door says 32. */
  readonly nodeLimit?: number;
}

/** The registry of inputs and the way of a reading through it. */
export class InputModel {
  readonly #deps: InputDeps;

  constructor(deps: InputDeps) {
    this.#deps = deps;
  }

  /** Reads every input into memory; called once before the doors open. */
  async load(): Promise<void> {
    void this.#deps;
  }

  /**
   * Takes the readings of one packet: creates unknown inputs, sets last values, runs the process lists and hands all
   * effects over at once. Resolves when the promise is met; throws HubError and then nothing of the packet is stored.
   */
  async receive(account: number, readings: readonly Reading[], options: ReceiveOptions = {}): Promise<void> {
    void account;
    void readings;
    void options;
  }

  list(account: number): Input[] {
    void account;
    return [];
  }

  find(id: number): Input | undefined {
    void id;
    return undefined;
  }

  byName(account: number, node: string, name: string): Input | undefined {
    void account;
    void node;
    void name;
    return undefined;
  }

  /** Changes name or description. False when the household has no such input. */
  async set(account: number, id: number, fields: { name?: string; description?: string }): Promise<boolean> {
    void account;
    void id;
    void fields;
    return false;
  }

  /** Deletes the household's inputs among `ids` and returns those it deleted. */
  async remove(account: number, ids: readonly number[]): Promise<number[]> {
    void account;
    void ids;
    return [];
  }

  /** Deletes the inputs without a process list and returns how many there were. */
  async clean(account: number): Promise<number> {
    void account;
    return 0;
  }

  /** Replaces the process list; the steps have been validated. False when nothing changed. */
  async setProcessList(account: number, id: number, steps: readonly ProcessStep[]): Promise<boolean> {
    void account;
    void id;
    void steps;
    return false;
  }
}

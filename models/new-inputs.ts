import { HubError } from '../lib/errors.ts';
import type { AutoRecord } from './auto-record.ts';
import { cleanInput, cleanNode } from './input-names.ts';
import type { InputRecord, InputRegistry } from './input-registry.ts';
import type { LeftAlone } from './left-alone.ts';
import { encodeProcessList } from './process/process-list.ts';
import type { Reading } from './reading.ts';
import type { UserModel } from './user.ts';

/** One reading with its inputs looked up. */
export interface Row {
  readonly time: number;
  readonly values: (readonly [input: InputRecord, value: number | null])[];
}

export interface NewInputsDeps {
  registry: InputRegistry;
  leftAlone: LeftAlone;
  autoRecord: AutoRecord;
  households: Pick<UserModel, 'account'>;
}

/** Nodes a household may have where the door names no limit of its own. */
const MOST_NODES = 1000;
/** A broken device that makes names up must not fill the memory. */
const MOST_INPUTS = 5000;

/** Makes what a packet brings for the first time: inputs, and in a household that records by itself their feeds. */
export class NewInputs {
  readonly #deps: NewInputsDeps;
  /** What each household's packets are making now. */
  readonly #coming = new Map<number, Set<readonly Missing[]>>();

  constructor(deps: NewInputsDeps) {
    this.#deps = deps;
  }

  /** The packet with all its inputs looked up, made where they were missing. Throws what the limits and MySQL refuse. */
  async prepare(account: number, readings: readonly Reading[], nodeLimit = MOST_NODES): Promise<Row[]> {
    const { registry, households } = this.#deps;
    const house = households.account(account);
    const clean = readings.map(cleanReading);
    if (!house?.inputsDisabled) {
      const missing = this.#missing(account, clean);
      const release = this.#reserve(account, missing, nodeLimit);
      await registry.create(account, missing).finally(release);
    }
    const rows: Row[] = [];
    for (const { node, time, values } of clean) {
      const names = registry.node(account, node);
      const row: Row = { time, values: [] };
      for (const [name, value] of values) {
        const input = names?.get(name);
        if (!input) continue;
        if (house?.autoRecord && value !== null) await this.#record(input, time, value, rows);
        row.values.push([input, value]);
      }
      rows.push(row);
    }
    return rows;
  }

  /** Puts an input's first list in force, and what it said before there was one in front of the packet. */
  async #record(input: InputRecord, time: number, value: number, rows: Row[]): Promise<void> {
    const { registry, leftAlone, autoRecord } = this.#deps;
    if (input.processList !== '' || leftAlone.has(input.id)) return;
    const earlier = await autoRecord.consider(input, { time, value }, (steps) =>
      registry.update(input, { processList: encodeProcessList(steps) }),
    );
    if (earlier === 'never') leftAlone.forNow(input.id);
    else for (const heard of earlier) rows.push({ time: heard.time, values: [[input, heard.value]] });
  }

  #missing(account: number, readings: readonly Reading[]): Missing[] {
    const missing = new Map<string, Missing>();
    for (const { node, values } of readings) {
      const names = this.#deps.registry.node(account, node);
      for (const [name] of values) if (!names?.has(name)) missing.set(`${node}/${name}`, { node, name });
    }
    return [...missing.values()];
  }

  /** Checks the limits and counts what is being made until released: many nodes may come at once, and none waits for another. */
  #reserve(account: number, missing: readonly Missing[], limit: number): () => void {
    const coming = this.#coming.get(account) ?? new Set();
    this.#checkLimits(account, missing, [...coming].flat(), limit);
    this.#coming.set(account, coming.add(missing));
    return () => {
      coming.delete(missing);
      if (coming.size === 0 && this.#coming.get(account) === coming) this.#coming.delete(account);
    };
  }

  #checkLimits(account: number, missing: readonly Missing[], coming: readonly Missing[], limit: number): void {
    if (missing.length === 0) return;
    const { registry } = this.#deps;
    const unmade = coming.filter(({ node, name }) => !registry.node(account, node)?.has(name));
    if (registry.inputCount(account) + unmade.length + missing.length > MOST_INPUTS) {
      throw new HubError('HUB_NODE_LIMIT', { sentence: `A household may have at most ${MOST_INPUTS} inputs.` });
    }
    const fresh = this.#freshNodes(account, missing);
    const taken = registry.nodeCount(account) + this.#freshNodes(account, unmade).length;
    const room = Math.max(0, limit - taken);
    if (fresh.length <= room) return;
    throw new HubError('HUB_NODE_LIMIT', {
      sentence:
        `Error: Reached the maximal allowed number of different NodeIds, limit is ${limit}. ` +
        `Node '${fresh[room]}' was ignored.`,
    });
  }

  #freshNodes(account: number, inputs: readonly Missing[]): string[] {
    return [...new Set(inputs.map(({ node }) => node))].filter((node) => !this.#deps.registry.node(account, node));
  }
}

interface Missing {
  readonly node: string;
  readonly name: string;
}

function cleanReading({ node, time, values }: Reading): Reading {
  return { node: cleanNode(node), time, values: values.map(([name, value]) => [cleanInput(name), value] as const) };
}

/** One thing that reports: its values go to one feed each, all with one acknowledgement. */
export interface Node {
  readonly name: string;
  readonly door: 'mqtt' | 'post' | 'bulk';
  readonly inputs: readonly string[];
  /** One for each input. */
  readonly feeds: readonly number[];
}

/** 2025-01-01, the time of slot 0. */
export const START = 1_735_689_600;
export const INTERVAL = 10;

export function timeOf(slot: number): number {
  return START + slot * INTERVAL;
}

/** The value that input `index` of a node reports in a slot: exact as a float, and different for each. */
export function sentValue(node: Node, index: number, slot: number): number {
  return (Math.imul((node.feeds[index] ?? 0) * 131 + slot, 2_654_435_761) >>> 8) + 0;
}

/** What was sent and what the hub acknowledged, slot by slot. A slot is sent once in its life. */
export class Ledger {
  readonly #acknowledged = new Map<string, Set<number>>();
  readonly #next = new Map<string, number>();
  points = 0;

  /** The next slot to be sent by the node. */
  take(node: Node): number {
    const slot = this.next(node);
    this.#next.set(node.name, slot + 1);
    return slot;
  }

  next(node: Node): number {
    return this.#next.get(node.name) ?? 0;
  }

  acknowledge(node: Node, slot: number): void {
    const slots = this.#acknowledged.get(node.name) ?? new Set();
    this.#acknowledged.set(node.name, slots.add(slot));
    this.points += node.feeds.length;
  }

  /** How many slots of the node were acknowledged. */
  acknowledged(node: Node): number {
    return this.#acknowledged.get(node.name)?.size ?? 0;
  }

  /** What is wrong with a feed of the node that holds these values from slot `from` on: one sentence each. */
  misses(node: Node, index: number, from: number, values: readonly (number | null)[]): string[] {
    const problems: string[] = [];
    const name = `feed ${node.feeds[index]} (${node.door})`;
    const acknowledged = this.#acknowledged.get(node.name);
    for (let slot = from; slot < this.next(node); slot += 1) {
      const held = values[slot - from] ?? null;
      if (held === null && acknowledged?.has(slot))
        problems.push(`${name}: slot ${slot} was acknowledged and is missing`);
      if (held !== null && held !== sentValue(node, index, slot))
        problems.push(`${name}: slot ${slot} holds ${held} instead of ${sentValue(node, index, slot)}`);
    }
    const beyond = values.slice(Math.max(0, this.next(node) - from)).findIndex((value) => value !== null);
    if (beyond >= 0) problems.push(`${name}: a value stands after the last slot that was sent`);
    return problems;
  }
}

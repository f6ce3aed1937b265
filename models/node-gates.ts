/**
 * Keeps packets of one node in order while one of them has to wait for MySQL. Nodes do not wait for each other, and
 * while no gate is closed nothing is kept here.
 */
export class NodeGates {
  readonly #closed = new Map<string, Promise<unknown>>();

  /** True while a packet of one of these nodes has not taken effect yet. */
  closed(account: number, readings: readonly { node: string }[]): boolean {
    return this.#closed.size > 0 && readings.some(({ node }) => this.#closed.has(keyOf(account, node)));
  }

  /** Runs `work` after all earlier work on these nodes, and lets later work wait for it. A failure reaches its caller only. */
  async pass<T>(account: number, readings: readonly { node: string }[], work: () => Promise<T>): Promise<T> {
    const keys = [...new Set(readings.map(({ node }) => keyOf(account, node)))];
    const earlier = keys.map((key) => this.#closed.get(key));
    const result = Promise.all(earlier).then(work);
    const gate = result.catch(() => undefined);
    for (const key of keys) this.#closed.set(key, gate);
    try {
      return await result;
    } finally {
      for (const key of keys) if (this.#closed.get(key) === gate) this.#closed.delete(key);
    }
  }
}

function keyOf(account: number, node: string): string {
  return `${account}/${node}`;
}

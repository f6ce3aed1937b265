/** Neighbouring keys and their values. */
export interface Run {
  readonly key: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/** Values that stand in for what a file holds until they are written there. Keys are slots, or seconds in the variable engine. */
export class Overlay {
  readonly #values: Map<number, number>;

  constructor(values = new Map<number, number>()) {
    this.#values = values;
  }

  get size(): number {
    return this.#values.size;
  }

  keys(): IterableIterator<number> {
    return this.#values.keys();
  }

  get(key: number): number | undefined {
    return this.#values.get(key);
  }

  put(key: number, value: number): void {
    this.#values.set(key, Math.fround(value));
  }

  /** What has a key of `from` or above but below `to`. */
  within(from: number, to: number): [number, number][] {
    const found: [number, number][] = [];
    if (this.#values.size === 0) return found;
    if (this.#values.size < to - from) {
      for (const entry of this.#values) if (entry[0] >= from && entry[0] < to) found.push(entry);
    } else {
      for (let key = from; key < to; key++) {
        const value = this.#values.get(key);
        if (value !== undefined) found.push([key, value]);
      }
    }
    return found;
  }

  entries(): [number, number][] {
    return [...this.#values].sort((a, b) => a[0] - b[0]);
  }

  /** All values, those with neighbouring keys together, in ascending order. */
  runs(): Run[] {
    const entries = this.entries();
    const runs: Run[] = [];
    for (let i = 0, end = 0; i < entries.length; i = end) {
      end = i + 1;
      while (end < entries.length && entries[end]![0] === entries[end - 1]![0] + 1) end++;
      runs.push({ key: entries[i]![0], values: Float32Array.from(entries.slice(i, end), (entry) => entry[1]) });
    }
    return runs;
  }

  /** Lets go of a run's values, except those that changed since. */
  forget(run: Run): void {
    run.values.forEach((value, i) => {
      if (Object.is(this.#values.get(run.key + i), value)) this.#values.delete(run.key + i);
    });
  }

  /** Removes and returns what has a key of `from` or above. */
  take(from: number): [number, number][] {
    const taken = [...this.#values].filter(([key]) => key >= from);
    for (const [key] of taken) this.#values.delete(key);
    return taken;
  }

  /** The same values under other keys; those that fall below 0 are gone. */
  shifted(by: number): Overlay {
    const entries = [...this.#values].map(([key, value]): [number, number] => [key + by, value]);
    return new Overlay(new Map(entries.filter(([key]) => key >= 0)));
  }
}

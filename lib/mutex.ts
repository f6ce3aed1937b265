/** Runs async work one at a time, in the order asked for. A failure reaches its own caller only. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/** One mutex per key; a key costs nothing while nobody waits on it. */
export class KeyedMutex<K> {
  readonly #waiting = new Map<K, { mutex: Mutex; users: number }>();

  async run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const entry = this.#waiting.get(key) ?? { mutex: new Mutex(), users: 0 };
    this.#waiting.set(key, entry);
    entry.users += 1;
    try {
      return await entry.mutex.run(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#waiting.delete(key);
    }
  }
}

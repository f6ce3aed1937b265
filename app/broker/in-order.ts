type Settle = (error?: Error | null) => void;

interface Waiting {
  readonly settle: Settle;
  state: 'open' | 'done' | Error;
}

/**
 * Lets results through in the order their work was begun, so that acknowledgements leave in the order in which
 * the messages came [MQTT-4.6.0-2] though some are ready at once and others wait for the disk.
 */
export class InOrder {
  readonly #waiting: Waiting[] = [];

  /** Calls `settle` once `work` has ended and everything pushed before has been settled. */
  push(work: Promise<void> | undefined, settle: Settle): void {
    if (!work && this.#waiting.length === 0) {
      settle(null);
      return;
    }
    const entry: Waiting = { settle, state: work ? 'open' : 'done' };
    this.#waiting.push(entry);
    work?.then(
      () => this.#end(entry, 'done'),
      (error: unknown) => this.#end(entry, error instanceof Error ? error : new Error(String(error))),
    );
  }

  #end(entry: Waiting, state: 'done' | Error): void {
    entry.state = state;
    let settled = 0;
    for (const { state, settle } of this.#waiting) {
      if (state === 'open') break;
      settled += 1;
      settle(state === 'done' ? null : state);
    }
    this.#waiting.splice(0, settled);
  }
}

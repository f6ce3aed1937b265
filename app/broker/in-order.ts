type Settle = (error?: Error | null) => void;

interface Waiting {
  readonly work: Promise<void> | undefined;
  readonly settles: Settle[];
  state: 'open' | 'done' | Error;
}

/**
 * Lets results through in the order their work was begun, so that acknowledgements leave in the order in which
 * the messages came [MQTT-4.6.0-2] though some are ready at once and others wait for the disk.
 */
export class InOrder {
  readonly #waiting: Waiting[] = [];

  /** Calls `settle` once `work` has ended and everything pushed before has been settled. Messages may share their work. */
  push(work: Promise<void> | undefined, settle: Settle): void {
    const last = this.#waiting.at(-1);
    if (!last && !work) {
      settle(null);
      return;
    }
    if (last && last.work === work) {
      last.settles.push(settle);
      return;
    }
    const entry: Waiting = { work, settles: [settle], state: work ? 'open' : 'done' };
    this.#waiting.push(entry);
    work?.then(
      () => this.#end(entry, 'done'),
      (error: unknown) => this.#end(entry, error instanceof Error ? error : new Error(String(error))),
    );
  }

  #end(entry: Waiting, state: 'done' | Error): void {
    entry.state = state;
    while (this.#waiting[0] && this.#waiting[0].state !== 'open') {
      const { state, settles } = this.#waiting.shift() as Waiting;
      const error = state === 'done' ? null : (state as Error);
      for (const settle of settles) settle(error);
    }
  }
}

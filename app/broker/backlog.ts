import type { Client } from 'aedes';

/** Knows which subscribers do not keep up: what waits for them on their connections, and what aedes will write next. */
export class Backlog {
  readonly #most: number;
  /** Bytes let through in this turn; aedes writes them in the next one. */
  readonly #coming = new Map<Client, number>();

  /** `most`: bytes that may wait for one client. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether one more message of so many bytes may go to the client; counts it when it may. */
  hasRoom(client: Client, bytes: number): boolean {
    const coming = this.#coming.get(client) ?? 0;
    if (client.conn.writableLength + coming > this.#most) return false;
    if (this.#coming.size === 0) setImmediate(() => this.#coming.clear());
    this.#coming.set(client, coming + bytes);
    return true;
  }
}

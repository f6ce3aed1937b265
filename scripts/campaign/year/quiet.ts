import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Turns of the event loop without anything under way that count as quiet. */
const CALM = 2;
/** A store that has not answered after so many turns was told something that has no answer. */
const PATIENCE = 600;
/** So many turns are taken in haste; then a millisecond is left to whoever is to answer. */
const HASTE = 500;

/**
 * Knows when nothing is under way in this process: every byte that one of its sockets wrote to another of them has been read,
 * every store has answered, and no file is being read or written. So a replay need not guess how long to wait.
 */
export class Quiet {
  readonly #servers = new Map<number, Socket>();
  readonly #clients = new Set<Socket>();
  /** Turns for which the answer of a store is still waited for. */
  readonly #stores = new Map<Socket, number>();

  constructor() {
    subscribe('net.client.socket', this.#client);
    subscribe('net.server.socket', this.#server);
  }

  /** Resolves when nothing is under way. */
  async settle(): Promise<void> {
    for (let calm = 0, turns = 0; calm < CALM; turns += 1) {
      await new Promise((resolve) => (turns < HASTE ? setImmediate(resolve) : setTimeout(resolve, 1)));
      calm = this.#isBusy() ? 0 : calm + 1;
    }
  }

  stop(): void {
    unsubscribe('net.client.socket', this.#client);
    unsubscribe('net.server.socket', this.#server);
  }

  readonly #client = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    // Else an answer waits up to 40 ms for the acknowledgement of the one before.
    socket.setNoDelay(true);
    this.#clients.add(socket);
    this.#listen(socket);
    socket.once('close', () => this.#clients.delete(socket) && this.#stores.delete(socket));
  };

  readonly #server = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    const port = socket.remotePort;
    if (port === undefined) return;
    socket.setNoDelay(true);
    this.#servers.set(port, socket);
    socket.once('close', () => this.#servers.get(port) === socket && this.#servers.delete(port));
  };

  #isBusy(): boolean {
    let busy = false;
    for (const socket of this.#clients) if (this.#isWaiting(socket)) busy = true;
    return busy || process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq'));
  }

  #isWaiting(socket: Socket): boolean {
    if (socket.destroyed) return false;
    if (socket.connecting) return true;
    if (socket.remotePort === undefined) return this.#awaits(socket);
    const peer = socket.localPort === undefined ? undefined : this.#servers.get(socket.localPort);
    if (!peer || peer.destroyed) return peer === undefined && !socket.readableEnded && !socket.writableEnded;
    return socket.bytesWritten !== peer.bytesRead || peer.bytesWritten !== socket.bytesRead;
  }

  #awaits(socket: Socket): boolean {
    const turns = this.#stores.get(socket) ?? 0;
    this.#stores.set(socket, Math.max(0, turns - 1));
    return turns > 0;
  }

  /** A store answers whatever it is asked, so what counts is whether it was asked or answered last. */
  #listen(socket: Socket): void {
    const own = socket as unknown as Record<
      '_write' | '_writev' | 'push',
      ((...args: unknown[]) => unknown) | undefined
    >;
    const tap = (name: keyof typeof own, turns: number) => {
      const inner = own[name];
      if (!inner) return;
      own[name] = (...args) => {
        this.#stores.set(socket, turns);
        return inner.apply(socket, args);
      };
    };
    tap('_write', PATIENCE);
    tap('_writev', PATIENCE);
    tap('push', 0);
  }
}

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Turns of the event loop without anything under way that count as quiet. */
const CALM = 2;
/** A store that has not answered after so many turns was told something that has no answer. */
const PATIENCE = 600;
/** So many turns are taken in haste; then a millisecond is left to whoever is to answer. */
const HASTE = 500;
/** Nothing takes so many turns, a minute or more. */
const LOST = 60_000;

/**
 * Knows when nothing is under way in this process: every byte that one of its sockets wrote to another of them has been read,
 * every store has answered, and no file is being read or written. So a replay need not guess how long to wait.
 */
export class Quiet {
  /** By the ports of both ends: one port of a client may be in use towards several servers. */
  readonly #servers = new Map<string, Socket>();
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
      if (turns > LOST) throw new Error(`Something is under way and does not end: ${this.#waiting()}`);
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
    if (socket.remotePort === undefined) return;
    const ends = `${socket.remotePort} ${socket.localPort}`;
    socket.setNoDelay(true);
    this.#servers.set(ends, socket);
    socket.once('close', () => this.#servers.get(ends) === socket && this.#servers.delete(ends));
  };

  #isBusy(): boolean {
    let busy = false;
    for (const socket of this.#clients) if (this.#isWaiting(socket)) busy = true;
    return busy || process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq'));
  }

  #waiting(): string {
    const sockets = [...this.#clients].filter((socket) => this.#isWaiting(socket));
    const ends = sockets.map(({ localPort, remotePort, connecting }) =>
      connecting ? `connecting to ${remotePort}` : `${localPort ?? 'a store'} to ${remotePort ?? 'a socket'}`,
    );
    return [...ends, ...process.getActiveResourcesInfo().filter((kind) => kind.startsWith('FSReq'))].join(', ');
  }

  #isWaiting(socket: Socket): boolean {
    if (socket.destroyed) return false;
    if (socket.connecting) return true;
    if (socket.remotePort === undefined) return this.#awaits(socket);
    const peer = this.#servers.get(`${socket.localPort} ${socket.remotePort}`);
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

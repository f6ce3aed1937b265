import { existsSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A Unix socket in front of another: slow, or gone, as the campaign likes. */
export class Lane {
  readonly path: string;
  /** Milliseconds by which every piece is late, each way. */
  delay = 0;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;

  constructor(path: string, target: string) {
    this.path = path;
    this.#target = target;
  }

  open(): Promise<void> {
    if (existsSync(this.path)) rmSync(this.path);
    const server = createServer((near) => this.#join(near));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject).listen(this.path, resolve);
    });
  }

  /** Whoever is connected is cut off, and nobody can connect. */
  close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    for (const socket of this.#sockets) socket.destroy();
    return closed;
  }

  #join(near: Socket): void {
    const far = connect(this.#target);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined);
      from.on('data', (bytes: Buffer) => {
        if (this.delay === 0) to.write(bytes);
        else setTimeout(() => void (to.destroyed || to.write(bytes)), this.delay);
      });
      from.once('close', () => {
        this.#sockets.delete(from);
        setTimeout(() => to.destroy(), this.delay);
      });
    }
  }
}

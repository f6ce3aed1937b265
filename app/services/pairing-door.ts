import { createServer, type RequestListener, type Server } from 'node:http';
import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { PairingModel } from '../../models/pairing/pairing.ts';
import type { Service } from './service.ts';

export interface PairingDoorDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly pairing: Pick<PairingModel, 'isBusy' | 'onOpen'>;
  readonly host: string;
  /** 80, where EmonESP's firmware asks and nowhere else. 0: there is no such door, as where the hub itself listens there. */
  readonly port: number;
  readonly to: RequestListener;
}

const LOOK_MS = 1000;
const REQUEST = /^\/emoncms\/device\/auth\/request(?:\.json)?(?:\?|$)/;

/** `closed`: nobody lets devices in now. `refused`: the machine does not let the hub listen there. */
export type PairingDoorState = 'none' | 'closed' | 'open' | 'refused';

/**
 * Port 80 for the one address that EmonESP's firmware knows, plain and without redirect, and only while somebody lets devices in.
 */
export class PairingDoor implements Service {
  readonly name = 'pairing door';
  readonly #deps: PairingDoorDeps;
  #server: Server | undefined;
  #stops: Disposer[] = [];
  #refused = false;

  constructor(deps: PairingDoorDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, pairing, port } = this.#deps;
    if (port === 0) return;
    this.#stops = [clock.every(LOOK_MS, () => this.#look()), pairing.onOpen(() => this.#look())];
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#close();
  }

  state(): PairingDoorState {
    if (this.#deps.port === 0) return 'none';
    if (this.#refused) return 'refused';
    return this.#server?.listening ? 'open' : 'closed';
  }

  #look(): void {
    const { isBusy } = this.#deps.pairing;
    if (isBusy && !this.#server) this.#open();
    else if (!isBusy) this.#close();
  }

  #open(): void {
    const { host, port, to, log } = this.#deps;
    const server = createServer((req, res) => {
      if (REQUEST.test(req.url ?? '')) to(req, res);
      else res.writeHead(404, { 'Content-Type': 'text/plain', Connection: 'close' }).end('Nothing is here.\n');
    });
    server.on('error', (error) => {
      if (!this.#refused) log.warn({ err: error, port }, 'devices with EmonESP cannot ask: the port is not ours');
      this.#refused = true;
      // tried again at the next look
      if (this.#server === server) this.#server = undefined;
    });
    server.on('listening', () => {
      this.#refused = false;
    });
    server.listen(port, host);
    this.#server = server;
  }

  #close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#server = undefined;
    this.#refused = false;
  }
}

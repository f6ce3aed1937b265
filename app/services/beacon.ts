import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { PairingModel } from '../../models/pairing/pairing.ts';
import type { Service } from './service.ts';

export interface BeaconDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly pairing: Pick<PairingModel, 'isOpen' | 'onOpen'>;
  /** Where the devices listen; 0: there is no beacon. */
  readonly port: number;
  /** The one address to send to, in place of every network's broadcast address. */
  readonly address: string | null;
  /** Whether there is anybody yet who could let a device in. */
  readonly isLivedIn: () => boolean;
  /** The networks' broadcast addresses now; tests pass their own. */
  readonly broadcasts?: () => readonly string[];
}

/** What EmonESP's firmware listens for, and nothing else. */
const PAYLOAD = Buffer.from('emonpi.local');
/** While somebody lets devices in. */
const OPEN_MS = 5000;
const CLOSED_MS = 60_000;
/** A timer may fire a moment early; the beat must not be missed for that. */
const EARLY_MS = 250;

/**
 * Tells devices on every network of the machine where the hub is: once a minute, and every five seconds while somebody lets
 * devices in, beginning at once.
 */
export class Beacon implements Service {
  readonly name = 'beacon';
  readonly #deps: BeaconDeps;
  #socket: Socket | undefined;
  #stops: Disposer[] = [];
  #sent = Number.NEGATIVE_INFINITY;
  #isTold = false;

  constructor(deps: BeaconDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, pairing, port } = this.#deps;
    if (port === 0) return;
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('error', (error) => this.#failed(error));
    socket.bind({ port: 0, exclusive: true }, () => {
      try {
        socket.setBroadcast(true);
        socket.unref();
        this.#socket = socket;
        this.#tick();
      } catch (error) {
        this.#failed(error);
      }
    });
    this.#stops = [clock.every(OPEN_MS, () => this.#tick()), pairing.onOpen(() => this.#tick()), () => socket.close()];
  }

  stop(): void {
    this.#socket = undefined;
    for (const stop of this.#stops.splice(0)) stop();
  }

  #tick(): void {
    const { clock, pairing, isLivedIn } = this.#deps;
    const now = clock.monotonic();
    // a page that polls must not make more noise than the beat
    const due = this.#sent + (pairing.isOpen ? OPEN_MS : CLOSED_MS) - EARLY_MS;
    const socket = this.#socket;
    if (!socket || now < due || !isLivedIn()) return;
    this.#sent = now;
    this.#send(socket);
  }

  #send(socket: Socket): void {
    const { address, port, broadcasts = everyBroadcast } = this.#deps;
    for (const to of address === null ? broadcasts() : [address])
      socket.send(PAYLOAD, port, to, (error) => error && this.#failed(error));
  }

  /** A network that is down is nothing to stop for; it is told once. */
  #failed(error: unknown): void {
    const { log } = this.#deps;
    log[this.#isTold ? 'debug' : 'warn']({ err: error }, 'the pairing beacon could not be sent');
    this.#isTold = true;
  }
}

/** The directed broadcast address of every IPv4 network of this machine. */
export function everyBroadcast(all = networkInterfaces()): string[] {
  const addresses = Object.values(all).flatMap((list) => list ?? []);
  const inside = addresses.filter(({ family, internal, netmask }) => {
    return family === 'IPv4' && !internal && netmask !== '255.255.255.255';
  });
  return [...new Set(inside.map(({ address, netmask }) => broadcastOf(address, netmask)))];
}

function broadcastOf(address: string, netmask: string): string {
  const mask = netmask.split('.').map(Number);
  const parts = address.split('.').map(Number);
  return parts.map((part, index) => (part | ~(mask[index] ?? 255)) & 255).join('.');
}

import { networkInterfaces } from 'node:os';
import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Announcement, Mdns, NameAnswer } from './mdns.ts';
import type { Service } from './service.ts';

export interface PresenceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** The name wanted, without `.local`. */
  readonly hostname: string;
  readonly services: () => readonly Announcement[];
  readonly open: (failed: (error: Error) => void) => Mdns;
  /** Told of the name every time the hub takes one. */
  readonly named?: (name: string) => void;
  /** This machine's addresses now; tests pass their own. */
  readonly addresses?: () => readonly string[];
}

export interface PresenceState {
  /** What the hub is called now, e.g. `hearth.local`; null where it could not tell anybody. */
  readonly name: string | null;
  /** Whether somebody else on the network has the name that was wanted. */
  readonly conflict: boolean;
}

/** RFC 6762 8.1: a name is asked for three times, 250 ms apart, before it is used. */
const PROBE_MS = 250;
const PROBES = 3;
const MOST_NAMES = 20;

/**
 * Makes the hub known by name to the network, with its addresses and services. Where the name is taken it takes the next
 * free one: hearth-2, hearth-3, … A machine without multicast goes on without.
 */
export class Presence implements Service {
  readonly name = 'presence';
  readonly #deps: PresenceDeps;
  #mdns: Mdns | undefined;
  #timer: Disposer | undefined;
  #candidate = 1;
  #isPublished = false;
  #isTold = false;

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  start(): void {
    try {
      this.#mdns = this.#deps.open((error) => this.#failed(error));
      this.#mdns.onAnswer((answer) => this.#heard(answer));
      this.#probe();
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  async stop(): Promise<void> {
    this.#timer?.();
    const mdns = this.#mdns;
    this.#mdns = undefined;
    await mdns?.close();
  }

  state(): PresenceState {
    return { name: this.#isPublished ? this.#host : null, conflict: this.#candidate > 1 };
  }

  get #host(): string {
    const { hostname } = this.#deps;
    return `${this.#candidate === 1 ? hostname : `${hostname}-${this.#candidate}`}.local`;
  }

  #probe(asked = 0): void {
    if (asked === PROBES) {
      this.#publish();
      return;
    }
    this.#timer = this.#deps.clock.after(PROBE_MS, () => this.#probe(asked + 1));
    this.#mdns?.ask(this.#host);
  }

  #publish(): void {
    this.#isPublished = true;
    const instance = this.#host.replace(/\.local$/, '');
    this.#mdns?.publish(this.#host, instance, this.#deps.services());
    const { log, named } = this.#deps;
    named?.(this.#host);
    if (this.#candidate > 1) log.warn({ name: this.#host }, 'the name was taken; the hub took the next free one');
    else log.info({ name: this.#host }, 'the hub is known by name');
  }

  /** Somebody tells an address under our name. Of two hubs that meet later, the one with the lower address keeps it. */
  #heard({ name, address }: NameAnswer): void {
    const { addresses = ownAddresses } = this.#deps;
    if (!this.#mdns || name.toLowerCase() !== this.#host.toLowerCase()) return;
    const own = addresses();
    if (own.includes(address)) return;
    if (this.#isPublished && own.some((mine) => mine < address)) return;
    this.#timer?.();
    if (this.#isPublished) this.#mdns.unpublish();
    this.#isPublished = false;
    this.#candidate += 1;
    if (this.#candidate <= MOST_NAMES) this.#probe();
  }

  #failed(error: Error): void {
    const { log } = this.#deps;
    log[this.#isTold ? 'debug' : 'warn']({ err: error }, 'the hub may not be found by name');
    this.#isTold = true;
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import { PAIRING } from './limits.ts';
import { Rate } from './rate.ts';
import { type Asker, codeOf, type PairingRequest } from './request.ts';

export interface BookDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly fingerprint: () => string;
}

/** The requests that are under way, in memory only: a hub that starts again has none, and the devices ask again. */
export class RequestBook {
  readonly #deps: BookDeps;
  readonly #requests = new Map<string, PairingRequest>();
  readonly #newByAddress: Rate;
  readonly #newInAll: Rate;

  constructor(deps: BookDeps) {
    this.#deps = deps;
    this.#newByAddress = new Rate(deps.clock, PAIRING.newPerAddress);
    this.#newInAll = new Rate(deps.clock, PAIRING.newInAll);
  }

  /** Writes a request down; null where its address, or everybody, asks too much. */
  add(asker: Asker): PairingRequest | null {
    const { clock, random, fingerprint } = this.#deps;
    const waiting = this.all().filter(({ decision }) => decision === null);
    const ofAddress = waiting.filter((request) => request.asker.address === asker.address);
    if (waiting.length >= PAIRING.inAll || ofAddress.length >= PAIRING.perAddress) return null;
    if (!this.#newByAddress.take(asker.address) || !this.#newInAll.take('')) return null;
    const id = random.hex(16);
    const now = clock.monotonic();
    const code = codeOf(id, asker, fingerprint());
    const request: PairingRequest = { id, asker, code, asked: now, seen: now, decision: null };
    this.#requests.set(id, request);
    return request;
  }

  get(id: string): PairingRequest | undefined {
    return this.#requests.get(id);
  }

  /** What the legacy device at an address asked. It has nothing but its address to be known by. */
  legacyAt(address: string): PairingRequest | undefined {
    return this.all().find(({ asker }) => asker.kind === 'legacy' && asker.address === address);
  }

  /** The request the same device has made already, word for word. */
  same({ address, deviceId, nonce, publicKey }: Asker): PairingRequest | undefined {
    return this.all().find(
      ({ asker }) =>
        asker.kind === 'new' &&
        asker.address === address &&
        asker.deviceId === deviceId &&
        asker.nonce === nonce &&
        asker.publicKey === publicKey,
    );
  }

  /** In the order they asked. */
  all(): PairingRequest[] {
    return [...this.#requests.values()];
  }

  has(request: PairingRequest): boolean {
    return this.#requests.get(request.id) === request;
  }

  remove(request: PairingRequest): void {
    this.#requests.delete(request.id);
  }

  /** Removes and returns the requests whose time is over. */
  takeExpired(): PairingRequest[] {
    const now = this.#deps.clock.monotonic();
    const over = this.all().filter(({ seen, decision }) =>
      decision ? decision.until <= now : seen + PAIRING.requestMs <= now,
    );
    for (const request of over) this.remove(request);
    return over;
  }

  get size(): number {
    return this.#requests.size;
  }
}

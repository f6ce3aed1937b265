import type { Disposer } from '../../lib/clock.ts';
import { LIMITS } from './limits.ts';

/** Counts the connections that have not logged in yet, in all and by address. */
export class Strangers {
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  hasRoom(address: string): boolean {
    return this.#count < LIMITS.strangers && (this.#byAddress.get(address) ?? 0) < LIMITS.strangersPerAddress;
  }

  /** Counts one more until it is told that it has left or logged in. */
  enter(address: string): Disposer {
    this.#add(address, 1);
    return () => this.#add(address, -1);
  }

  #add(address: string, change: 1 | -1): void {
    this.#count += change;
    const count = (this.#byAddress.get(address) ?? 0) + change;
    if (count > 0) this.#byAddress.set(address, count);
    else this.#byAddress.delete(address);
  }
}

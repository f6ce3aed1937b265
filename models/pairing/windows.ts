import type { Clock } from '../../lib/clock.ts';

/**
 * The time in which a household lets devices in. Somebody opens it, and it closes by itself; a hub that starts has none
 * open.
 */
export class Windows {
  readonly #clock: Clock;
  /** Account → monotonic milliseconds at which it closes. */
  readonly #until = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Opens it for so long from now. */
  open(account: number, ms: number): void {
    this.#until.set(account, this.#clock.monotonic() + ms);
  }

  /** Opens it, or keeps it open, for so long at least. */
  extend(account: number, ms: number): void {
    this.#until.set(account, Math.max(this.#until.get(account) ?? 0, this.#clock.monotonic() + ms));
  }

  close(account: number): void {
    this.#until.delete(account);
  }

  isOpen(account: number): boolean {
    return this.msLeft(account) > 0;
  }

  msLeft(account: number): number {
    return Math.max(0, (this.#until.get(account) ?? 0) - this.#clock.monotonic());
  }

  /** The households that let devices in now. */
  accounts(): number[] {
    return [...this.#until.keys()].filter((account) => this.isOpen(account));
  }

  /** Forgets those whose time is over and names them. */
  takeClosed(): number[] {
    const over = [...this.#until.keys()].filter((account) => !this.isOpen(account));
    for (const account of over) this.#until.delete(account);
    return over;
  }
}

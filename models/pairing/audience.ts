import type { Blocks } from './blocks.ts';
import type { RequestBook } from './book.ts';
import { PAIRING } from './limits.ts';
import { type Asker, identitiesOf, type PairingRequest } from './request.ts';
import type { Windows } from './windows.ts';

export interface AudienceDeps {
  readonly windows: Windows;
  readonly book: RequestBook;
  readonly blocks: Blocks;
}

/** Which household sees which device: those whose window is open, unless they turned it away or blocked it. */
export class Audience {
  readonly #deps: AudienceDeps;
  /** Who was turned away while the household's window was open. */
  readonly #denied = new Map<number, Set<string>>();

  constructor(deps: AudienceDeps) {
    this.#deps = deps;
  }

  /** Whether the household would see this device in an open window. */
  sees(account: number, asker: Asker): boolean {
    const identities = identitiesOf(asker);
    const denied = this.#denied.get(account);
    return !identities.some((one) => denied?.has(one)) && !this.#deps.blocks.has(account, identities);
  }

  /** Whether any household would see this device now. */
  has(asker: Asker): boolean {
    return this.#deps.windows.accounts().some((account) => this.sees(account, asker));
  }

  /** What waits for the household's word now. */
  waiting(account: number): PairingRequest[] {
    const { windows, book } = this.#deps;
    if (!windows.isOpen(account)) return [];
    return book.all().filter(({ asker, decision }) => decision === null && this.sees(account, asker));
  }

  /** Whether a person can see the request now and has not decided about it. */
  isShown(id: string): boolean {
    const shown = (account: number) => this.waiting(account).slice(0, PAIRING.shown);
    return this.#deps.windows.accounts().some((account) => shown(account).some((request) => request.id === id));
  }

  /** Shows none of these to the household again while its window is open. */
  turnAway(account: number, identities: readonly string[]): void {
    this.#denied.set(account, new Set([...(this.#denied.get(account) ?? []), ...identities]));
  }

  readmit(account: number, identity: string): void {
    this.#denied.get(account)?.delete(identity);
  }

  /** Forgets whom the household turned away: its window has closed. */
  forget(account: number): void {
    this.#denied.delete(account);
  }
}

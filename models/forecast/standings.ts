import type { Standing } from '../cost/standing.ts';

export interface StandingsDeps {
  /** Reads it anew; null where nothing depends on how much was taken before. */
  readonly standing: (account: number, now: number) => Promise<Standing | null>;
}

/** Reading a month takes a moment, so that it is not done each time prices are looked at. */
const EVERY_S = 300;
const DAY_MINUTES = 1440;

/** How households stand in their tiers, caps and local shares, in memory. */
export class Standings {
  readonly #deps: StandingsDeps;
  readonly #known = new Map<number, { readonly at: number; readonly standing: Standing | null }>();

  constructor(deps: StandingsDeps) {
    this.#deps = deps;
  }

  of(account: number): Standing | null {
    return this.#known.get(account)?.standing ?? null;
  }

  /** The tariff has changed: what was known is of another. */
  forget(account: number): void {
    this.#known.delete(account);
  }

  /** Reads the standing again where that is due; true where it is another than before. */
  async read(account: number, now: number): Promise<boolean> {
    const before = this.#known.get(account);
    if (before && now >= before.at && now - before.at < EVERY_S) return false;
    const standing = await this.#deps.standing(account, now);
    this.#known.set(account, { at: now, standing });
    return textOf(before?.standing ?? null) !== textOf(standing);
  }
}

function textOf(standing: Standing | null): string {
  if (!standing) return '';
  const { usual, ...rest } = standing;
  const watts = Array.from({ length: usual ? DAY_MINUTES / 30 : 0 }, (_, at) => Math.round(usual?.(at * 30) ?? 0));
  return JSON.stringify([rest, watts]);
}

import type { Money } from '../tariff/money.ts';
import type { PricedSlice } from './priced-slice.ts';
import { monthStart, type Terms } from './terms.ts';

/** What the energy of one slice comes to. */
export interface Charge {
  readonly cost: Money;
  /** Joules without a known price. */
  readonly unpriced: number;
  /** In 1/3,600,000 mg of CO2. */
  readonly carbon: bigint;
  /** Joules whose carbon nobody knows. */
  readonly unweighed: number;
}

interface Count<T> {
  key: string;
  sum: T;
}

/**
 * Charges the house's energy slice by slice, in order: the community's share of the half-hour first, the rest from the supplier by
 * tier and up to the highest price, and all of it up to the most that a billing month may cost. What the house gives is paid
 * at the export price and touches none of these.
 */
export class Charging {
  #local = { key: '', left: 0 };
  #taken: Count<number> = { key: '', sum: 0 };
  #paid: Count<Money> = { key: '', sum: 0n };

  /** Of so many joules; to be called once for each slice. */
  of(slice: PricedSlice, joules: number): Charge {
    if (joules <= 0) return plain(joules, joules < 0 ? slice.given : slice.taken, joules < 0 ? 0n : slice.carbon);
    const used = this.#fromCommunity(slice, joules);
    const first = slice.local ? plain(used, slice.local.price, slice.local.carbon) : NOTHING;
    const second = this.#bought(slice, joules - used);
    return {
      cost: this.#capped(slice, first.cost + second.cost),
      unpriced: first.unpriced + second.unpriced,
      carbon: first.carbon + second.carbon,
      unweighed: first.unweighed + second.unweighed,
    };
  }

  /** Joules that count towards the tiers of now, and what counts towards the most of the month. */
  get counted(): { readonly taken: number; readonly paid: Money } {
    return { taken: this.#taken.sum, paid: this.#paid.sum };
  }

  #fromCommunity({ start, local }: PricedSlice, joules: number): number {
    if (!local) return 0;
    const key = `${local.from} ${Math.floor(start / HALF_HOUR_S)}`;
    if (this.#local.key !== key) this.#local = { key, left: local.allowance };
    const used = Math.min(joules, this.#local.left);
    this.#local.left -= used;
    return used;
  }

  #bought({ terms, taken, carbon, day }: PricedSlice, joules: number): Charge {
    const charge = plain(joules, terms?.tiers ? 0n : taken, carbon);
    if (!terms?.tiers) return charge;
    const { per, steps } = terms.tiers;
    const key = `${terms.from} ${per === 'day' ? day : monthStart(day, terms.monthFrom)}`;
    if (this.#taken.key !== key) this.#taken = { key, sum: 0 };
    const from = this.#taken.sum;
    this.#taken.sum += joules;
    if (taken === null) return { ...charge, unpriced: joules };
    const edges = [0, ...steps.map(({ above }) => above), Number.POSITIVE_INFINITY];
    let cost = 0n;
    for (let at = 1; at < edges.length; at += 1) {
      const within = Math.min(from + joules, edges[at] as number) - Math.max(from, edges[at - 1] as number);
      const price = taken + (steps[at - 2]?.more ?? 0n);
      if (within > 0) cost += BigInt(within) * atMost(terms, price);
    }
    return { ...charge, cost };
  }

  #capped({ terms, day }: PricedSlice, cost: Money): Money {
    const most = terms?.mostMonth ?? null;
    if (!terms || most === null) return cost;
    const key = `${terms.from} ${monthStart(day, terms.monthFrom)}`;
    if (this.#paid.key !== key) this.#paid = { key, sum: 0n };
    const before = this.#paid.sum;
    this.#paid.sum += cost;
    return least(most, this.#paid.sum) - least(most, before);
  }
}

/** The price, or the highest that the terms allow. */
export function atMost(terms: Terms | undefined, price: Money): Money {
  const most = terms?.mostPrice ?? null;
  return most === null ? price : least(most, price);
}

/** All of it at one price. */
export function plain(joules: number, price: Money | null, carbon: bigint | null): Charge {
  const all = BigInt(joules);
  return {
    cost: price === null ? 0n : all * price,
    unpriced: price === null ? joules : 0,
    carbon: carbon === null ? 0n : all * carbon,
    unweighed: carbon === null ? joules : 0,
  };
}

function least(a: Money, b: Money): Money {
  return a < b ? a : b;
}

const NOTHING: Charge = { cost: 0n, unpriced: 0, carbon: 0n, unweighed: 0 };
const HALF_HOUR_S = 1800;

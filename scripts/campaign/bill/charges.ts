import type { DateTime } from 'luxon';
import type { TariffVersion } from '../../../models/tariff/tariff.ts';

/** What one stretch of time came to. */
export interface Charged {
  cost: bigint;
  unpriced: number;
  carbon: bigint;
  unweighed: number;
}

/** One stretch of time at the prices of its moment, in money a joule with VAT; null where nobody knows. */
export interface Stretch {
  readonly version: TariffVersion | undefined;
  readonly at: DateTime;
  readonly time: number;
  readonly taken: bigint | null;
  readonly given: bigint | null;
  /** Joules that local generation has for the half-hour. */
  readonly allowance: number;
  readonly local: bigint | null;
  /** mg of CO2 a kWh. */
  readonly carbon: bigint | null;
}

/**
 * Charges stretches by sums: of each half-hour, day and month only how much there was before and how much there is after, so
 * that a tier, a cap or a local share is a difference of two sums.
 */
export class Sums {
  readonly #sums = new Map<string, bigint>();

  charge(stretch: Stretch, joules: number): Charged {
    const { version, time } = stretch;
    if (joules <= 0) return flat(joules, joules < 0 ? stretch.given : stretch.taken, joules < 0 ? 0n : stretch.carbon);
    const [used, now] = this.#add(`local ${version?.from} ${time - (time % 1800)}`, BigInt(joules));
    const most = BigInt(stretch.allowance);
    const local = Number(smaller(now, most) - smaller(used, most));
    const bought = joules - local;
    const first = flat(local, stretch.local, BigInt((version?.community?.carbon ?? 0) * 1000));
    const second = { ...flat(bought, stretch.taken, stretch.carbon), cost: this.#bought(stretch, BigInt(bought)) };
    return {
      cost: this.#capped(stretch, first.cost + second.cost),
      unpriced: first.unpriced + second.unpriced,
      carbon: first.carbon + second.carbon,
      unweighed: first.unweighed + second.unweighed,
    };
  }

  #bought({ version, at, taken }: Stretch, joules: bigint): bigint {
    const vat = vatOf(version);
    const limit = (price: bigint) =>
      typeof version?.mostPrice === 'number' ? smaller(price, BigInt(version.mostPrice) * vat) : price;
    const tiers = version?.tiers;
    const period = tiers?.per === 'day' ? at.toISODate() : monthOf(at, version?.monthFrom ?? 1);
    const [before, after] = this.#add(`taken ${version?.from} ${period}`, joules);
    if (taken === null) return 0n;
    let cost = joules * limit(taken);
    let price = limit(taken);
    for (const { above, more } of tiers?.steps ?? []) {
      const edge = BigInt(above) * 3600n;
      const next = limit(taken + BigInt(more) * vat);
      cost += (next - price) * (larger(0n, after - edge) - larger(0n, before - edge));
      price = next;
    }
    return cost;
  }

  #capped({ version, at }: Stretch, cost: bigint): bigint {
    const most = version?.mostMonth;
    if (typeof most !== 'number') return cost;
    const cap = BigInt(most) * vatOf(version) * 3_600_000n;
    const [before, after] = this.#add(`paid ${version?.from} ${monthOf(at, version?.monthFrom ?? 1)}`, cost);
    return smaller(cap, after) - smaller(cap, before);
  }

  #add(key: string, more: bigint): [before: bigint, after: bigint] {
    const before = this.#sums.get(key) ?? 0n;
    this.#sums.set(key, before + more);
    return [before, before + more];
  }
}

/** A device's part of it, as its joules are to the house's; the nearest whole, half away from zero. */
export function partOf(stretch: Stretch, all: bigint, joules: number, house: number): bigint {
  if (house <= 0) {
    const { version, taken } = stretch;
    const price = house < 0 ? stretch.given : taken;
    if (price === null) return 0n;
    const cap =
      house === 0 && typeof version?.mostPrice === 'number' ? BigInt(version.mostPrice) * vatOf(version) : price;
    return BigInt(joules) * smaller(price, cap);
  }
  const whole = BigInt(house);
  const product = all * BigInt(joules);
  const over = ((product % whole) + whole) % whole;
  const floor = (product - over) / whole;
  return over * 2n > whole || (over * 2n === whole && product > 0n) ? floor + 1n : floor;
}

/** 10000 and the VAT that is added, in hundredths of a per cent. */
export function vatOf(version: TariffVersion | undefined): bigint {
  return version && !version.vat.included ? 10_000n + BigInt(version.vat.rate) : 10_000n;
}

function flat(joules: number, price: bigint | null, carbon: bigint | null): Charged {
  return {
    cost: price === null ? 0n : BigInt(joules) * price,
    unpriced: price === null ? joules : 0,
    carbon: carbon === null ? 0n : BigInt(joules) * carbon,
    unweighed: carbon === null ? joules : 0,
  };
}

/** The billing month's first day, as text. */
function monthOf(at: DateTime, from: number): string | null {
  const begins = (month: DateTime) => month.set({ day: Math.min(from, month.daysInMonth ?? 28) }).startOf('day');
  const month = at.set({ day: 1 });
  const own = begins(month);
  return ((at.toISODate() ?? '') >= (own.toISODate() ?? '') ? own : begins(month.minus({ months: 1 }))).toISODate();
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

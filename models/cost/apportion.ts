import { atMost, type Charge, plain } from './charge.ts';
import type { PricedSlice } from './priced-slice.ts';

/**
 * Each device's part of what the house was charged in a slice: as its joules are to the house's, to the nearest whole unit. What
 * that leaves is the rest's, so parts and rest are the house's charge exactly. Where the house as a whole took nothing, each
 * pays the plain price of the moment for what it used, and the rest is paid as much.
 */
export function apportion(slice: PricedSlice, charge: Charge, house: number, used: readonly number[]): Charge[] {
  const uniform = slice.terms === undefined && slice.local === null;
  const own = used.map((joules) => {
    if (joules === house) return charge;
    if (house === 0 || uniform || house < 0) {
      if (house < 0) return plain(joules, slice.given, 0n);
      return plain(joules, slice.taken === null ? null : atMost(slice.terms, slice.taken), slice.carbon);
    }
    return {
      cost: partOf(charge.cost, joules, house),
      unpriced: Number(partOf(BigInt(charge.unpriced), joules, house)),
      carbon: partOf(charge.carbon, joules, house),
      unweighed: Number(partOf(BigInt(charge.unweighed), joules, house)),
    };
  });
  return [...own, own.reduce(less, charge)];
}

function less(from: Charge, { cost, unpriced, carbon, unweighed }: Charge): Charge {
  return {
    cost: from.cost - cost,
    unpriced: from.unpriced - unpriced,
    carbon: from.carbon - carbon,
    unweighed: from.unweighed - unweighed,
  };
}

/** `all` × `joules` / `house`, the nearest whole; half goes away from zero. `house` is above zero. */
function partOf(all: bigint, joules: number, house: number): bigint {
  const [over, under] = [all * BigInt(joules) * 2n, BigInt(house) * 2n];
  const half = over < 0n ? -BigInt(house) : BigInt(house);
  return (over + half) / under;
}

import type { LocalSlice } from '../tariff/local-slices.ts';
import type { Money } from '../tariff/money.ts';
import type { Terms } from './terms.ts';

/** A slice with what a joule of it costs, taken or given; null where nobody knows. */
export interface PricedSlice extends LocalSlice {
  /** No more than the highest price. */
  readonly taken: Money | null;
  readonly given: Money | null;
  /** Of a joule that is taken, in mg of CO2 a kWh; null where nobody knows. */
  readonly carbon: bigint | null;
  /** Tiers and caps; undefined where there are none. */
  readonly terms: Terms | undefined;
  readonly local: LocalShare | null;
  /** Standing charge, with the slice that a day begins with. */
  readonly standing: Money;
}

/** Local generation that comes first. */
export interface LocalShare {
  /** First day of the version it is from. */
  readonly from: string;
  /** Joules of the half-hour. */
  readonly allowance: number;
  readonly price: Money | null;
  readonly carbon: bigint;
}

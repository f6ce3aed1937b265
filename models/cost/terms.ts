import type { Money } from '../tariff/money.ts';
import { amount, perJoule } from '../tariff/money.ts';
import type { TariffVersion } from '../tariff/tariff.ts';

/** What a version says beyond the price of a moment, in joules and in money a joule. */
export interface Terms {
  /** Its first day: counting begins anew with it. */
  readonly from: string;
  readonly monthFrom: number;
  readonly tiers: {
    readonly per: 'day' | 'month';
    readonly steps: readonly { readonly above: number; readonly more: Money }[];
  } | null;
  readonly mostPrice: Money | null;
  readonly mostMonth: Money | null;
}

/** The version's terms. Undefined where every unit costs the price of its moment. */
export function termsOf({ from, vat, monthFrom, tiers, mostPrice, mostMonth }: TariffVersion): Terms | undefined {
  if (!tiers && mostPrice === null && mostMonth === null) return undefined;
  const steps = tiers?.steps.map(({ above, more }) => ({ above: above * JOULES_A_WH, more: perJoule(more, vat) }));
  return {
    from,
    monthFrom,
    tiers: tiers && steps ? { per: tiers.per, steps } : null,
    mostPrice: mostPrice === null ? null : perJoule(mostPrice, vat),
    mostMonth: mostMonth === null ? null : amount(mostMonth, vat),
  };
}

/** The first day of the billing month that holds `day`; both count from 1970-01-01. */
export function monthStart(day: number, monthFrom: number): number {
  const date = new Date(day * DAY_MS);
  const own = monthDay(date.getUTCFullYear(), date.getUTCMonth(), monthFrom);
  return own <= day ? own : monthDay(date.getUTCFullYear(), date.getUTCMonth() - 1, monthFrom);
}

/** The day of that number in a month, or the month's last. */
function monthDay(year: number, month: number, number: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(number, last)) / DAY_MS;
}

const JOULES_A_WH = 3600;
const DAY_MS = 86_400_000;

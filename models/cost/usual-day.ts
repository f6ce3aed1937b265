import type { LocalSlice } from '../tariff/local-slices.ts';
import type { Energies } from './energy.ts';

/** Watts that are usual at a minute of the wall clock's day; null where nobody knows. */
export type Watts = (minute: number) => number | null;

export interface UsualDay {
  /** The mean of the half-hour of the wall clock; where it was never measured, that of all. */
  readonly watts: Watts;
  /** Whether that half-hour was measured at all. */
  readonly isMeasured: (minute: number) => boolean;
}

/** What the slices, days of them, say of a usual one. */
export function usualDay({ joules, covered }: Energies, slices: readonly LocalSlice[]): UsualDay {
  const sums = Array.from({ length: 49 }, () => ({ joules: 0, seconds: 0 }));
  for (const [at, { minute }] of slices.entries())
    for (const sum of [sums[Math.floor(minute / 30)], sums[48]]) {
      if (!sum) continue;
      sum.joules += joules[at] as number;
      sum.seconds += covered[at] as number;
    }
  return {
    watts: (minute) => {
      const sum = [sums[Math.floor(minute / 30)], sums[48]].find((one) => one && one.seconds > 0);
      return sum ? sum.joules / sum.seconds : null;
    },
    isMeasured: (minute) => (sums[Math.floor(minute / 30)]?.seconds ?? 0) > 0,
  };
}

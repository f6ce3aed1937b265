import type { LocalSlice } from '../tariff/local-slices.ts';
import type { Energies } from './energy.ts';

/** Watts that are usual at a minute of the wall clock's day; null where nobody knows. */
export type Watts = (minute: number) => number | null;

/** The mean of each half-hour of the wall clock; where it was never measured, that of all. */
export function usualDay({ joules, covered }: Energies, slices: readonly LocalSlice[]): Watts {
  const sums = Array.from({ length: 49 }, () => ({ joules: 0, seconds: 0 }));
  for (const [at, { minute }] of slices.entries())
    for (const sum of [sums[Math.floor(minute / 30)], sums[48]]) {
      if (!sum) continue;
      sum.joules += joules[at] as number;
      sum.seconds += covered[at] as number;
    }
  return (minute) => {
    const sum = [sums[Math.floor(minute / 30)], sums[48]].find((one) => one && one.seconds > 0);
    return sum ? sum.joules / sum.seconds : null;
  };
}

import type { Period } from './problem.ts';

/** A draw of so many kW, [start, end). */
export type Draw = readonly [start: number, end: number, kW: number];

/** Time in which all draws together are constant. */
export interface Level {
  readonly start: number;
  readonly end: number;
  readonly kW: number;
}

/** The sum of all draws, in order, where there is any. */
export function levelsOf(draws: readonly Draw[]): Level[] {
  const steps = draws.flatMap(([start, end, kW]) => [[start, kW] as const, [end, -kW] as const]);
  steps.sort((a, b) => a[0] - b[0]);
  const levels: Level[] = [];
  let kW = 0;
  steps.forEach(([time, change], index) => {
    kW += change;
    const end = steps[index + 1]?.[0] ?? time;
    if (end > time && kW > ROUNDING) levels.push({ start: time, end, kW });
  });
  return levels;
}

/** When a device of this power finds too little left of the limit. */
export function fullTimes(draws: readonly Draw[], power: number, limit: number): Period[] {
  return levelsOf(draws)
    .filter(({ kW }) => exceeds(kW + power, limit))
    .map(({ start, end }) => [start, end]);
}

/** Whether it is more than the limit, and not by the rounding of a sum. */
export function exceeds(kW: number, limit: number): boolean {
  return kW > limit + ROUNDING;
}

const ROUNDING = 1e-9;

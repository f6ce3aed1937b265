import type { Problem } from '../../../models/planner/problem.ts';
import type { Member } from '../../../models/planner/together.ts';
import { seeded } from '../../campaign/chance.ts';

export interface HomeShape {
  readonly days: number;
  /** Seconds each price lasts. */
  readonly interval: number;
  readonly devices: number;
}

const START = 1_750_032_000;
const HOUR = 3600;
/** What a home's devices ask for: run in hours, kW, and the rules of compressors and cars. */
const KINDS: readonly [hours: number, kW: number, rules: Partial<Problem>][] = [
  [5, 7.4, { interruptible: true }],
  [2, 2, { interruptible: false }],
  [3, 3, { interruptible: true, minRun: 1800 }],
  [1.5, 1, { interruptible: false }],
  [6, 1.5, { interruptible: true, minRun: 1200, minRest: 600 }],
  [4, 0.5, { interruptible: true, minRun: 3600, maxStarts: 3 }],
  [8, 0.2, { interruptible: true, maxStarts: 4 }],
];

/** A home whose devices must each be ready some time on the way; prices have two peaks a day and a noise of their own. */
export function homeOf({ days, interval, devices }: HomeShape): Member[] {
  const chance = seeded(days * 1000 + devices);
  const slots = (days * 24 * HOUR) / interval;
  const profile = Array.from({ length: slots }, (_, slot) => {
    const hour = ((slot * interval) / HOUR) % 24;
    const peaks = 8 * Math.exp(-((hour - 8) ** 2) / 4) + 14 * Math.exp(-((hour - 18) ** 2) / 6);
    return Math.round((10 + peaks + 4 * chance()) * 100) / 100;
  });
  return Array.from({ length: devices }, (_, index) => {
    const [hours, power, rules] = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    const readyBy = START + days * 24 * HOUR - (index % 4) * HOUR;
    const base = { start: START, interval, profile, optimise: 'min', now: START + 7 * 60, readyBy } as const;
    return { power, problem: { ...base, interruptible: true, run: hours * HOUR, ...rules } };
  });
}

/** What one device needs and what time costs. Times are whole Unix seconds, lengths whole seconds. */
export interface Problem {
  /** When the first price begins. */
  readonly start: number;
  /** Seconds that each price lasts. */
  readonly interval: number;
  /** Price of a kWh in each interval; null: not known. */
  readonly profile: readonly (number | null)[];
  /** `max`: the profile says how good a time is, such as sunshine, and not how dear. */
  readonly optimise: 'min' | 'max';
  readonly now: number;
  readonly readyBy: number;
  /** How long the device has to run. */
  readonly run: number;
  /** Whether it may stop and go on. */
  readonly interruptible: boolean;
  /** Shortest run between a start and a stop. */
  readonly minRun?: number;
  /** Shortest rest between a stop and the next start. */
  readonly minRest?: number;
  /** Most starts from `now` on; none is allowed where it is `running`. */
  readonly maxStarts?: number;
  /** Exactly so many runs that start from `now` on, a rest between them. */
  readonly blocks?: number;
  /** Ready within so many seconds of now, where that is earlier than `readyBy`. */
  readonly within?: number;
  /** Times in which it never runs. */
  readonly never?: readonly (readonly [start: number, end: number])[];
  /** Never dearer than this (`max`: never worse). */
  readonly limit?: number;
  /**
   * Seconds it has been on without a break at `now`. Going on is no new start and its shortest run counts from then, so that it
   * may not stop before; one that is not interruptible goes on. To be left out where what is on is none of this device's runs.
   */
  readonly running?: number;
  /** Seconds it has been off at `now`: the shortest rest counts from then. Nothing where it is `running`. */
  readonly rested?: number;
  /** In [0, 1): where among equally good plans this home's lies. Without it: the earliest. */
  readonly spread?: number;
}

export type Period = readonly [start: number, end: number];

/** When to run. */
export interface Plan {
  readonly periods: readonly Period[];
  /** Σ price × hours at 1 kW; time without a price counts as the worst price known. */
  readonly cost: number;
  /** Seconds of it without a price. */
  readonly unpriced: number;
  /** No plan is better by more than this; 0: the plan is an optimum. */
  readonly gap: number;
}

/** That no plan keeps the rules, and what would. */
export interface Impossible {
  /** The longest run that keeps all of them, 0 where none does. */
  readonly longest: number;
  /** When it could be ready if the deadline were up to a week later; null: not by then. */
  readonly earliest: number | null;
}

/** Seconds of all the periods together. */
export function lengthOf(periods: readonly Period[]): number {
  return periods.reduce((sum, [start, end]) => sum + end - start, 0);
}

/** Whether there is a plan. */
export function isPlan(outcome: Plan | Impossible): outcome is Plan {
  return 'periods' in outcome;
}

/** When the device must have finished. */
export function deadlineOf({ now, readyBy, within }: Problem): number {
  return within === undefined ? readyBy : Math.min(readyBy, now + within);
}

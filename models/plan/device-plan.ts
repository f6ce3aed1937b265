import type { Period } from '../planner/problem.ts';
import type { KeptSchedule } from '../schedule/schedule.ts';
import type { Kept } from './replan.ts';
import type { Reason } from './wanted.ts';

/** What a device does and will do, as far as is decided. Times are Unix seconds. */
export interface DevicePlan {
  readonly device: number;
  readonly account: number;
  readonly schedule: KeptSchedule | null;
  /** The deadline it is about; null: none is to come. */
  readonly occurrence: { readonly day: string; readonly from: number; readonly readyBy: number } | null;
  /** What was planned and from what; null where nothing is. */
  readonly made: Kept | null;
  /** When it is on from now on. */
  readonly periods: readonly Period[];
  readonly reason: Reason;
  /** Seconds it ran for this deadline, seconds it has to in all, and what it used. */
  readonly delivered: number;
  readonly need: number;
  readonly wh: number | null;
  /** When it was on for this deadline. */
  readonly spans: readonly Period[];
  readonly powerW: number | null;
  readonly running: boolean;
  /** Seconds that cannot be done by the deadline. */
  readonly short: number;
  /** Why it does not do as it is told; null: it does. */
  readonly alarm: string | null;
}

/** A run of today or tomorrow, for lists. */
export interface PlannedRun {
  readonly device: number;
  readonly schedule: number | null;
  readonly start: number;
  readonly end: number;
  readonly state: 'done' | 'running' | 'planned';
  readonly readyBy: number | null;
  readonly reason: Reason['kind'];
}

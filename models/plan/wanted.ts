import type { Period } from '../planner/problem.ts';

/** Why a device is to be on or off. Times are Unix seconds. */
export type Reason =
  | { readonly kind: 'boost'; readonly until: number }
  | { readonly kind: 'person'; readonly on: boolean; readonly by: string; readonly until: number }
  | { readonly kind: 'always'; readonly on: boolean }
  | { readonly kind: 'timer'; readonly on: boolean; readonly until: number | null }
  /** A run in one piece that has begun. */
  | { readonly kind: 'cycle'; readonly until: number }
  | { readonly kind: 'run'; readonly until: number; readonly readyBy: number }
  | { readonly kind: 'wait'; readonly next: number }
  | { readonly kind: 'done'; readonly readyBy: number }
  /** Nothing more of it can be planned. */
  | { readonly kind: 'stuck'; readonly readyBy: number }
  /** It cannot be planned for want of knowing something. */
  | { readonly kind: 'unknown'; readonly missing: 'power' | 'soc' | 'price' | 'carbon' }
  /** No schedule wants anything now. */
  | { readonly kind: 'none' };

export interface Situation {
  readonly now: number;
  /** The schedule in force; null: none. */
  readonly mode: 'smart' | 'timer' | 'on' | 'off' | null;
  readonly boost: { readonly until: number } | null;
  readonly override: { readonly on: boolean; readonly by: string; readonly until: number } | null;
  /** What it goes back to where a schedule or boost that had it on is no more; null: it is left as it is. */
  readonly back: boolean | null;
  /** Mode timer: its windows. */
  readonly timer: readonly Period[];
  /** Mode smart: null while there is no deadline to come. */
  readonly smart: {
    readonly readyBy: number;
    /** Seconds still needed. */
    readonly left: number;
    readonly interruptible: boolean;
    readonly begun: boolean;
    readonly given: boolean;
    readonly periods: readonly Period[];
    readonly missing: 'power' | 'soc' | 'price' | 'carbon' | null;
  } | null;
}

export interface Wanted {
  /** null: the schedule has no say now. */
  readonly on: boolean | null;
  readonly reason: Reason;
  /** When the device is on from now on as far as is known; what it may do by itself. */
  readonly periods: readonly Period[];
}

/** What a device is to do now. Pure: the same situation wants the same, however often it is asked. */
export function wanted(situation: Situation): Wanted {
  const { now, mode, boost, override, back } = situation;
  if (override && override.until > now)
    return { on: null, reason: { kind: 'person', ...picked(override) }, periods: [] };
  if (boost && boost.until > now)
    return { on: true, reason: { kind: 'boost', until: boost.until }, periods: [[now, boost.until]] };
  if (mode === 'on' || mode === 'off')
    return { on: mode === 'on', reason: { kind: 'always', on: mode === 'on' }, periods: [] };
  if (mode === 'timer') return byTimer(situation);
  if (mode === 'smart' && situation.smart) return bySmart(now, situation.smart);
  return { on: back, reason: { kind: 'none' }, periods: [] };
}

function byTimer({ now, timer }: Situation): Wanted {
  const periods = timer.filter(([, end]) => end > now);
  const holds = periods.find(([start]) => start <= now);
  const until = holds ? holds[1] : (periods[0]?.[0] ?? null);
  return { on: holds !== undefined, reason: { kind: 'timer', on: holds !== undefined, until }, periods };
}

function bySmart(now: number, smart: NonNullable<Situation['smart']>): Wanted {
  const { readyBy, left, interruptible, begun, given, periods, missing } = smart;
  if (missing) return { on: false, reason: { kind: 'unknown', missing }, periods: [] };
  if (left <= 0 || given) return { on: false, reason: { kind: 'done', readyBy }, periods: [] };
  if (begun && !interruptible)
    return { on: true, reason: { kind: 'cycle', until: now + left }, periods: [[now, now + left]] };
  const ahead = periods.filter(([, end]) => end > now);
  const [first] = ahead;
  if (!first) return { on: false, reason: { kind: 'stuck', readyBy }, periods: [] };
  const [start, end] = first;
  if (start > now) return { on: false, reason: { kind: 'wait', next: start }, periods: ahead };
  return { on: true, reason: { kind: 'run', until: end, readyBy }, periods: ahead };
}

function picked({ on, by, until }: { on: boolean; by: string; until: number }) {
  return { on, by, until };
}

import type { ForecastUnit } from '../forecast/forecast.ts';
import { type Impossible, lengthOf, type Plan, type Problem } from '../planner/problem.ts';
import { type Why, whyOf } from '../planner/why.ts';
import type { DevicePlan } from './device-plan.ts';
import type { Decision } from './plan-store.ts';
import type { Reason } from './wanted.ts';

/** Why a device is on or off at a moment: what was decided, the plan it follows from, and that plan's reasons in figures. */
export interface WhyFacts {
  readonly device: number;
  /** Unix seconds. */
  readonly at: number;
  readonly tense: 'past' | 'now' | 'future';
  /** null: nothing was decided. */
  readonly on: boolean | null;
  readonly reason: Reason;
  readonly made: {
    readonly problem: Problem;
    readonly plan: Plan;
    readonly impossible: Impossible | null;
    readonly unit: ForecastUnit;
    readonly powerW: number | null;
    readonly why: Why;
  } | null;
}

/** Of a moment that is over: what was decided last before it. */
export function whyThen(device: number, at: number, decision: Decision | null): WhyFacts {
  const reason = decision?.reason ?? { kind: 'none' };
  return { device, at, tense: 'past', ...explained(reason, decision?.made ?? null) };
}

/** Of now and of what is to come: what is decided, as far as it reaches. */
export function whyAhead(device: number, at: number, now: number, plan: DevicePlan | undefined): WhyFacts {
  const reason = plan ? reasonAt(plan, at, now) : ({ kind: 'none' } as const);
  return { device, at, tense: at > now ? 'future' : 'now', ...explained(reason, plan?.made ?? null) };
}

function explained(
  reason: Reason,
  made: Omit<NonNullable<WhyFacts['made']>, 'why'> | null,
): Pick<WhyFacts, 'on' | 'reason' | 'made'> {
  const isPlanned = ['run', 'wait', 'cycle', 'stuck', 'done'].includes(reason.kind);
  if (!made || !isPlanned) return { on: isOn(reason), reason, made: null };
  const { problem, plan, impossible, unit, powerW } = made;
  const asked = impossible ? { ...problem, run: Math.max(1, lengthOf(plan.periods)) } : problem;
  const why = whyOf(asked, plan, { shared: true });
  return { on: isOn(reason), reason, made: { problem, plan, impossible, unit, powerW, why } };
}

/** What holds at a moment to come. */
function reasonAt(plan: DevicePlan, at: number, now: number): Reason {
  const { reason, periods, occurrence } = plan;
  if (at <= now) return reason;
  const lasts = 'until' in reason && reason.until !== null && at < reason.until;
  if (lasts || reason.kind === 'always' || reason.kind === 'unknown' || reason.kind === 'none') return reason;
  const holds = periods.find(([start, end]) => start <= at && at < end);
  const next = periods.find(([start]) => start > at);
  if (reason.kind === 'timer')
    return { kind: 'timer', on: holds !== undefined, until: holds?.[1] ?? next?.[0] ?? null };
  if (!occurrence || at >= occurrence.readyBy) return { kind: 'none' };
  if (holds) return { kind: 'run', until: holds[1], readyBy: occurrence.readyBy };
  return next ? { kind: 'wait', next: next[0] } : { kind: 'done', readyBy: occurrence.readyBy };
}

function isOn(reason: Reason): boolean | null {
  if (reason.kind === 'none') return null;
  if (reason.kind === 'person' || reason.kind === 'always' || reason.kind === 'timer') return reason.on;
  return ['boost', 'cycle', 'run'].includes(reason.kind);
}

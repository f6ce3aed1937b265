import type { Forecast } from '../../models/forecast/forecast.ts';
import { plan } from '../../models/planner/plan.ts';
import { isPlan, type Period } from '../../models/planner/problem.ts';
import { secondsNeeded, socOf } from '../../models/schedule/need.ts';
import { type Occurrence, timerWindows } from '../../models/schedule/occurrence.ts';
import { problemOf } from '../../models/schedule/problem-of.ts';
import type { KeptSchedule, MixPart } from '../../models/schedule/schedule.ts';
import { localHour } from './demandshaper-settings.ts';

/** What the live hub has decided for a device. */
export interface ShaperPlans {
  of(device: number):
    | {
        readonly schedule: KeptSchedule | null;
        readonly periods: readonly Period[];
        /** Seconds it has to run in all, and has. */
        readonly need: number;
        readonly delivered: number;
        readonly powerW: number | null;
      }
    | undefined;
}

export interface RuntimeDeps {
  readonly plans: ShaperPlans;
  readonly forecasts: { combined(account: number, mix: readonly MixPart[], from: number, to: number): Forecast };
  readonly inputs: { find(id: number): { readonly time: number | null; readonly value: number | null } | undefined };
}

export interface Moment {
  /** Unix seconds. */
  readonly now: number;
  readonly zone: string;
  readonly holidays: readonly string[];
  readonly next: Occurrence | null;
  /** When the device spoke last; null: never. */
  readonly heard: number | null;
}

/** EmonCMS’s runtime part: as decided, or, for a schedule so new that nothing is decided yet, as it would be planned alone. */
export function runtimeOf(deps: RuntimeDeps, schedule: KeptSchedule, moment: Moment): Record<string, unknown> {
  const { now, zone, heard } = moment;
  const made = deps.plans.of(schedule.device);
  const isMade = made?.schedule?.id === schedule.id && JSON.stringify(made.schedule) === JSON.stringify(schedule);
  const found = isMade
    ? { periods: made.periods, left: made.need - made.delivered }
    : alone(deps, schedule, moment, made?.powerW ?? null);
  return {
    started: (isMade && made.delivered > 0) || found.periods.some(([start, end]) => start <= now && now < end),
    periods: shapedPeriods(found.periods, zone),
    timeleft: Math.max(0, Math.round(found.left)),
    last_update_from_device: heard ?? 0,
  };
}

/** Periods as EmonCMS writes them. */
export function shapedPeriods(periods: readonly Period[], zone: string): { start: number[]; end: number[] }[] {
  return periods.map(([start, end]) => ({ start: [start, localHour(start, zone)], end: [end, localHour(end, zone)] }));
}

function alone(
  deps: RuntimeDeps,
  schedule: KeptSchedule,
  { now, zone, holidays, next }: Moment,
  powerW: number | null,
) {
  const { account, mode, mix, need } = schedule;
  if (mode === 'timer') {
    const windows = timerWindows(schedule, now, now + DAY_S, zone, holidays).map(
      ([start, end]): Period => [start, end],
    );
    return { periods: windows, left: 0 };
  }
  const input = need.kind === 'charge' && 'input' in need.current ? need.current.input : null;
  const soc = input === null ? null : socOf(deps.inputs.find(input), now);
  const left = secondsNeeded(need, { powerW: schedule.powerW ?? powerW, soc }) ?? 0;
  if (!next) return { periods: [], left };
  const forecast = deps.forecasts.combined(account, mix, now, Math.min(next.readyBy, now + FARTHEST_S));
  const problem = problemOf({ occurrence: next, forecast, now, delivered: 0, powerW, soc });
  if ('done' in problem || 'missing' in problem) return { periods: [], left };
  const outcome = plan(problem);
  return { periods: isPlan(outcome) ? outcome.periods : [], left };
}

const DAY_S = 86_400;
/** Nothing later is asked for: a deadline may be years ahead. */
const FARTHEST_S = 14 * DAY_S;

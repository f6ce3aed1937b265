import { lengthOf } from '../planner/problem.ts';
import type { DevicePlan, PlannedRun } from './device-plan.ts';
import { scheduleIn } from './in-force.ts';
import type { Kept } from './replan.ts';
import { currentRun, type RunState } from './run-state.ts';
import type { Turn } from './turn.ts';
import type { Wanted } from './wanted.ts';

/** What is told of a device after a turn. */
export function devicePlanOf(turn: Turn, { reason, periods }: Wanted, kept: Kept | undefined): DevicePlan {
  const { device, state, force, powerW } = turn;
  const run = currentRun(state);
  const own = kept && run && kept.run === run.key ? kept : undefined;
  // A run in one piece goes on when its schedule is gone: then it is no other's.
  const isOwn = !run || scheduleIn(run.key) === force?.schedule.id;
  const schedule = isOwn ? (force?.schedule ?? null) : null;
  return {
    ...{ device: device.id, account: device.account, schedule, reason, periods, powerW },
    occurrence: run ? { day: run.day, from: run.from, readyBy: run.readyBy } : null,
    made: own ?? null,
    delivered: run?.delivered ?? 0,
    need: run?.need ?? 0,
    wh: run?.wh ?? null,
    spans: run?.spans ?? [],
    running: state.on === true,
    short: own?.impossible && turn.left > 0 ? Math.max(0, own.problem.run - lengthOf(own.plan.periods)) : 0,
    alarm: state.alarm?.fault ?? null,
  };
}

/** What ran, runs and will run of a device. */
export function runsOf(state: RunState, plan: DevicePlan | undefined, now: number): PlannedRun[] {
  const { device } = state;
  const past = state.runs.flatMap((run) =>
    run.spans.map(([start, end]): PlannedRun => {
      const runs = state.on === true && end >= now - NOW_S;
      const base = { device, schedule: scheduleIn(run.key), start, readyBy: run.readyBy, reason: 'run' as const };
      return { ...base, end, state: runs ? 'running' : 'done' };
    }),
  );
  const ahead = (plan?.periods ?? []).map(([start, end]): PlannedRun => {
    const [schedule, readyBy] = [plan?.schedule?.id ?? null, plan?.occurrence?.readyBy ?? null];
    return { device, schedule, start, end, readyBy, state: 'planned', reason: plan?.reason.kind ?? 'none' };
  });
  return joined(past, ahead, now);
}

/** What runs goes on in what is planned from now. */
function joined(past: readonly PlannedRun[], ahead: readonly PlannedRun[], now: number): PlannedRun[] {
  const runs = past.find(({ state }) => state === 'running');
  const goesOn = ahead.find(({ start, end }) => start <= now + NOW_S && end > now);
  if (!runs || !goesOn) return [...past, ...ahead];
  const one: PlannedRun = { ...goesOn, start: runs.start, state: 'running' };
  return [...past.filter((run) => run !== runs), one, ...ahead.filter((run) => run !== goesOn)];
}

/** What was so a moment ago is so now. */
const NOW_S = 90;

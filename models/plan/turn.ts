import type { Device } from '../device.ts';
import type { ForecastUnit } from '../forecast/forecast.ts';
import { lengthOf, type Problem } from '../planner/problem.ts';
import type { Occurrence } from '../schedule/occurrence.ts';
import { timerWindows } from '../schedule/occurrence.ts';
import { problemOf, type Unknown } from '../schedule/problem-of.ts';
import { type InForce, keyOf } from './in-force.ts';
import { latestEnd } from './latest-end.ts';
import { chargeOf, drawOf, type LookDeps, powerOf, scheduleNow, seenOf } from './look.ts';
import { LONGEST_GAP_S, observe } from './observe.ts';
import { heed } from './override.ts';
import { type Prices, pricesOf, worthOf } from './prices.ts';
import { type Kept, remaining } from './replan.ts';
import type { Forecasts } from './rules.ts';
import { currentRun, openRun, type Run, type RunState, withRun } from './run-state.ts';

export interface TurnDeps extends LookDeps {
  readonly forecasts: Forecasts;
  readonly spread: (account: number) => number;
}

/** One device at one moment: what has been, what counts, and what is to be planned. */
export interface Turn {
  readonly device: Device;
  readonly now: number;
  readonly state: RunState;
  readonly force: InForce | null;
  readonly powerW: number | null;
  readonly boost: { readonly until: number } | null;
  /** What is to be planned; null: nothing. */
  readonly problem: Problem | null;
  readonly missing: Unknown['missing'] | null;
  /** What the problem's figures mean. */
  readonly unit: ForecastUnit;
  /** Seconds still needed. */
  readonly left: number;
  /** A run in one piece goes on, whatever else may be said. */
  readonly cycle: boolean;
  /** Whether the device was there to be looked at. */
  readonly seen: boolean;
}

export interface Before {
  readonly state: RunState;
  readonly kept: Kept | undefined;
  /** Seconds since its last turn; null: it is the first since the hub's start. */
  readonly elapsed: number | null;
  readonly failed: boolean;
  /** It has said something since the hub's start, or has had the time to. */
  readonly heard: boolean;
}

/** Hours after the deadline that are looked at, to know what a later one would allow. */
const BEYOND_S = 6 * 3600;
/** Nothing later than that is asked for, so that a deadline in years takes no longer than one tomorrow. */
export const FARTHEST_S = 14 * 86_400;

/** What has become of the device, what is wanted of it now, and the problem that is to be planned. */
export function turnOf(
  deps: TurnDeps,
  device: Device,
  { state: before, kept, elapsed, failed, heard }: Before,
  now: number,
): Turn {
  const found = scheduleNow(deps, device, before, now);
  const drawW = drawOf(deps, device.id, now);
  const learntW =
    before.on && drawW !== null && drawW > 0 ? (powerOf(null, drawW, before.learntW) ?? null) : before.learntW;
  const powerW = powerOf(found?.schedule ?? null, before.on ? drawW : null, learntW);
  const gone = Math.min(LONGEST_GAP_S, Math.max(0, elapsed ?? now - before.counted));
  const prices = pricesOf(deps.forecasts, device.account, now - gone - 1, now + 1);
  const schedule = found?.occurrence?.schedule ?? found?.schedule ?? null;
  const seen = heard ? seenOf(deps, device, { now, elapsed, schedule, powerW, prices, failed }) : null;
  const boost = deps.schedules.boostOf(device.id);
  let state = { ...sane(seen ? observe(before, seen) : before, now), learntW };
  state = boosted(state, boost, deps.states.desired(device.id)?.on ?? state.on ?? false, now);
  const deadline = currentRun(state)?.readyBy ?? null;
  const periods = boost && boost.until > now ? [[now, boost.until] as const] : (kept?.plan.periods ?? []);
  state = begun(heed(state, deps.states.desired(device.id), { periods, deadline }, now), kept, now);
  const cycle = inCycle(state, found);
  const stays = cycle || (!heard && state.current !== null);
  if (!stays) state = opened(state, found, powerW, now);
  const run = currentRun(state);
  const base = {
    device,
    unit: 'index' as const,
    now,
    state,
    force: found,
    powerW,
    boost,
    cycle,
    seen: seen !== null,
  };
  if (cycle && run) return { ...base, problem: null, missing: null, left: leftOf(run) };
  const isOver = run?.begun === true && !run.interruptible && leftOf(run) <= LEAST_S;
  const { occurrence = null, schedule: own } = found ?? {};
  if (!occurrence || !own || !run || isOver || run.key !== keyOf({ schedule: own, occurrence }))
    return { ...base, problem: null, missing: null, left: 0 };
  const end = latestEnd(deps, state, { schedule: own, occurrence }, { powerW, now });
  return { ...base, ...asked(deps, state, occurrence, { powerW, end }, now) };
}

/** The windows in which a schedule of mode timer has its device on. */
export function timerOf(deps: TurnDeps, { force, device, now }: Turn) {
  if (force?.schedule.mode !== 'timer') return [];
  const { schedules, zone } = deps;
  return timerWindows(force.schedule, now, now + TIMER_S, zone(device.account), schedules.holidays(device.account));
}

const TIMER_S = 2 * 86_400;

/** What was said later than now was said before the clock was set back. */
function sane(state: RunState, now: number): RunState {
  return state.said && state.said.at > now ? { ...state, said: { ...state.said, at: now } } : state;
}

/** A new boost counts from now on, whatever a person said before. */
function boosted(state: RunState, boost: { readonly until: number } | null, on: boolean, now: number): RunState {
  if (!boost || boost.until <= now) return state.boost === null ? state : { ...state, boost: null };
  if (boost.until === state.boost) return state;
  const before = state.boost === null ? on : state.before;
  // The wish is over, and not forgotten: it must not be taken for a new one.
  return { ...state, boost: boost.until, before, override: state.override && { ...state.override, until: now } };
}

/** A run in one piece begins when the device is on because it was planned, or because a person says so. */
function begun(state: RunState, kept: Kept | undefined, now: number): RunState {
  const run = currentRun(state);
  if (!run || run.interruptible || run.begun || run.given || !state.on || run.delivered === 0) return state;
  const planned = state.said?.on === true && state.said.kind === 'run';
  if (!planned && !state.override?.on) return state;
  const short = kept?.run === run.key && kept.impossible !== null;
  const goal = short ? run.delivered + lengthOf(remaining(kept.plan.periods, now)) : run.need;
  return withRun(state, { begun: true, goal });
}

/** It goes on until it is done, unless a person wants the device on or off for good. */
function inCycle(state: RunState, found: InForce | null): boolean {
  const run = currentRun(state);
  if (!run?.begun || run.interruptible || isDone(run, leftOf(run), state.on)) return false;
  return found === null || found.schedule.mode === 'smart';
}

function opened(state: RunState, found: InForce | null, powerW: number | null, now: number): RunState {
  const { occurrence, schedule } = found ?? {};
  if (!occurrence || !schedule) return { ...state, current: null };
  const { day, from, readyBy } = occurrence;
  const key = keyOf({ schedule, occurrence });
  const { interruptible } = occurrence.schedule;
  const next = openRun(state, { key, day, from, readyBy, need: 0, powerW, interruptible }, now);
  return withRun(next, { from, readyBy, powerW: powerW ?? currentRun(next)?.powerW ?? null, interruptible });
}

function asked(
  deps: TurnDeps,
  state: RunState,
  occurrence: Occurrence,
  { powerW, end }: { readonly powerW: number | null; readonly end: number },
  now: number,
) {
  const { account } = state;
  const { schedule, readyBy } = occurrence;
  const run = currentRun(state) as Run;
  const charge = chargeOf(deps, account, schedule.need, now);
  const from = Math.min(now, readyBy);
  const until = Math.min(readyBy + BEYOND_S, now + FARTHEST_S);
  const prices = pricesOf(deps.forecasts, account, from, until);
  const forecast = deps.forecasts.combined(account, schedule.mix, from, until);
  const { unit } = forecast;
  const answer = problemOf({
    ...{ occurrence, now, forecast, powerW, soc: charge?.soc ?? null },
    delivered: deliveredOf(run, schedule.need.kind, charge !== null, powerW),
    starts: run.starts,
    spread: deps.spread(account),
    ...(prices.money ? { price: prices.money } : {}),
    ...(prices.carbon ? { carbon: prices.carbon } : {}),
    ...(state.on === true && schedule.interruptible ? { running: state.lasted } : {}),
    ...(state.on === false && schedule.interruptible ? { rested: state.lasted } : {}),
    ...(run.charge.atTarget === null ? {} : { atTarget: run.charge.atTarget }),
  });
  if ('done' in answer)
    return { state: withRun(state, { need: run.delivered }), problem: null, missing: null, left: 0 };
  if ('run' in answer && isDone(run, answer.run, state.on))
    return { unit, state, problem: null, missing: null, left: 0 };
  if ('missing' in answer) return { unit, state, problem: null, missing: answer.missing, left: 0 };
  const need = run.delivered + answer.run;
  const first = run.asked > 0 ? {} : { asked: answer.run, atOnce: atOnceOf(prices, run, answer.run, powerW) };
  const problem = end < readyBy && end - now >= answer.run ? { ...answer, readyBy: end } : answer;
  return { unit, state: withRun(state, { need, ...first }), problem, missing: null, left: answer.run };
}

/** Of a run in one piece that has begun: as much as was planned then. */
function leftOf({ goal, need, delivered }: Run): number {
  return (goal ?? need) - delivered;
}

/** What is left of a run is not worth another start where it is next to nothing. */
function isDone({ delivered }: Run, left: number, on: boolean | null): boolean {
  return left <= 0 || (on !== true && delivered > 0 && left < LEAST_S);
}

const LEAST_S = 60;

/** Seconds that count towards the need: of energy as much as was measured, of a charge what its state does not tell yet. */
function deliveredOf(run: Run, kind: 'time' | 'energy' | 'charge', isTold: boolean, powerW: number | null): number {
  if (kind === 'charge' && isTold) return run.charge.since;
  if (kind === 'energy' && run.wh !== null && powerW) return Math.round((run.wh / powerW) * 3600);
  return run.delivered;
}

/** What it would cost to run at once when the occurrence opens. */
function atOnceOf(prices: Prices, { from, opened }: Run, need: number, powerW: number | null) {
  const start = Math.max(from, opened);
  return worthOf(prices, [[start, start + need]], powerW);
}

import type { Clock, Disposer } from '../../lib/clock.ts';
import { localDay } from '../../lib/local-day.ts';
import type { Log } from '../../lib/log.ts';
import type { Device } from '../device.ts';
import type { EventModel } from '../events.ts';
import type { Period } from '../planner/problem.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { Actuator, type ActuatorDeps } from './actuator.ts';
import type { DevicePlan, PlannedRun } from './device-plan.ts';
import { devicePlanOf, runsOf } from './device-plans.ts';
import { Foresight } from './foresight.ts';
import type { PlanSettingsModel } from './house-settings.ts';
import { type Household, settle } from './household-plans.ts';
import { chargeOf, drawOf, nextOf, powerOf } from './look.ts';
import { SCHEDULE } from './override.ts';
import type { PlanStore } from './plan-store.ts';
import { type Preview, previewOf } from './preview.ts';
import { reasonInLog } from './reason-log.ts';
import { Recorder } from './recorder.ts';
import type { Kept } from './replan.ts';
import { currentRun, newRunState, overRuns, type Run, type RunState } from './run-state.ts';
import { type Counterfactual, counterfactual } from './savings.ts';
import { FARTHEST_S, type Turn, type TurnDeps, timerOf, turnOf } from './turn.ts';
import { type Wanted, wanted } from './wanted.ts';
import { type WhyFacts, whyAhead, whyThen } from './why-at.ts';

export interface PlansDeps extends Omit<TurnDeps, 'spread'>, ActuatorDeps {
  readonly states: ActuatorDeps['states'] & TurnDeps['states'];
  readonly devices: TurnDeps['devices'];
  readonly store: PlanStore;
  readonly settings: PlanSettingsModel;
  readonly events: Pick<EventModel, 'emit'>;
  /** What the house draws beside its planned devices, by the half-hour; W. */
  readonly background: (account: number, now: number) => Household['background'];
  readonly clock: Clock;
  readonly log: Log;
}

type Listener = (account: number, device: number) => void;

/**
 * What every scheduled device does: planned from now, kept until something speaks against it, carried out, watched, and
 * remembered with its reasons. Nothing it decides waits for the network, for a store or for a device.
 */
export class Plans {
  readonly #deps: PlansDeps;
  readonly #actuator: Actuator;
  readonly #recorder: Recorder;
  readonly #turnDeps: TurnDeps;
  readonly #foresight: Foresight;
  readonly #states = new Map<number, RunState>();
  readonly #kept = new Map<number, Kept>();
  readonly #plans = new Map<number, DevicePlan>();
  readonly #marks = new Map<number, number>();
  readonly #revised = new Set<number>();
  readonly #busy = new Map<number, Promise<void>>();
  #began = 0;
  readonly #listeners = new Set<Listener>();

  constructor(deps: PlansDeps) {
    this.#deps = deps;
    this.#actuator = new Actuator(deps);
    this.#recorder = new Recorder(deps);
    this.#foresight = new Foresight(deps);
    this.#turnDeps = { ...deps, forecasts: this.#foresight, spread: (account) => deps.settings.get(account).spread };
  }

  /** Reads what was kept. To be called before the first tick. */
  async load(): Promise<void> {
    await this.#deps.settings.load();
    for (const state of await this.#deps.store.states()) {
      if (!this.#deps.devices.find(state.device)) {
        await this.#deps.store.forget(state.device);
        continue;
      }
      this.#states.set(state.device, state);
      if (state.window) this.#deps.states.keepsTimes(state.device, state.window);
    }
    this.#began = this.#deps.clock.monotonic();
  }

  /** What a device does and will do; undefined where nothing ever was planned for it. */
  of(device: number): DevicePlan | undefined {
    return this.#plans.get(device);
  }

  /** The plans of a household's devices. */
  list(account: number): DevicePlan[] {
    return [...this.#plans.values()].filter((plan) => plan.account === account);
  }

  /** What ran, runs and will run from today's midnight to tomorrow's end by the household's clock, in order. */
  today(account: number): PlannedRun[] {
    const zone = this.#deps.zone(account);
    const day = localDay(this.#deps.clock.seconds(), zone);
    const until = localDay(day.end, zone).end;
    const states = [...this.#states.values()].filter((state) => state.account === account);
    return states
      .flatMap((state) => runsOf(state, this.#plans.get(state.device), this.#deps.clock.seconds()))
      .filter(({ start, end }) => end > day.start && start < until)
      .sort((a, b) => a.start - b.start);
  }

  /** Calls `listener` when what a device does or will do has changed. */
  listen(listener: Listener): Disposer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** New prices may have come: plans that wait are looked at again with the next tick. */
  revised(account: number): void {
    this.#revised.add(account);
  }

  /** Forgets a device that is no more, once what was begun with it has come to its end. */
  async forget(device: number): Promise<void> {
    for (const known of [this.#states, this.#kept, this.#plans, this.#marks]) known.delete(device);
    await this.#busy.get(device);
    this.#busy.delete(device);
    this.#actuator.forget(device);
    this.#recorder.forget(device);
    await this.#deps.store.forget(device);
  }

  /** Seconds to the next moment at which something begins or ends; null: none is known. */
  nextEdge(): number | null {
    const now = this.#deps.clock.seconds();
    const edges = [...this.#plans.values()].flatMap(({ periods, reason }) => [
      ...periods.flat(),
      ...('until' in reason && reason.until !== null ? [reason.until] : []),
    ]);
    const next = edges.filter((time) => time > now).sort((a, b) => a - b)[0];
    return next === undefined ? null : next - now;
  }

  /**
   * Looks at every device once: counts, plans, decides, and carries out. Resolves when the devices have answered; a tick that
   * comes earlier than that does not wait for them.
   */
  async tick(): Promise<void> {
    const turns = this.#accounts().flatMap((account) => this.#turns(account));
    await Promise.all(turns.map((turn) => this.#queue(turn)));
  }

  /** What a draft would do. Nothing is waited for, nothing is kept. */
  preview(account: number, draft: Schedule): Preview {
    const { schedules, zone, settings } = this.#deps;
    const forecasts = this.#foresight;
    const now = this.#deps.clock.seconds();
    const state = this.#states.get(draft.device);
    const run = state && currentRun(state);
    const occurrence = nextOf(schedules, zone(account), draft, account, now);
    return previewOf(draft, {
      ...{ now, account, forecasts, zone: zone(account), holidays: schedules.holidays(account) },
      powerW: this.powerOf(account, draft.device),
      soc: chargeOf(this.#deps, account, draft.need, now)?.soc ?? null,
      spread: settings.get(account).spread,
      until: Math.min(Math.max(occurrence?.readyBy ?? 0, now + AHEAD_S) + AHEAD_S / 4, now + FARTHEST_S),
      ...(run ? { delivered: { day: run.day, seconds: run.delivered } } : {}),
    });
  }

  /** Where among equally good times this household's lie. */
  spreadOf(account: number): number {
    return this.#deps.settings.get(account).spread;
  }

  /** What a device of the household draws while it runs, as measured, W; null: not known. */
  powerOf(account: number, device: number): number | null {
    const now = this.#deps.clock.seconds();
    const state = this.#states.get(device);
    if (this.#deps.devices.find(device)?.account !== account) return null;
    return powerOf(null, drawOf(this.#deps, device, now), state?.learntW ?? null);
  }

  /** Why a device of the household is on or off at a moment, past, now or to come. */
  async why(device: number, at: number): Promise<WhyFacts> {
    const now = this.#deps.clock.seconds();
    if (at >= now - NOW_S) return whyAhead(device, at, now, this.#plans.get(device));
    return whyThen(device, at, await this.#deps.store.decisionAt(device, at));
  }

  /** What smart running saved: of all runs with a deadline in [from, to). */
  async saved(account: number, from: number, to: number): Promise<Counterfactual> {
    return counterfactual(await this.#runs(account, from, to));
  }

  /** Runs whose deadline lies in [from, to), those that are not over as well. */
  async #runs(account: number, from: number, to: number): Promise<{ device: number; run: Run }[]> {
    const kept = await this.#deps.store.runs(account, from, to);
    const own = [...this.#states.values()].filter((state) => state.account === account);
    const open = own.flatMap(({ device, runs }) => runs.map((run) => ({ device, run })));
    const news = open.filter(({ run }) => run.readyBy >= from && run.readyBy < to);
    const isOpen = (device: number, at: number) => news.some((one) => one.device === device && one.run.readyBy === at);
    return [...kept.filter(({ device, run }) => !isOpen(device, run.readyBy)), ...news];
  }

  #accounts(): number[] {
    return [...new Set(this.#deps.devices.all().map(({ account }) => account))];
  }

  #isConcerned({ id, account }: Device): boolean {
    if (this.#states.has(id) || this.#deps.schedules.boostOf(id) !== null) return true;
    return this.#deps.schedules.list(account).some(({ device }) => device === id);
  }

  #turns(account: number): { turn: Turn; want: Wanted; before: RunState }[] {
    const now = this.#deps.clock.seconds();
    const devices = this.#deps.devices.list(account).filter((device) => this.#isConcerned(device));
    const looked = devices.map((device) => this.#look(device, now));
    const { limitW } = this.#deps.settings.get(account);
    const background = limitW === null ? [] : this.#deps.background(account, now);
    const household = { now, limitW, background, revised: this.#revised.delete(account) };
    const made = settle(
      looked.map(({ turn }) => turn),
      this.#kept,
      household,
    );
    for (const { device, cause, kept } of made) {
      this.#kept.set(device, kept);
      this.#recorder.made(account, device, cause, kept);
    }
    return looked.map(({ turn, before }) => {
      const want = wanted(situationOf(turn, this.#kept.get(turn.device.id), timerOf(this.#turnDeps, turn)));
      this.#states.set(turn.device.id, turn.state);
      return { turn, want, before };
    });
  }

  #look(device: Device, now: number): { turn: Turn; before: RunState } {
    const { clock } = this.#deps;
    const before = this.#states.get(device.id) ?? newRunState(device.id, device.account, now);
    const mark = this.#marks.get(device.id);
    const monotonic = clock.monotonic();
    const elapsed = mark === undefined ? null : Math.round((monotonic - mark) / 1000);
    const turn = turnOf(
      this.#turnDeps,
      device,
      {
        ...{ state: before, kept: this.#kept.get(device.id), elapsed },
        ...{ failed: this.#actuator.failed(device.id), heard: this.#isHeard(device.id) },
      },
      now,
    );
    if (turn.seen) this.#marks.set(device.id, mark === undefined ? monotonic : mark + (elapsed ?? 0) * 1000);
    return { turn, before };
  }

  /** One device's turns are carried out one after the other. */
  #queue(one: { turn: Turn; want: Wanted; before: RunState }): Promise<void> {
    const { id } = one.turn.device;
    const done = (this.#busy.get(id) ?? Promise.resolve()).then(() => this.#follow(one));
    const safe = done.catch((error: unknown) => {
      this.#deps.log.warn({ err: error, device: id }, 'a plan could not be followed');
    });
    this.#busy.set(id, safe);
    return safe;
  }

  async #follow({ turn, want, before }: { turn: Turn; want: Wanted; before: RunState }): Promise<void> {
    const { device, now } = turn;
    const { id } = device;
    const { on, reason } = want;
    if (!this.#isHeard(id)) return this.#show(turn, want);
    if (on !== null) {
      const canSwitch = this.#actuator.canSwitch(id);
      const isNew = canSwitch && this.#actuator.mustSwitch(id, on, isSettled(want, this.#states.get(id), now));
      this.#say(id, want, isNew, now);
      this.#show(turn, want);
      if (isNew) await this.#actuator.switch(id, on, reasonInLog(reason, this.#deps.zone(device.account)));
      if (isNew && !turn.seen) this.#goesOn(id);
    }
    await this.#tellWindow(turn, want.periods);
    this.#check(id, now);
    this.#show(turn, want);
    const state = this.#states.get(id);
    if (!state) return;
    const over = overRuns(state, now);
    const isKept = await this.#recorder.keep({ before, state, reason, over, now });
    if (isKept && over.length > 0) await this.#complete(device.account, id, over);
  }

  /** Keeps what the schedule wants from now on; what is only said again has been wanted since it was said first. */
  #say(id: number, { on, reason: { kind } }: Wanted, isNew: boolean, now: number): void {
    const said = this.#states.get(id)?.said;
    const desired = this.#deps.states.desired(id);
    const isRepeated = said?.on === on && (!isNew || (desired?.on === on && desired.by === SCHEDULE));
    if (on === null || (isRepeated && said.kind === kind)) return;
    this.#patch(id, { said: { on, at: isRepeated ? said.at : now, kind } });
  }

  /** Just after the hub's start a device is heard first. */
  #isHeard(id: number): boolean {
    const { states, clock } = this.#deps;
    return states.reported(id) !== null || clock.monotonic() - this.#began > HEAR_MS;
  }

  /** Nobody heard the switch of a device that is away: it still has its own times. */
  #goesOn(id: number): void {
    const window = this.#states.get(id)?.window;
    if (window) this.#deps.states.keepsTimes(id, window);
  }

  /** A device that is away goes on by the times it has: what it is told now it does not hear. */
  async #tellWindow({ device: { id }, seen }: Turn, periods: readonly Period[]): Promise<void> {
    if (!seen) return;
    const state = this.#states.get(id);
    const window = state ? await this.#actuator.tellWindow(id, state, periods) : null;
    if (window) this.#patch(id, { window });
  }

  #check(id: number, now: number): void {
    const state = this.#states.get(id);
    if (!state) return;
    const fault = this.#actuator.alarm(id, state);
    if (fault !== null && state.alarm?.fault !== fault)
      this.#patch(id, { alarm: { since: state.alarm?.since ?? now, fault } });
    if (fault === null && state.alarm) this.#patch(id, { alarm: null });
  }

  /** After the deadline of a schedule that is to stay on or off then. What fails is done with a later turn. */
  async #complete(account: number, device: number, over: readonly Run[]): Promise<void> {
    for (const { key, day } of over) {
      const schedule = this.#deps.schedules.list(account).find(({ id }) => key.startsWith(`${id}:`));
      if (schedule?.mode === 'smart' && schedule.onCompletion !== 'smart' && !schedule.skip.includes(day))
        await this.#deps.schedules.change(schedule.id, { mode: schedule.onCompletion });
      const state = this.#states.get(device);
      const runs = state?.runs.map((run) => (run.key === key ? { ...run, closed: true } : run));
      if (runs) this.#patch(device, { runs });
    }
  }

  #patch(id: number, change: Partial<RunState>): void {
    const state = this.#states.get(id);
    if (state) this.#states.set(id, { ...state, ...change });
  }

  #show(turn: Turn, want: Wanted): void {
    const { id, account } = turn.device;
    const state = this.#states.get(id);
    if (!state) return;
    const plan = devicePlanOf({ ...turn, state }, want, this.#kept.get(id));
    const before = this.#plans.get(id);
    this.#plans.set(id, plan);
    const { device, periods, running, alarm } = plan;
    const told = {
      device,
      periods: turn.problem ? (this.#kept.get(id)?.plan.periods ?? periods) : periods,
      running,
      alarm,
    };
    if (before && JSON.stringify(shown(before)) === JSON.stringify(shown(plan))) return;
    this.#deps.events.emit(account, { name: 'plan', data: told });
    for (const listener of this.#listeners) listener(account, id);
  }
}

/** A draft is shown over a day at least, and a quarter of it after its deadline. */
const AHEAD_S = 86_400;
/** What was so a minute ago counts as now. */
const NOW_S = 60;
/** So long after its start the hub waits for what its devices say. */
const HEAR_MS = 60_000;

/** No edge of the plan is near. */
function isSettled({ periods }: Wanted, state: RunState | undefined, now: number): boolean {
  const edges = [...periods.flat().filter((time) => time > now), state?.said?.at ?? 0];
  return edges.every((edge) => Math.abs(edge - now) > NEAR_S);
}

const NEAR_S = 120;

/** What a page would draw anew: ends, since a period that runs begins anew with every second. */
function shown({ periods, running, alarm, reason, short }: DevicePlan) {
  return { ends: periods.map(([, end]) => Math.round(end / 60)), running, alarm, kind: reason.kind, short };
}

function situationOf(turn: Turn, kept: Kept | undefined, timer: readonly Period[]) {
  const { now, state, force, boost, left, cycle, missing } = turn;
  const run = state.runs.find(({ key }) => key === state.current);
  const mode = cycle ? 'smart' : (force?.schedule.mode ?? null);
  const held = state.said?.on === true && state.said.kind !== 'none';
  const back = held ? (state.said?.kind === 'boost' ? (state.before ?? false) : false) : null;
  const smart = run && {
    ...{ readyBy: run.readyBy, left, missing, begun: run.begun, given: run.given, interruptible: run.interruptible },
    periods: kept?.run === run.key ? kept.plan.periods : [],
  };
  return { now, mode, boost, override: state.override, back, timer, smart: smart ?? null };
}

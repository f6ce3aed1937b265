import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Device } from '../device.ts';
import type { EventModel } from '../events.ts';
import type { Period } from '../planner/problem.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { ActuatorDeps } from './actuator.ts';
import type { DevicePlan, PlannedRun } from './device-plan.ts';
import { Follower, type Order } from './follower.ts';
import { Foresight } from './foresight.ts';
import type { PlanSettingsModel } from './house-settings.ts';
import { type Household, settle } from './household-plans.ts';
import { chargeOf, drawOf, nextOf, powerOf } from './look.ts';
import { PlanBoard } from './plan-board.ts';
import type { PlanStore } from './plan-store.ts';
import { type Preview, previewOf } from './preview.ts';
import type { Kept } from './replan.ts';
import { currentRun, newRunState, type Run, type RunState } from './run-state.ts';
import { type Counterfactual, counterfactual } from './savings.ts';
import { FARTHEST_S, type Turn, type TurnDeps, timerOf, turnOf } from './turn.ts';
import { wanted } from './wanted.ts';
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

/**
 * What every scheduled device does: planned from now, kept until something speaks against it, carried out, watched, and
 * remembered with its reasons. Nothing it decides waits for the network, for a store or for a device.
 */
export class Plans {
  readonly #deps: PlansDeps;
  readonly #board: PlanBoard;
  readonly #follower: Follower;
  readonly #turnDeps: TurnDeps;
  readonly #foresight: Foresight;
  readonly #marks = new Map<number, number>();
  readonly #revised = new Set<number>();

  constructor(deps: PlansDeps) {
    this.#deps = deps;
    this.#board = new PlanBoard(deps.events);
    this.#follower = new Follower(deps, this.#board);
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
      this.#board.set(state);
      if (state.window) this.#deps.states.keepsTimes(state.device, state.window);
    }
    this.#follower.begin();
  }

  /** What a device does and will do; undefined where nothing ever was planned for it. */
  of(device: number): DevicePlan | undefined {
    return this.#board.of(device);
  }

  /** The plans of a household's devices. */
  list(account: number): DevicePlan[] {
    return this.#board.list(account);
  }

  /** What ran, runs and will run from today's midnight to tomorrow's end by the household's clock, in order. */
  today(account: number): PlannedRun[] {
    return this.#board.today(account, this.#deps.zone(account), this.#deps.clock.seconds());
  }

  /** Calls `listener` when what a device does or will do has changed. */
  listen(listener: (account: number, device: number) => void): Disposer {
    return this.#board.listen(listener);
  }

  /** New prices may have come: plans that wait are looked at again with the next tick. */
  revised(account: number): void {
    this.#revised.add(account);
  }

  /** Forgets a device that is no more, once what was begun with it has come to its end. */
  async forget(device: number): Promise<void> {
    this.#board.forget(device);
    this.#marks.delete(device);
    await this.#follower.forget(device);
    await this.#deps.store.forget(device);
  }

  /** Seconds to the next moment at which something begins or ends; null: none is known. */
  nextEdge(): number | null {
    return this.#board.nextEdge(this.#deps.clock.seconds());
  }

  /**
   * Looks at every device once: counts, plans, decides, and carries out. Resolves when the devices have answered; a tick that
   * comes earlier than that does not wait for them.
   */
  async tick(): Promise<void> {
    const turns = this.#accounts().flatMap((account) => this.#turns(account));
    await Promise.all(turns.map((turn) => this.#follower.follow(turn)));
  }

  /** What a draft would do. Nothing is waited for, nothing is kept. */
  preview(account: number, draft: Schedule): Preview {
    const { schedules, zone, settings } = this.#deps;
    const forecasts = this.#foresight;
    const now = this.#deps.clock.seconds();
    const state = this.#board.state(draft.device);
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
    const state = this.#board.state(device);
    if (this.#deps.devices.find(device)?.account !== account) return null;
    return powerOf(null, drawOf(this.#deps, device, now), state?.learntW ?? null);
  }

  /** Why a device of the household is on or off at a moment, past, now or to come. */
  async why(device: number, at: number): Promise<WhyFacts> {
    const now = this.#deps.clock.seconds();
    if (at >= now - NOW_S) return whyAhead(device, at, now, this.#board.of(device));
    return whyThen(device, at, await this.#deps.store.decisionAt(device, at));
  }

  /** What smart running saved: of all runs with a deadline in [from, to). */
  async saved(account: number, from: number, to: number): Promise<Counterfactual> {
    return counterfactual(await this.#runs(account, from, to));
  }

  /** Runs whose deadline lies in [from, to), those that are not over as well. */
  async #runs(account: number, from: number, to: number): Promise<{ device: number; run: Run }[]> {
    const kept = await this.#deps.store.runs(account, from, to);
    const open = this.#board.states(account).flatMap(({ device, runs }) => runs.map((run) => ({ device, run })));
    const news = open.filter(({ run }) => run.readyBy >= from && run.readyBy < to);
    const isOpen = (device: number, at: number) => news.some((one) => one.device === device && one.run.readyBy === at);
    return [...kept.filter(({ device, run }) => !isOpen(device, run.readyBy)), ...news];
  }

  #accounts(): number[] {
    return [...new Set(this.#deps.devices.all().map(({ account }) => account))];
  }

  #isConcerned({ id, account }: Device): boolean {
    if (this.#board.state(id) !== undefined || this.#deps.schedules.boostOf(id) !== null) return true;
    return this.#deps.schedules.list(account).some(({ device }) => device === id);
  }

  #turns(account: number): Order[] {
    const now = this.#deps.clock.seconds();
    const devices = this.#deps.devices.list(account).filter((device) => this.#isConcerned(device));
    const looked = devices.map((device) => this.#look(device, now));
    const { limitW } = this.#deps.settings.get(account);
    const background = limitW === null ? [] : this.#deps.background(account, now);
    const household = { now, limitW, background, revised: this.#revised.delete(account) };
    const made = settle(
      looked.map(({ turn }) => turn),
      this.#board.kept,
      household,
    );
    for (const { device, cause, kept } of made) {
      this.#board.kept.set(device, kept);
      this.#follower.made(account, device, cause, kept);
    }
    return looked.map(({ turn, before }) => {
      const want = wanted(situationOf(turn, this.#board.kept.get(turn.device.id), timerOf(this.#turnDeps, turn)));
      this.#board.set(turn.state);
      return { turn, want, before };
    });
  }

  #look(device: Device, now: number): { turn: Turn; before: RunState } {
    const { clock } = this.#deps;
    const before = this.#board.state(device.id) ?? newRunState(device.id, device.account, now);
    const mark = this.#marks.get(device.id);
    const monotonic = clock.monotonic();
    const elapsed = mark === undefined ? null : Math.round((monotonic - mark) / 1000);
    const turn = turnOf(
      this.#turnDeps,
      device,
      {
        ...{ state: before, kept: this.#board.kept.get(device.id), elapsed },
        ...{ failed: this.#follower.failed(device.id), heard: this.#follower.isHeard(device.id) },
      },
      now,
    );
    if (turn.seen) this.#marks.set(device.id, mark === undefined ? monotonic : mark + (elapsed ?? 0) * 1000);
    return { turn, before };
  }
}

/** A draft is shown over a day at least, and a quarter of it after its deadline. */
const AHEAD_S = 86_400;
/** What was so a minute ago counts as now. */
const NOW_S = 60;
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

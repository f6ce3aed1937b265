import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Period } from '../planner/problem.ts';
import { Actuator, type ActuatorDeps } from './actuator.ts';
import { scheduleIn } from './in-force.ts';
import { SCHEDULE } from './override.ts';
import type { PlanBoard } from './plan-board.ts';
import { reasonInLog } from './reason-log.ts';
import { Recorder, type RecorderDeps } from './recorder.ts';
import type { Schedules } from './rules.ts';
import { overRuns, type Run, type RunState } from './run-state.ts';
import type { Turn } from './turn.ts';
import type { Wanted } from './wanted.ts';

export interface FollowerDeps extends ActuatorDeps, RecorderDeps {
  readonly schedules: Pick<Schedules, 'list' | 'change'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A device's turn, what is wanted of it, and how it stood before. */
export interface Order {
  readonly turn: Turn;
  readonly want: Wanted;
  readonly before: RunState;
}

/** Just after its start the hub waits so long for what its devices say. */
const HEAR_MS = 60_000;
/** An edge of the plan that is no farther than this is near. */
const NEAR_S = 120;

/** Carries out what is wanted, one device after the other's turns, writes it down, and tells how it went. */
export class Follower {
  readonly #deps: FollowerDeps;
  readonly #board: PlanBoard;
  readonly #actuator: Actuator;
  readonly #recorder: Recorder;
  readonly #busy = new Map<number, Promise<void>>();
  #began = 0;

  constructor(deps: FollowerDeps, board: PlanBoard) {
    this.#deps = deps;
    this.#board = board;
    this.#actuator = new Actuator(deps);
    this.#recorder = new Recorder(deps);
  }

  /** From now on devices are waited for. */
  begin(): void {
    this.#began = this.#deps.clock.monotonic();
  }

  /** Just after the hub's start a device is heard first. */
  isHeard(id: number): boolean {
    const { states, clock } = this.#deps;
    return states.reported(id) !== null || clock.monotonic() - this.#began > HEAR_MS;
  }

  /** Whether the last switch did not reach the device. */
  failed(id: number): boolean {
    return this.#actuator.failed(id);
  }

  /** A plan was made; it is written with the turn's decision. */
  made(...made: Parameters<Recorder['made']>): void {
    this.#recorder.made(...made);
  }

  /** One device's turns are carried out one after the other. Resolves when this one is; never rejects. */
  follow(order: Order): Promise<void> {
    const { id } = order.turn.device;
    const done = (this.#busy.get(id) ?? Promise.resolve()).then(() => this.#follow(order));
    const safe = done.catch((error: unknown) => {
      this.#deps.log.warn({ err: error, device: id }, 'a plan could not be followed');
    });
    this.#busy.set(id, safe);
    return safe;
  }

  /** Forgets a device once what was begun with it has come to its end. */
  async forget(device: number): Promise<void> {
    await this.#busy.get(device);
    this.#busy.delete(device);
    this.#actuator.forget(device);
    this.#recorder.forget(device);
  }

  async #follow({ turn, want, before }: { turn: Turn; want: Wanted; before: RunState }): Promise<void> {
    const { device, now } = turn;
    const { id } = device;
    const { on, reason } = want;
    if (!this.isHeard(id)) return this.#board.show(turn, want);
    if (on !== null) {
      const canSwitch = this.#actuator.canSwitch(id);
      const isNew = canSwitch && this.#actuator.mustSwitch(id, on, isSettled(want, this.#board.state(id), now));
      this.#say(id, want, isNew, now);
      this.#board.show(turn, want);
      if (isNew) await this.#actuator.switch(id, on, reasonInLog(reason, this.#deps.zone(device.account)));
      if (isNew && !turn.seen) this.#goesOn(id);
    }
    await this.#tellWindow(turn, want.periods);
    this.#check(id, now);
    this.#board.show(turn, want);
    const state = this.#board.state(id);
    if (!state) return;
    const over = overRuns(state, now);
    const isKept = await this.#recorder.keep({ before, state, reason, over, now });
    if (isKept && over.length > 0) await this.#complete(device.account, id, over);
  }

  /** Keeps what the schedule wants from now on; what is only said again has been wanted since it was said first. */
  #say(id: number, { on, reason: { kind } }: Wanted, isNew: boolean, now: number): void {
    const said = this.#board.state(id)?.said;
    const desired = this.#deps.states.desired(id);
    const isRepeated = said?.on === on && (!isNew || (desired?.on === on && desired.by === SCHEDULE));
    if (on === null || (isRepeated && said.kind === kind)) return;
    this.#board.patch(id, { said: { on, at: isRepeated ? said.at : now, kind } });
  }

  /** Nobody heard the switch of a device that is away: it still has its own times. */
  #goesOn(id: number): void {
    const window = this.#board.state(id)?.window;
    if (window) this.#deps.states.keepsTimes(id, window);
  }

  /** A device that is away goes on by the times it has: what it is told now it does not hear. */
  async #tellWindow({ device: { id }, seen }: Turn, periods: readonly Period[]): Promise<void> {
    if (!seen) return;
    const state = this.#board.state(id);
    const window = state ? await this.#actuator.tellWindow(id, state, periods) : null;
    if (window) this.#board.patch(id, { window });
    else if (state?.window && !state.window.left && !this.#deps.states.hasOwnTimes(id))
      this.#board.patch(id, { window: { ...state.window, left: true } });
  }

  #check(id: number, now: number): void {
    const state = this.#board.state(id);
    if (!state) return;
    const fault = this.#actuator.alarm(id, state);
    if (fault !== null && state.alarm?.fault !== fault)
      this.#board.patch(id, { alarm: { since: state.alarm?.since ?? now, fault } });
    if (fault === null && state.alarm) this.#board.patch(id, { alarm: null });
  }

  /** After the deadline of a schedule that is to stay on or off then. What fails is done with a later turn. */
  async #complete(account: number, device: number, over: readonly Run[]): Promise<void> {
    for (const { key, day } of over) {
      const schedule = this.#deps.schedules.list(account).find(({ id }) => id === scheduleIn(key));
      if (schedule?.mode === 'smart' && schedule.onCompletion !== 'smart' && !schedule.skip.includes(day))
        await this.#deps.schedules.change(schedule.id, { mode: schedule.onCompletion });
      const state = this.#board.state(device);
      const runs = state?.runs.map((run) => (run.key === key ? { ...run, closed: true } : run));
      if (runs) this.#board.patch(device, { runs });
    }
  }
}

/** No edge of the plan is near. */
function isSettled({ periods }: Wanted, state: RunState | undefined, now: number): boolean {
  const edges = [...periods.flat().filter((time) => time > now), state?.said?.at ?? 0];
  return edges.every((edge) => Math.abs(edge - now) > NEAR_S);
}

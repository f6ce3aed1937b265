import type { Disposer } from '../../lib/clock.ts';
import { localDay } from '../../lib/local-day.ts';
import type { EventModel } from '../events.ts';
import type { DevicePlan, PlannedRun } from './device-plan.ts';
import { devicePlanOf, runsOf } from './device-plans.ts';
import type { Kept } from './replan.ts';
import type { RunState } from './run-state.ts';
import type { Turn } from './turn.ts';
import type { Wanted } from './wanted.ts';

type Listener = (account: number, device: number) => void;

/** How every device stands: how far its runs have come, the plan that is kept, and what is told of it. */
export class PlanBoard {
  /** The plan that each device is carried by. */
  readonly kept = new Map<number, Kept>();
  readonly #events: Pick<EventModel, 'emit'>;
  readonly #states = new Map<number, RunState>();
  readonly #plans = new Map<number, DevicePlan>();
  readonly #listeners = new Set<Listener>();

  constructor(events: Pick<EventModel, 'emit'>) {
    this.#events = events;
  }

  state(device: number): RunState | undefined {
    return this.#states.get(device);
  }

  /** Those of a household's devices. */
  states(account: number): RunState[] {
    return [...this.#states.values()].filter((state) => state.account === account);
  }

  set(state: RunState): void {
    this.#states.set(state.device, state);
  }

  /** Nothing where the device has been forgotten meanwhile. */
  patch(device: number, change: Partial<RunState>): void {
    const state = this.#states.get(device);
    if (state) this.#states.set(device, { ...state, ...change });
  }

  /** What a device does and will do; undefined where nothing ever was planned for it. */
  of(device: number): DevicePlan | undefined {
    return this.#plans.get(device);
  }

  list(account: number): DevicePlan[] {
    return [...this.#plans.values()].filter((plan) => plan.account === account);
  }

  /** What ran, runs and will run from today's midnight to tomorrow's end in the zone, in order. */
  today(account: number, zone: string, now: number): PlannedRun[] {
    const day = localDay(now, zone);
    const until = localDay(day.end, zone).end;
    return this.states(account)
      .flatMap((state) => runsOf(state, this.#plans.get(state.device), now))
      .filter(({ start, end }) => end > day.start && start < until)
      .sort((a, b) => a.start - b.start);
  }

  /** Seconds to the next moment at which something begins or ends; null: none is known. */
  nextEdge(now: number): number | null {
    const edges = [...this.#plans.values()].flatMap(({ periods, reason }) => [
      ...periods.flat(),
      ...('until' in reason && reason.until !== null ? [reason.until] : []),
    ]);
    const next = edges.filter((time) => time > now).sort((a, b) => a - b)[0];
    return next === undefined ? null : next - now;
  }

  /** Calls `listener` when what a device does or will do has changed. */
  listen(listener: Listener): Disposer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells what came of a turn, where it is anything new. */
  show(turn: Turn, want: Wanted): void {
    const { id, account } = turn.device;
    const state = this.#states.get(id);
    if (!state) return;
    const kept = this.kept.get(id);
    const plan = devicePlanOf({ ...turn, state }, want, kept);
    const before = this.#plans.get(id);
    this.#plans.set(id, plan);
    if (before && JSON.stringify(shown(before)) === JSON.stringify(shown(plan))) return;
    const { device, running, alarm } = plan;
    const periods = turn.problem ? (kept?.plan.periods ?? plan.periods) : plan.periods;
    this.#events.emit(account, { name: 'plan', data: { device, periods, running, alarm } });
    for (const listener of this.#listeners) listener(account, id);
  }

  forget(device: number): void {
    for (const known of [this.#states, this.kept, this.#plans]) known.delete(device);
  }
}

/** What a page would draw anew: ends, since a period that runs begins anew with every second. */
function shown({ periods, running, alarm, reason, short }: DevicePlan) {
  return { ends: periods.map(([, end]) => Math.round(end / 60)), running, alarm, kind: reason.kind, short };
}

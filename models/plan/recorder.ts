import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { PlanSettingsModel } from './house-settings.ts';
import type { Decision, PlanStore } from './plan-store.ts';
import type { Cause, Kept } from './replan.ts';
import type { Run, RunState } from './run-state.ts';
import type { Reason } from './wanted.ts';

export interface RecorderDeps {
  readonly store: PlanStore;
  readonly settings: PlanSettingsModel;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far a run has come is written at least so often while it runs. */
const EVERY_MS = 300_000;

/** Writes down what is decided and how far runs have come. A store that is away delays no device: it is written later. */
export class Recorder {
  readonly #deps: RecorderDeps;
  readonly #written = new Map<number, { signature: string; whole: string; at: number }>();
  readonly #reasons = new Map<number, string>();
  readonly #made = new Map<number, { account: number; made: NonNullable<Decision['made']>; at: number }>();
  readonly #homes = new Set<number>();

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /** A plan was made; it is written with the turn's decision. */
  made(account: number, device: number, cause: Cause, { problem, plan, impossible, unit, powerW, madeAt }: Kept): void {
    this.#made.set(device, { account, at: madeAt, made: { cause, problem, plan, impossible, unit, powerW } });
  }

  /** Writes what has changed with a turn; whether all of it could be. Never rejects. */
  async keep(turn: {
    before: RunState;
    state: RunState;
    reason: Reason;
    over: readonly Run[];
    now: number;
  }): Promise<boolean> {
    const { state, reason, over, now } = turn;
    try {
      await this.#keepHome(state.account);
      for (const run of over) await this.#deps.store.finished(state.account, state.device, run);
      await this.#decide(state, reason, now);
      await this.#keepState(state);
      return true;
    } catch (error) {
      this.#deps.log.warn({ err: error, device: state.device }, 'a plan could not be written down yet');
      return false;
    }
  }

  forget(device: number): void {
    for (const known of [this.#written, this.#reasons, this.#made]) known.delete(device);
  }

  async #keepHome(account: number): Promise<void> {
    if (this.#homes.has(account)) return;
    await this.#deps.settings.keep(account);
    this.#homes.add(account);
  }

  async #decide({ account, device }: RunState, reason: Reason, now: number): Promise<void> {
    const made = this.#made.get(device)?.made ?? null;
    const text = reasonKey(reason);
    const isNew = this.#reasons.get(device) !== text;
    if (!made && !isNew) return;
    await this.#deps.store.decided(account, device, { at: now, reason, made });
    this.#reasons.set(device, text);
    if (this.#made.get(device)?.made === made) this.#made.delete(device);
  }

  async #keepState(state: RunState): Promise<void> {
    const last = this.#written.get(state.device);
    const [signature, whole] = [signatureOf(state), JSON.stringify({ ...state, counted: 0, lasted: 0 })];
    const at = this.#deps.clock.monotonic();
    if (last?.signature === signature && (last.whole === whole || at - last.at < EVERY_MS)) return;
    await this.#deps.store.keep(state);
    this.#written.set(state.device, { signature, whole, at });
  }
}

/** The same reason a minute later is no news; a run in one piece tells its end anew as it is held up. */
function reasonKey(reason: Reason): string {
  return reason.kind === 'cycle' ? 'cycle' : JSON.stringify(reason);
}

/** All that must not be lost when the hub is gone the next moment. */
function signatureOf({ current, runs, on, override, said, boost, window, alarm }: RunState): string {
  const steps = runs.map(({ key, begun, given, starts, closed }) => [key, begun, given, starts, closed]);
  return JSON.stringify([current, steps, on, override, said, boost, window, alarm]);
}

import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { DeviceModel } from '../../models/device.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import type { Background } from '../../models/plan/background.ts';
import type { PlanSettingsModel } from '../../models/plan/house-settings.ts';
import type { Plans } from '../../models/plan/plans.ts';
import type { Forecasts, Schedules } from '../../models/plan/rules.ts';
import type { Service } from './service.ts';

export interface PlanRunnerDeps {
  readonly plans: Plans;
  readonly schedules: Pick<Schedules, 'listen' | 'list'>;
  readonly forecasts: Pick<Forecasts, 'listen'>;
  readonly states: Pick<DeviceStates, 'listen'>;
  readonly devices: Pick<DeviceModel, 'listen' | 'all' | 'find'>;
  readonly settings: Pick<PlanSettingsModel, 'get'>;
  readonly background: Background;
  readonly clock: Clock;
  readonly log: Log;
}

const MINUTE_MS = 60_000;
/** Changes that come together are looked at together. */
const SOON_MS = 200;
const BACKGROUND_MS = 3_600_000;

/** Lets plans be looked at on every whole minute, at every edge of a plan, and soon after something has changed. */
export class PlanRunner implements Service {
  readonly name = 'plan-runner';
  readonly #deps: PlanRunnerDeps;
  readonly #open = new Set<Promise<void>>();
  #stops: Disposer[] = [];
  #wait: Disposer = () => undefined;
  #due = Number.POSITIVE_INFINITY;
  #runs = false;

  constructor(deps: PlanRunnerDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { schedules, forecasts, states, devices, clock, plans } = this.#deps;
    const soon = () => this.#arm(SOON_MS);
    this.#runs = true;
    this.#stops = [
      schedules.listen(soon),
      states.listen(soon),
      forecasts.listen((account) => {
        plans.revised(account);
        soon();
      }),
      devices.listen((_account, id) => {
        if (devices.find(id)) soon();
        else this.#track(plans.forget(id));
      }),
      clock.every(BACKGROUND_MS, () => this.#track(this.#readBackground())),
    ];
    this.#track(this.#readBackground().then(() => this.#arm(0)));
  }

  /** Resolves when what was begun has been carried out and written down, or its time is up. */
  async stop(): Promise<void> {
    this.#runs = false;
    this.#wait();
    for (const stop of this.#stops.splice(0)) stop();
    const late = new Promise<void>((resolve) => {
      this.#deps.clock.after(STOP_MS, resolve);
    });
    await Promise.race([Promise.all(this.#open), late]);
  }

  #arm(ms: number): void {
    const { clock } = this.#deps;
    const due = clock.monotonic() + ms;
    if (!this.#runs || due >= this.#due) return;
    this.#wait();
    this.#due = due;
    this.#wait = clock.after(ms, () => this.#turn());
  }

  #turn(): void {
    this.#due = Number.POSITIVE_INFINITY;
    const { clock, plans } = this.#deps;
    this.#track(plans.tick());
    const toMinute = MINUTE_MS - (clock.now() % MINUTE_MS);
    const edge = plans.nextEdge();
    this.#arm(Math.min(toMinute, edge === null ? toMinute : Math.max(SOON_MS, edge * 1000)));
  }

  async #readBackground(): Promise<void> {
    const { devices, settings, schedules, background, clock } = this.#deps;
    for (const account of new Set(devices.all().map((device) => device.account))) {
      if (settings.get(account).limitW === null) continue;
      const planned = new Set(schedules.list(account).map(({ device }) => device));
      await background.read(account, planned, clock.seconds());
    }
  }

  #track(work: Promise<void>): void {
    const safe = work.catch((error: unknown) => this.#deps.log.warn({ err: error }, 'plans could not be looked at'));
    this.#open.add(safe);
    void safe.finally(() => this.#open.delete(safe));
  }
}

const STOP_MS = 2000;

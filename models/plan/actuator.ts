import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { type DeviceModel, refOf } from '../device.ts';
import type { DeviceStates, Outcome } from '../device-states.ts';
import { faultOf } from '../drivers/device-error.ts';
import type { Driver, Ports } from '../drivers/driver.ts';
import type { Period } from '../planner/problem.ts';
import { hasSwitch } from '../switchable.ts';
import { ClockWatch } from './clock-watch.ts';
import { SCHEDULE } from './override.ts';
import type { RunState } from './run-state.ts';

export interface ActuatorDeps {
  readonly devices: Pick<DeviceModel, 'find'>;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly states: Pick<
    DeviceStates,
    'want' | 'desired' | 'reported' | 'keepsTimes' | 'hasOwnTimes' | 'followsOwnTimes'
  >;
  readonly ports: Ports;
  readonly clock: Clock;
  readonly log: Log;
  readonly zone: (account: number) => string;
}

/** A device that was to switch and has not for so many seconds is an alarm; until then it is asked again. */
const ALARM_S = 180;
/** A device's own times are told again so long before the last of them is over, and after a failure. */
const RENEW_S = 300;
/** A device that does otherwise by its own times is not told more often. */
const AGAIN_MS = 120_000;
/** Periods a device is told at a time. */
const TOLD = 12;

/** Carries out what is decided: switches, gives devices their own times, and says when a device does not follow. */
export class Actuator {
  readonly #deps: ActuatorDeps;
  /** What came of the last wish, where it was not done. */
  readonly #failed = new Map<number, string>();
  readonly #toldAt = new Map<number, number>();
  readonly #sentAt = new Map<number, number>();
  /** Devices that took their own times after they were switched last. */
  readonly #gave = new Set<number>();
  /** Devices that are switched by word alone while they are to run: by their own times they did something else. */
  readonly #byWord = new Set<number>();
  readonly #watch: ClockWatch;

  constructor(deps: ActuatorDeps) {
    this.#deps = deps;
    this.#watch = new ClockWatch(deps.clock);
  }

  canSwitch(id: number): boolean {
    const device = this.#deps.devices.find(id);
    const driver = device && this.#deps.drivers.get(device.family);
    return device?.enabled === true && driver?.switch !== undefined && hasSwitch(this.#deps.drivers, device);
  }

  /**
   * Whether the schedule's wish has to be said: it is another one than the household's last, or than the device's
   * own times, where these are `settled`: not about to change, since clocks are never quite the same.
   */
  mustSwitch(id: number, on: boolean, settled: boolean): boolean {
    const { states, clock } = this.#deps;
    const desired = states.desired(id);
    if (desired?.on !== on || desired.by !== SCHEDULE) return true;
    // By whose clock its times were told nobody knows any more.
    if (states.hasOwnTimes(id) && this.#goesByClock(id) && !this.#watch.isSteady()) return true;
    const isDue = clock.monotonic() - (this.#sentAt.get(id) ?? Number.NEGATIVE_INFINITY) > AGAIN_MS;
    // A device that never says what it does is asked again by nobody else.
    if (isDue && this.#failed.has(id) && states.reported(id) === null) return true;
    return isDue && settled && states.followsOwnTimes(id);
  }

  async switch(id: number, on: boolean, why: string): Promise<void> {
    this.#sentAt.set(id, this.#deps.clock.monotonic());
    const outcome = await this.#deps.states
      .want(id, on, SCHEDULE, why)
      .catch((error: unknown): Outcome => ({ done: false, ...faultOf(error) }));
    if (outcome.done) this.#failed.delete(id);
    else this.#failed.set(id, outcome.fault);
    this.#toldAt.delete(id);
    this.#gave.delete(id);
  }

  /** Gives the device its own times where it can keep them and they changed; what it keeps, or null where nothing is new. */
  async tellWindow(id: number, { window, account }: RunState, periods: readonly Period[]): Promise<RunState['window']> {
    const device = this.#deps.devices.find(id);
    const ref = device && refOf(device);
    const driver = ref && this.#deps.drivers.get(ref.family);
    if (!ref || !driver?.setWindow || this.#isByWord(id, periods) || !this.#isNews(id, window, periods)) return null;
    this.#toldAt.set(id, this.#deps.clock.monotonic());
    const told = periods.slice(0, TOLD).map(([start, end]): [number, number] => [start, end]);
    try {
      const kept = await driver.setWindow(ref, told, this.#deps.ports, this.#deps.zone(account));
      const window = { periods: told, ...kept, left: false };
      this.#deps.states.keepsTimes(id, window);
      this.#gave.add(id);
      return window;
    } catch (error) {
      this.#deps.log.info({ err: error, device: id }, 'a device did not take its own times');
      return null;
    }
  }

  /** Why the device does not do as the schedule last said; null where it does, or has time left to. */
  alarm(id: number, { said, alarm }: RunState): string | null {
    const { states, clock } = this.#deps;
    const isLate = said !== null && clock.seconds() - said.at >= ALARM_S;
    if (this.#hasNoDriver(id)) return isLate && states.reported(id)?.on !== said.on ? 'unsupported' : null;
    const desired = states.desired(id);
    if (!said || desired?.by !== SCHEDULE || desired.on !== said.on) return null;
    const reported = states.reported(id);
    // Just after the hub's start: what was so before is so until the device says otherwise, or takes a command.
    if (!reported && !this.#sentAt.has(id)) return alarm?.fault ?? null;
    const follows = reported ? reported.on === said.on : !this.#failed.has(id);
    if (follows && !this.#failed.has(id)) return null;
    if (follows && reported && reported.at > desired.at) {
      this.#failed.delete(id);
      return null;
    }
    return isLate ? (this.#failed.get(id) ?? 'differs') : null;
  }

  /** It could be switched once: its family is not there any more, such as a plugin's. */
  #hasNoDriver(id: number): boolean {
    const device = this.#deps.devices.find(id);
    return device?.enabled === true && !this.canSwitch(id);
  }

  /** Whether the last switch did not reach it. */
  failed(id: number): boolean {
    return this.#failed.has(id);
  }

  /** Forgets a device. */
  forget(id: number): void {
    for (const known of [this.#failed, this.#toldAt, this.#sentAt, this.#gave, this.#byWord]) known.delete(id);
  }

  #goesByClock(id: number): boolean {
    const device = this.#deps.devices.find(id);
    return device !== undefined && this.#deps.drivers.get(device.family)?.capabilities.schedule === 'window';
  }

  /**
   * Whether the device is not to have its own times now: the hub's clock was set a while ago, or the wish had to be sent again
   * after it had got them. Then its clock says something else than the hub's, and it is left to the hub as long as it is to run.
   */
  #isByWord(id: number, periods: readonly Period[]): boolean {
    if (!this.#goesByClock(id)) return false;
    const { clock, states } = this.#deps;
    const now = clock.seconds();
    const runs = periods.some(([start, end]) => start <= now && now < end);
    if (!runs) this.#byWord.delete(id);
    else if (this.#gave.has(id) && !states.hasOwnTimes(id)) this.#byWord.add(id);
    return this.#byWord.has(id) || !this.#watch.isSteady();
  }

  /** A switch takes a device out of its own times, so they are told again after it. */
  #isNews(id: number, window: RunState['window'], periods: readonly Period[]): boolean {
    const { clock, states } = this.#deps;
    const last = this.#toldAt.get(id);
    if (last === undefined) return periods.length > 0 || (window?.periods.length ?? 0) > 0;
    if (!window) return periods.length > 0 && clock.monotonic() - last >= RENEW_S * 1000;
    if (!sameAhead(window.periods, periods, clock.seconds())) return true;
    if (window.keeps !== 'none' && periods.length > 0 && !states.hasOwnTimes(id)) return true;
    const isShort =
      window.until !== null && window.until - clock.seconds() < RENEW_S && lastEnd(periods) > window.until;
    return isShort && clock.monotonic() - last >= RENEW_S * 1000;
  }
}

function sameAhead(told: readonly Period[], periods: readonly Period[], now: number): boolean {
  const ahead = (all: readonly Period[]) =>
    all
      .filter(([, end]) => end > now)
      .slice(0, TOLD - 1)
      .map(([start, end]) => [Math.max(start, now), end]);
  const [before, after] = [ahead(told), ahead(periods)];
  const known = told.length < TOLD ? after : after.slice(0, before.length);
  return (
    before.length === known.length &&
    before.every(([start, end], at) => near(start, known[at]?.[0]) && near(end, known[at]?.[1]))
  );
}

/** Seconds a device's own times may be off before they are told again. */
const OFF_S = 60;

function near(a: number | undefined, b: number | undefined): boolean {
  return Math.abs((a ?? 0) - (b ?? 0)) <= OFF_S;
}

function lastEnd(periods: readonly Period[]): number {
  return periods.at(-1)?.[1] ?? 0;
}

import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type DeviceFault, faultOf } from './drivers/device-error.ts';

export interface Failure {
  readonly fault: DeviceFault;
  readonly message: string;
  /** Unix seconds. */
  readonly at: number;
}

/** `unknown` until it was asked; `warning` after one failure; `offline` after the second on end. */
export type HealthState = 'unknown' | 'online' | 'warning' | 'offline';

export interface Health {
  readonly state: HealthState;
  /** Unix seconds since which it is so; null while unknown. */
  readonly since: number | null;
  /** Unix seconds of its last sign of life; null where there was none since the hub's start. */
  readonly heard: number | null;
  /** Whether it trusts its own last figures. */
  readonly valid: boolean | null;
  /** Failures on end. */
  readonly failures: number;
  /** The newest five since it was last well, oldest first. */
  readonly recent: readonly Failure[];
}

export interface DeviceHealthDeps {
  clock: Clock;
  log: Log;
}

type Listener = (id: number) => void;

/** How each device does. The log hears of the first failure, of the device's going and of its coming back; of nothing between. */
export class DeviceHealth {
  readonly #deps: DeviceHealthDeps;
  readonly #health = new Map<number, Health>();
  readonly #listeners = new Set<Listener>();

  constructor(deps: DeviceHealthDeps) {
    this.#deps = deps;
  }

  of(id: number): Health {
    return this.#health.get(id) ?? UNKNOWN;
  }

  /** Calls `listener` when a device's state has changed. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** It gave a sign of life. `valid`: whether it trusts what it measured, where it measured. */
  answered(id: number, name: string, valid?: boolean): void {
    const { state, since, failures, valid: before } = this.of(id);
    const now = this.#deps.clock.seconds();
    if (state === 'offline') this.#deps.log.info({ device: id, name, failures }, 'a device is online again');
    this.#put(id, {
      state: 'online',
      since: state === 'online' ? since : now,
      heard: now,
      valid: valid ?? before,
      failures: 0,
      recent: [],
    });
  }

  /** It did not answer, or told that it goes: `goes` makes it offline at once. */
  failed(id: number, name: string, error: unknown, goes = false): void {
    const before = this.of(id);
    const at = this.#deps.clock.seconds();
    const failure = { ...faultOf(error), at };
    const failures = before.failures + 1;
    const state = goes || failures > 1 ? 'offline' : 'warning';
    const details = { device: id, name, ...failure };
    if (before.state === 'offline') this.#deps.log.debug(details, 'a device is still offline');
    else if (state === 'offline') this.#deps.log.error(details, 'a device is offline');
    else this.#deps.log.warn(details, 'a device did not answer');
    const recent = [...before.recent, failure].slice(-MOST_RECENT);
    this.#put(id, { ...before, state, since: state === before.state ? before.since : at, failures, recent });
  }

  forget(id: number): void {
    this.#health.delete(id);
  }

  #put(id: number, health: Health): void {
    const before = this.of(id);
    this.#health.set(id, health);
    if (before.state === health.state && before.valid === health.valid) return;
    for (const listener of this.#listeners) listener(id);
  }
}

const MOST_RECENT = 5;
const UNKNOWN: Health = { state: 'unknown', since: null, heard: null, valid: null, failures: 0, recent: [] };

import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { KeyedMutex } from '../lib/mutex.ts';
import { type Desired, type DeviceModel, refOf } from './device.ts';
import { type DeviceFault, faultOf } from './drivers/device-error.ts';
import type { Driver, Ports } from './drivers/driver.ts';
import type { SwitchLog } from './switch-log.ts';

export interface DeviceStatesDeps {
  devices: DeviceModel;
  drivers: ReadonlyMap<string, Driver>;
  ports: Ports;
  switches: SwitchLog;
  clock: Clock;
  log: Log;
}

/** What came of a wish: the device has it, or it is kept and sent again when the device is back, and why. */
export type Outcome =
  | { readonly done: true }
  | { readonly done: false; readonly fault: DeviceFault; readonly message: string };

/** What the device says of its switch. */
export interface Reported {
  readonly on: boolean;
  /** Unix seconds. */
  readonly at: number;
}

export interface Report {
  readonly on?: boolean;
  /** Unix seconds. */
  readonly at: number;
  /** A person pressed the device's own button. */
  readonly wish?: boolean;
  /** The device has just started, or has come back. */
  readonly reboot?: boolean;
}

type Listener = (account: number, id: number) => void;

/**
 * What the household wants of each device and what the device says. The wish is kept in MySQL and outlives the hub; the report
 * is only ever what the device said itself. Where they differ after a device came back, the wish is sent again. A press on the
 * device's button is a person's wish and changes it; a reboot is not and does not.
 */
export class DeviceStates {
  readonly #deps: DeviceStatesDeps;
  readonly #reported = new Map<number, Reported>();
  readonly #switching = new KeyedMutex<number>();
  /** Wishes sent again, counted until the device does as wished. */
  readonly #resends = new Map<number, { count: number; at: number }>();
  readonly #listeners = new Set<Listener>();

  constructor(deps: DeviceStatesDeps) {
    this.#deps = deps;
  }

  desired(id: number): Desired | null {
    return this.#deps.devices.find(id)?.desired ?? null;
  }

  reported(id: number): Reported | null {
    return this.#reported.get(id) ?? null;
  }

  /** Whether the device says something else than the household wants. False where either is not known. */
  differs(id: number): boolean {
    const [desired, reported] = [this.desired(id), this.reported(id)];
    return desired !== null && reported !== null && desired.on !== reported.on;
  }

  /** Calls `listener` when a wish or a report has changed. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Keeps the wish, then sends it. Wishes for one device are sent in the order they were made. Throws HUB_DEVICE_SWITCH where it
   * cannot be switched at all; a device that does not answer is an outcome.
   */
  want(id: number, on: boolean, by: string, why: string): Promise<Outcome> {
    return this.#switching.run(id, async () => {
      const { device, driver } = this.#switchable(id);
      await this.#keep(id, { on, by, why, at: this.#deps.clock.seconds() });
      this.#resends.delete(id);
      const outcome = await this.#send(id, driver, on);
      await this.#write(device.account, id, on, by, why, outcome);
      this.#tell(device.account, id);
      return outcome;
    });
  }

  /** Takes what the device says of itself. Resolves when a wish that it changed is kept or that it lost is sent again. */
  async report(id: number, { on, at, wish = false, reboot = false }: Report): Promise<void> {
    const device = this.#deps.devices.find(id);
    if (!device) return;
    const before = this.#reported.get(id);
    const isLate = before !== undefined && at < before.at;
    if (on !== undefined && !isLate) this.#reported.set(id, { on, at });
    if (on !== undefined && wish && !isLate) await this.#pressed(id, on, at);
    if (on !== undefined && on === device.desired?.on) this.#resends.delete(id);
    if (before?.on !== on || wish || reboot) this.#tell(device.account, id);
    if (reboot) this.#resends.delete(id);
    if (!wish && (reboot || on !== undefined)) await this.#remind(id, reboot);
  }

  /** Forgets what a device said that is no more, or that has lain silent too long to be believed. */
  forget(id: number): void {
    this.#reported.delete(id);
    this.#resends.delete(id);
  }

  /** A press on the button. */
  #pressed(id: number, on: boolean, at: number): Promise<void> {
    return this.#switching.run(id, async () => {
      const device = this.#deps.devices.find(id);
      if (!device || device.desired?.on === on) return;
      const desired = { on, by: 'button', why: 'pressed on the device', at };
      await this.#keep(id, desired);
      await this.#write(device.account, id, on, desired.by, desired.why, { done: true });
    });
  }

  /** Sends the wish again to a device that came back or does something else; less and less often to one that will not obey. */
  #remind(id: number, came: boolean): Promise<void> {
    const isBehind = () => this.#deps.devices.find(id)?.desired && (this.differs(id) || (came && !this.reported(id)));
    if (!isBehind() || !this.#mayResend(id)) return Promise.resolve();
    return this.#switching.run(id, async () => {
      const device = this.#deps.devices.find(id);
      const driver = device && this.#deps.drivers.get(device.family);
      if (!device?.desired || !device.enabled || !driver?.switch || !isBehind()) return;
      const { on, by, why } = device.desired;
      const outcome = await this.#send(id, driver, on);
      const sentence = came ? `sent again after the device came back: ${why}` : `sent again: ${why}`;
      await this.#write(device.account, id, on, by, sentence, outcome);
      this.#tell(device.account, id);
    });
  }

  #mayResend(id: number): boolean {
    const now = this.#deps.clock.monotonic();
    const { count, at } = this.#resends.get(id) ?? { count: 0, at: Number.NEGATIVE_INFINITY };
    const wait = count === 0 ? 0 : Math.min(FIRST_RESEND_MS * 2 ** (count - 1), LAST_RESEND_MS);
    if (now - at < wait) return false;
    this.#resends.set(id, { count: count + 1, at: now });
    return true;
  }

  async #send(id: number, driver: Driver, on: boolean): Promise<Outcome> {
    const device = this.#deps.devices.find(id);
    const ref = device && refOf(device);
    if (!ref || !driver.switch)
      return { done: false, fault: 'unsupported', message: 'This device cannot be switched.' };
    try {
      await driver.switch(ref, on, this.#deps.ports);
      return { done: true };
    } catch (error) {
      this.#deps.log.info({ err: error, device: id }, 'a device could not be switched');
      return { done: false, ...faultOf(error) };
    }
  }

  #switchable(id: number) {
    const device = this.#deps.devices.find(id);
    if (!device) throw new HubError('HUB_DEVICE_NOT_FOUND');
    const driver = this.#deps.drivers.get(device.family);
    if (!driver?.capabilities.switch || !driver.switch || !device.enabled) throw new HubError('HUB_DEVICE_SWITCH');
    return { device, driver };
  }

  async #keep(id: number, desired: Desired): Promise<void> {
    await this.#deps.devices.set(id, { desired });
  }

  /** The log is for people: a switch is not refused because it could not be written down. */
  async #write(account: number, device: number, on: boolean, who: string, why: string, outcome: Outcome) {
    const entry = { account, device, on, who, why, outcome: outcome.done ? 'done' : outcome.fault };
    await this.#deps.switches.add(entry).catch((error: unknown) => {
      this.#deps.log.warn({ err: error, device }, 'a switch could not be written into the log');
    });
  }

  #tell(account: number, id: number): void {
    for (const listener of this.#listeners) listener(account, id);
  }
}

const FIRST_RESEND_MS = 10_000;
const LAST_RESEND_MS = 600_000;

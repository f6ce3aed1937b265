import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { KeyedMutex } from '../lib/mutex.ts';
import { type Desired, type Device, type DeviceModel, refOf } from './device.ts';
import type { DeviceHealth } from './device-health.ts';
import { type DeviceFault, faultOf } from './drivers/device-error.ts';
import type { Driver, Ports } from './drivers/driver.ts';
import { doesByItself, type OwnTimes } from './own-times.ts';
import { meaningOf, type Report } from './switch-change.ts';
import type { SwitchLog } from './switch-log.ts';
import { hasSwitch } from './switchable.ts';

export interface DeviceStatesDeps {
  devices: DeviceModel;
  drivers: ReadonlyMap<string, Driver>;
  ports: Ports;
  switches: SwitchLog;
  health: Pick<DeviceHealth, 'of'>;
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
  /** Since when it has said so without a break, and whether it was seen to change then. */
  readonly since: number;
  readonly changed: boolean;
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
  /** When a wish was sent last that the device has not followed yet (monotonic), and how often again. */
  readonly #sent = new Map<number, { count: number; at: number }>();
  /** Wishes that MySQL does not have yet. */
  readonly #unwritten = new Map<number, Desired>();
  /** Devices that did as wished and have been there since. */
  readonly #unbroken = new Set<number>();
  /** What devices were given to do by themselves. */
  readonly #ownTimes = new Map<number, OwnTimes>();
  readonly #listeners = new Set<Listener>();

  constructor(deps: DeviceStatesDeps) {
    this.#deps = deps;
  }

  desired(id: number): Desired | null {
    return this.#unwritten.get(id) ?? this.#deps.devices.find(id)?.desired ?? null;
  }

  reported(id: number): Reported | null {
    return this.#reported.get(id) ?? null;
  }

  /** Whether the device says something else than the household wants. False where either is not known. */
  differs(id: number): boolean {
    const [desired, reported] = [this.desired(id), this.reported(id)];
    return desired !== null && reported !== null && desired.on !== reported.on;
  }

  /** The device keeps these times by itself: that it goes on or off by them is nobody's wish, and it is not sent the old one again. */
  keepsTimes(id: number, times: OwnTimes): void {
    this.#ownTimes.set(id, times);
  }

  /** It has the times it was given: nothing was sent since that takes it out of them. */
  hasOwnTimes(id: number): boolean {
    return this.#ownTimes.has(id);
  }

  /** It differs from the wish because it follows the times it was given. */
  followsOwnTimes(id: number): boolean {
    const [times, reported] = [this.#ownTimes.get(id), this.#reported.get(id)];
    return times !== undefined && reported !== undefined && this.differs(id) && doesByItself(times, reported);
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
      const { account } = this.#switchable(id);
      await this.#keep(id, { on, by, why, at: this.#deps.clock.seconds() });
      this.#ownTimes.delete(id);
      const outcome = await this.#send(id, on);
      this.#sent.set(id, { count: 0, at: this.#deps.clock.monotonic() });
      await this.#write(account, id, on, by, why, outcome);
      this.#tell(account, id);
      return outcome;
    });
  }

  /** Takes what the device says of itself. What a device said before it was sent its last wish tells nothing. */
  async report(id: number, report: Report): Promise<void> {
    const device = this.#deps.devices.find(id);
    if (!device) return;
    const { on, at, asked } = report;
    const before = this.#reported.get(id);
    // What was said before a clock was set back is not newer for that.
    const isOlder = before !== undefined && at < before.at && before.at <= this.#deps.clock.seconds();
    const isLate = isOlder || (asked !== undefined && asked <= (this.#sent.get(id)?.at ?? -1));
    if (report.reboot) this.#interrupt(id);
    if (on !== undefined && !isLate) {
      const same = before?.on === on ? before : { since: at, changed: before !== undefined };
      this.#reported.set(id, { on, at, since: same.since, changed: same.changed });
      const own = report.wish === undefined && this.followsOwnTimes(id);
      const meaning = own ? 'behind' : meaningOf(this.desired(id), { ...report, on }, this.#unbroken.has(id));
      if (meaning === 'wish') await this.#pressed(id, on, at);
      if (meaning === 'agrees') await this.#reached(id, at);
      if (before?.on !== on || meaning === 'wish') this.#tell(device.account, id);
    }
    await this.#remind(id, report.reboot === true);
  }

  /** It was not there for a while: what it does differently when it is back need not be a person's doing. */
  interrupt(id: number): void {
    this.#unbroken.delete(id);
  }

  /** Sends wishes again to devices that do something else: now and then, and ever less often. */
  async reconcile(): Promise<void> {
    for (const [id, desired] of this.#unwritten) await this.#keep(id, desired);
    await Promise.all([...this.#reported.keys()].filter((id) => this.differs(id)).map((id) => this.#remind(id, false)));
  }

  /** Forgets what a device said that is no more. */
  forget(id: number): void {
    for (const known of [this.#reported, this.#sent, this.#unwritten, this.#unbroken, this.#ownTimes]) known.delete(id);
  }

  #interrupt(id: number): void {
    this.interrupt(id);
    this.#sent.delete(id);
  }

  /** The device does as wished. */
  async #reached(id: number, at: number): Promise<void> {
    const desired = this.desired(id);
    if (!desired) return;
    this.#unbroken.add(id);
    this.#sent.delete(id);
    if (desired.reached === undefined) await this.#keep(id, { ...desired, reached: at });
  }

  /** A person at the device wants something else from now on. */
  #pressed(id: number, on: boolean, at: number): Promise<void> {
    return this.#switching.run(id, async () => {
      const device = this.#deps.devices.find(id);
      if (!device || this.desired(id)?.on === on) return;
      const desired = { on, by: 'button', why: 'switched at the device', at, reached: at };
      await this.#keep(id, desired);
      this.#unbroken.add(id);
      await this.#write(device.account, id, on, desired.by, desired.why, { done: true });
    });
  }

  /** Sends the wish again to a device that does something else, or that came back and did not say what it does. */
  #remind(id: number, came: boolean): Promise<void> {
    const isBehind = () => (this.differs(id) || (came && this.#isMissed(id))) && !this.followsOwnTimes(id);
    if (!isBehind() || !this.#mayResend(id)) return Promise.resolve();
    return this.#switching.run(id, async () => {
      const device = this.#deps.devices.find(id);
      const driver = device && this.#deps.drivers.get(device.family);
      const desired = this.desired(id);
      if (!desired || !device?.enabled || !driver?.switch || !isBehind()) return;
      const { on, by, why } = desired;
      const outcome = await this.#send(id, on);
      this.#ownTimes.delete(id);
      await this.#write(device.account, id, on, by, `sent again: ${why}`, outcome);
      this.#tell(device.account, id);
    });
  }

  /** It may have missed the wish. Where its own times have overtaken that, who gave it these decides what it is to do now. */
  #isMissed(id: number): boolean {
    const [desired, times] = [this.desired(id), this.#ownTimes.get(id)];
    if (!desired) return false;
    return !times || !doesByItself(times, { on: !desired.on, at: this.#deps.clock.seconds() });
  }

  #mayResend(id: number): boolean {
    const now = this.#deps.clock.monotonic();
    const last = this.#sent.get(id);
    if (last && now - last.at < Math.min(FIRST_RESEND_MS * 2 ** last.count, LAST_RESEND_MS)) return false;
    this.#sent.set(id, { count: last ? last.count + 1 : 0, at: now });
    return true;
  }

  async #send(id: number, on: boolean): Promise<Outcome> {
    const device = this.#deps.devices.find(id);
    const ref = device && refOf(device);
    const driver = ref && this.#deps.drivers.get(ref.family);
    if (!ref || !driver?.switch)
      return { done: false, fault: 'unsupported', message: 'This device cannot be switched.' };
    try {
      await driver.switch(ref, on, this.#deps.ports);
      // What is published to one that told it goes reaches nobody; it is sent all the same, in case it is back.
      const isAway = driver.capabilities.read === 'push' && this.#deps.health.of(id).state === 'offline';
      return isAway ? { done: false, fault: 'unreachable', message: 'The device has left.' } : { done: true };
    } catch (error) {
      this.#deps.log.info({ err: error, device: id }, 'a device could not be switched');
      return { done: false, ...faultOf(error) };
    }
  }

  #switchable(id: number): Device {
    const device = this.#deps.devices.find(id);
    if (!device) throw new HubError('HUB_DEVICE_NOT_FOUND');
    const driver = this.#deps.drivers.get(device.family);
    if (!driver?.switch || !hasSwitch(this.#deps.drivers, device) || !device.enabled)
      throw new HubError('HUB_DEVICE_SWITCH');
    return device;
  }

  /** While MySQL is away a wish counts all the same, and is written when it is back. */
  async #keep(id: number, desired: Desired): Promise<void> {
    this.#unwritten.set(id, desired);
    try {
      await this.#deps.devices.set(id, { desired });
      if (this.#unwritten.get(id) === desired) this.#unwritten.delete(id);
    } catch (error) {
      this.#deps.log.warn({ err: error, device: id }, 'what is wanted of a device could not be written down yet');
    }
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

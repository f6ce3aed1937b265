import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Device, type DeviceModel, refOf } from './device.ts';
import type { DeviceFeeds } from './device-feeds.ts';
import type { DeviceHealth } from './device-health.ts';
import type { DeviceStates } from './device-states.ts';
import type { DeviceTallies } from './device-tallies.ts';
import { DeviceError } from './drivers/device-error.ts';
import type { DeviceMessage, DeviceReading, Driver } from './drivers/driver.ts';
import { HeldValues } from './drivers/held-values.ts';

export interface DeviceIntakeDeps {
  devices: DeviceModel;
  drivers: ReadonlyMap<string, Driver>;
  states: DeviceStates;
  health: DeviceHealth;
  feeds: DeviceFeeds;
  tallies: Pick<DeviceTallies, 'count'>;
  clock: Clock;
  log: Log;
}

/** What a device last measured. */
export interface Latest {
  readonly values: Readonly<Record<string, number | null>>;
  /** Unix seconds. */
  readonly time: number;
}

type Listener = (account: number, id: number) => void;

/** The way of everything a device says: its readings to the feeds, its switch to the states, that it says anything to its health. */
export class DeviceIntake {
  readonly #deps: DeviceIntakeDeps;
  readonly #latest = new Map<number, Latest>();
  readonly #held = new HeldValues();
  readonly #listeners = new Set<Listener>();
  readonly #arrivals = new Set<Listener>();

  constructor(deps: DeviceIntakeDeps) {
    this.#deps = deps;
  }

  latest(id: number): Latest | null {
    return this.#latest.get(id) ?? null;
  }

  /** Calls `listener` when a device has measured something. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` when a device has come, or come back, by itself. */
  onArrival(listener: Listener): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }

  /** Takes the answer of a polled device; `asked` is when it was asked, monotonic. */
  async answered(device: Device, reading: DeviceReading, asked: number): Promise<void> {
    const { on, uptime } = reading;
    const at = this.#deps.clock.seconds();
    await Promise.all([
      this.#deps.states.report(device.id, { at, asked, ...known({ on, uptime }) }),
      this.#measured(device, reading),
    ]);
  }

  /** A polled device did not answer, or not sensibly. */
  async failed(device: Device, error: unknown): Promise<void> {
    this.#deps.health.failed(device.id, device.name, error);
    this.#deps.tallies.count(device.id, 'failed');
    this.#deps.states.interrupt(device.id);
    await this.#deps.feeds.failed(device, this.#deps.clock.seconds());
  }

  /** What a message on one of the device's topics means; null where it means nothing, or is garbled. */
  understand(device: Device, topic: string, payload: Buffer): DeviceMessage | null {
    const ref = refOf(device);
    try {
      return (ref && this.#deps.drivers.get(device.family)?.fromMqtt?.(ref, topic, payload)) ?? null;
    } catch (error) {
      this.#deps.log.debug({ err: error, device: device.id, topic }, 'a device’s message could not be understood');
      return null;
    }
  }

  /** Takes what one message of a device means. Resolves when what it measured is kept. */
  async take(device: Device, message: DeviceMessage): Promise<void> {
    const { reading, online, address, wish, reboot } = message;
    const { states, health, devices, feeds, clock } = this.#deps;
    if (online === false) {
      health.failed(device.id, device.name, new DeviceError('unreachable', 'The device has left.'), true);
      states.interrupt(device.id);
      return;
    }
    const came = health.of(device.id).state === 'offline' || reboot === true;
    if (address !== undefined && address !== device.address) await devices.set(device.id, { address });
    const on = message.on ?? reading?.on;
    const report = { at: clock.seconds(), reboot: came, ...known({ on, wish, uptime: reading?.uptime }) };
    const measured = reading ?? (message.on === undefined ? undefined : { values: {}, on: message.on, valid: true });
    if (!measured) health.answered(device.id, device.name);
    for (const reading of message.earlier ?? []) await feeds.take(device, reading, reading.time ?? clock.seconds());
    await Promise.all([states.report(device.id, report), measured && this.#measured(device, measured)]);
    if (came) for (const listener of this.#arrivals) listener(device.account, device.id);
  }

  /** Forgets what a device said that is no more. */
  forget(id: number): void {
    const { states, health, feeds } = this.#deps;
    this.#latest.delete(id);
    this.#held.forget(id);
    for (const model of [states, health, feeds]) model.forget(id);
  }

  async #measured(device: Device, reading: DeviceReading): Promise<void> {
    const { health, feeds, clock } = this.#deps;
    const measures = Object.keys(reading.values).length > 0;
    health.answered(device.id, device.name, ...(measures ? [reading.valid] : []));
    const time = reading.time ?? clock.seconds();
    if (measures) this.#deps.tallies.count(device.id, reading.valid ? 'ok' : 'invalid');
    if (measures && reading.valid) {
      const before = this.#latest.get(device.id);
      this.#latest.set(device.id, { values: { ...before?.values, ...reading.values }, time });
    }
    for (const listener of this.#listeners) listener(device.account, device.id);
    for (const one of this.#held.take(device.id, reading, time)) await feeds.take(device, one, one.time ?? time);
  }
}

/** Only what was said. */
function known<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

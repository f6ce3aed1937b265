import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { type DeviceFields, type DeviceModel, refOf } from './device.ts';
import { OFFSETS } from './device-feeds.ts';
import { KEY as RECORDED } from './device-recording.ts';
import { type DeviceFault, faultOf } from './drivers/device-error.ts';
import type { Driver, Ports } from './drivers/driver.ts';

export interface DeviceConfigureDeps {
  devices: DeviceModel;
  drivers: ReadonlyMap<string, Driver>;
  ports: Ports;
  log: Log;
}

/** What a person may change of a device; what is absent stays. */
export interface DeviceChange {
  readonly name?: string | undefined;
  readonly room?: string | undefined;
  readonly place?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly interval?: number | null | undefined;
  readonly address?: string | null | undefined;
  /** Changes these and leaves the others; null takes one away. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** Changes devices as people ask, and tells those that keep settings of their own. */
export class DeviceConfigure {
  readonly #deps: DeviceConfigureDeps;

  constructor(deps: DeviceConfigureDeps) {
    this.#deps = deps;
  }

  /**
   * Why the device did not take what it keeps itself, or null. Hearth's own settings are changed all the same. Throws
   * HUB_BAD_REQUEST for what cannot be kept.
   */
  async change(id: number, { settings, ...plain }: DeviceChange): Promise<DeviceFault | null> {
    const device = this.#deps.devices.find(id);
    if (!device) throw new HubError('HUB_DEVICE_NOT_FOUND');
    const said = Object.entries(plain).filter(([, value]) => value !== undefined);
    const fields: DeviceFields = {
      ...Object.fromEntries(said),
      ...(settings ? { settings: merged(device.settings, settings) } : {}),
    };
    await this.#deps.devices.set(id, fields);
    const told = Object.fromEntries(Object.entries(settings ?? {}).filter(([name]) => name !== COUNTED_BY));
    const changed = { ...told, ...(plain.interval == null ? {} : { interval: plain.interval }) };
    return Object.keys(changed).length > 0 ? await this.#tell(id, changed) : null;
  }

  async #tell(id: number, settings: Readonly<Record<string, unknown>>): Promise<DeviceFault | null> {
    const { devices, drivers, ports, log } = this.#deps;
    const device = devices.find(id);
    const ref = device && refOf(device);
    try {
      if (ref && device.enabled) await drivers.get(ref.family)?.configure?.(ref, settings, ports);
      return null;
    } catch (error) {
      log.info({ err: error, device: id }, 'a device did not take its settings');
      return faultOf(error).fault;
    }
  }
}

/** The power-on thresholds are the hub's, so no device is told of them. */
const COUNTED_BY = 'powerOn';

/** What the hub notes among a device's settings; nobody else's to see or change. */
export const HUBS_OWN: ReadonlySet<string> = new Set([OFFSETS, RECORDED]);

function merged(before: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, unknown>>) {
  const kept = [...HUBS_OWN].map((name) => [name, before[name]]);
  const all = { ...before, ...changes, ...Object.fromEntries(kept) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

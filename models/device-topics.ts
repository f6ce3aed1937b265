import { covers } from '../lib/topic-filter.ts';
import { type Device, type DeviceModel, refOf } from './device.ts';
import type { Driver } from './drivers/driver.ts';

export interface DeviceTopicsDeps {
  devices: Pick<DeviceModel, 'all' | 'find' | 'listen' | 'list'>;
  drivers: ReadonlyMap<string, Driver>;
}

interface Entry {
  readonly filter: string;
  readonly id: number;
}

/** Which of a household's devices a message on the broker is from. */
export class DeviceTopics {
  readonly #deps: DeviceTopicsDeps;
  /** Mapped by household; made anew after a change. */
  readonly #households = new Map<number, readonly Entry[]>();

  constructor(deps: DeviceTopicsDeps) {
    this.#deps = deps;
    deps.devices.listen((account) => this.#households.delete(account));
  }

  /** The enabled devices of the household one of whose topics this is. */
  devices(account: number, topic: string): Device[] {
    const entries = this.#entries(account);
    if (entries.length === 0) return [];
    const ids = new Set(entries.filter(({ filter }) => covers(filter, topic)).map(({ id }) => id));
    return [...ids].flatMap((id) => this.#deps.devices.find(id) ?? []);
  }

  /** Whether all that the filter can match is said or heard by one device of the household. */
  has(account: number, filter: string): boolean {
    return this.#entries(account).some((entry) => covers(entry.filter, filter));
  }

  #entries(account: number): readonly Entry[] {
    const known = this.#households.get(account);
    if (known) return known;
    const entries = this.#deps.devices.list(account).flatMap((device) => this.#entriesOf(device));
    this.#households.set(account, entries);
    return entries;
  }

  #entriesOf(device: Device): Entry[] {
    const ref = refOf(device);
    if (!ref || !device.enabled) return [];
    const filters = this.#deps.drivers.get(device.family)?.topics?.(ref) ?? [];
    return filters.map((filter) => ({ filter, id: device.id }));
  }
}

import { type Device, type DeviceModel, refOf } from './device.ts';
import { type Count, countOn } from './device-counter.ts';
import type { DeviceRecording } from './device-recording.ts';
import type { DeviceReading, Driver } from './drivers/driver.ts';
import type { InputModel } from './input.ts';

export interface DeviceFeedsDeps {
  devices: Pick<DeviceModel, 'set' | 'find'>;
  drivers: ReadonlyMap<string, Driver>;
  inputs: Pick<InputModel, 'byName' | 'receive'>;
  recording: DeviceRecording;
}

interface Counting extends Count {
  /** Unix seconds of the last reading. */
  readonly time: number;
  /** Whether MySQL has the offset. */
  readonly isKept: boolean;
}

/**
 * Makes readings of a device readings of its node: as they are, its counters as totals in kWh that never fall, its switch as 1
 * and 0, `fetch_success` and `is_valid` as the socket loggers before did. Figures a device does not trust itself are not recorded.
 */
export class DeviceFeeds {
  readonly #deps: DeviceFeedsDeps;
  readonly #counts = new Map<string, Counting>();

  constructor(deps: DeviceFeedsDeps) {
    this.#deps = deps;
  }

  /** Resolves when the reading is kept; rejects as InputModel.receive does. */
  async take(device: Device, { values, on, valid }: DeviceReading, time: number): Promise<void> {
    const rows: [string, number | null][] = [];
    if (valid) {
      for (const [name, value] of Object.entries(values)) rows.push(this.#row(device, name, value, time));
      await this.#keepOffsets(device);
    }
    if (on !== undefined) rows.push(['switch', on ? 1 : 0]);
    const names = rows.map(([name]) => name);
    const isPolled = this.#isPolled(device);
    await this.#deps.recording.setUp(device, { names, isWhole: isPolled, seconds: this.intervalOf(device) });
    if (isPolled) rows.push(['fetch_success', 1]);
    if (Object.keys(values).length > 0) rows.push(['is_valid', valid ? 1 : 0]);
    await this.#receive(device, time, rows);
  }

  /** Takes what a device kept while nobody asked it; that it was not asked then, or did not answer, stays as it is recorded. */
  async takePast(device: Device, { values, valid }: DeviceReading, time: number): Promise<void> {
    if (!valid) return;
    const rows = Object.entries(values).map(([name, value]) => this.#row(device, name, value, time));
    await this.#receive(device, time, rows);
  }

  /** When the device last measured its power, also before the hub started. Unix seconds. */
  measuredAt({ account, node }: Device): number | null {
    return this.#deps.inputs.byName(account, node, 'power_w')?.time ?? null;
  }

  /** Records that a polled device did not answer. */
  async failed(device: Device, time: number): Promise<void> {
    if (this.#isPolled(device)) await this.#receive(device, time, [['fetch_success', 0]]);
  }

  /** Seconds between two readings of it. */
  intervalOf(device: Device): number {
    return device.interval ?? this.#deps.drivers.get(device.family)?.interval ?? USUAL_S;
  }

  forget(id: number): void {
    this.#deps.recording.forget(id);
    for (const key of this.#counts.keys()) if (key.startsWith(`${id}/`)) this.#counts.delete(key);
  }

  #isPolled(device: Device): boolean {
    return this.#deps.drivers.get(device.family)?.capabilities.read === 'poll';
  }

  async #receive({ account, node }: Device, time: number, values: readonly [string, number | null][]): Promise<void> {
    if (values.length > 0) await this.#deps.inputs.receive(account, [{ node, time, values }]);
  }

  #row(device: Device, name: string, value: number | null, time: number): [string, number | null] {
    if (!COUNTER.test(name)) return [name, value];
    const total = name.replace(COUNTER, '_kwh$1');
    return [total, value === null ? null : this.#total(device, name, total, value, time)];
  }

  #total(device: Device, name: string, total: string, counter: number, time: number): number {
    const key = `${device.id}/${name}`;
    const before = this.#counts.get(key) ?? this.#remembered(device, name, total);
    const next = countOn(before, counter, before ? time - before.time : 0);
    const isKept = (before?.isKept ?? true) && next.offset === (before?.offset ?? 0);
    this.#counts.set(key, { ...next, time, isKept });
    return next.total;
  }

  /** As it stood when the hub stopped: the total is its input's last value. */
  #remembered(device: Device, name: string, total: string): Counting | undefined {
    const input = this.#deps.inputs.byName(device.account, device.node, total);
    if (!input || input.value === null || input.time === null) return undefined;
    const offset = offsetsOf(device)[name] ?? 0;
    return { total: input.value, offset, time: input.time, isKept: true };
  }

  /** MySQL is written only where a counter was set back. While it is away the total in memory counts, and it is tried again. */
  async #keepOffsets({ id }: Device): Promise<void> {
    const fresh = [...this.#counts].filter(([key, { isKept }]) => key.startsWith(`${id}/`) && !isKept);
    const device = this.#deps.devices.find(id);
    if (fresh.length === 0 || !device || !refOf(device)) return;
    const offsets = Object.fromEntries(fresh.map(([key, { offset }]) => [key.slice(key.indexOf('/') + 1), offset]));
    const settings = { ...device.settings, [OFFSETS]: { ...offsetsOf(device), ...offsets } };
    const kept = await this.#deps.devices.set(id, { settings }).catch(() => false);
    if (kept) for (const [key, count] of fresh) this.#counts.set(key, { ...count, isKept: true });
  }
}

/** Where the settings keep what earlier lives of the counters had counted. */
export const OFFSETS = 'counterOffsets';

/** `energy_wh`, `energy_returned_wh`, `energy_wh_2`. */
const COUNTER = /_wh(_\d)?$/;
const USUAL_S = 10;

function offsetsOf({ settings }: Device): Readonly<Record<string, number>> {
  const kept = settings[OFFSETS];
  return typeof kept === 'object' && kept !== null ? (kept as Record<string, number>) : {};
}

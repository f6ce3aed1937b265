import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import { KeyedMutex } from '../../lib/mutex.ts';
import type { Database } from '../database.ts';
import type { Device, DeviceModel } from '../device.ts';
import type { DeviceIntake } from '../device-intake.ts';
import type { DeviceReading } from '../drivers/driver.ts';
import type { InboxModel } from '../inbox.ts';
import type { ReadingClock } from '../reading-clock.ts';
import { Allowance } from './allowance.ts';
import { Parked } from './parked.ts';
import { Repeats } from './repeats.ts';
import { type Entry, parseTelemetry, type Rejected } from './telemetry.ts';
import { UptimeClock } from './uptime-clock.ts';

export interface SensorsDeps {
  devices: Pick<DeviceModel, 'byIdentity' | 'listen' | 'find'>;
  intake: Pick<DeviceIntake, 'take'>;
  inbox: Pick<InboxModel, 'seen' | 'isIgnored'>;
  times: Pick<ReadingClock, 'check'>;
  /** Passes on what was recorded; resolves once it will not be lost. */
  forward(recorded: readonly Recorded[]): Promise<void>;
  db: Database;
  clock: Clock;
}

/** How a post came in. */
export interface Door {
  readonly account: number;
  /** With a key of the household that may write. */
  readonly keyed: boolean;
  /** Without a key: whether sensors nobody knows may introduce themselves. */
  readonly open: boolean;
}

export interface Taken {
  readonly accepted: number;
  readonly rejected: readonly Rejected[];
}

/** A reading that was recorded, with its real time. */
export interface Recorded {
  readonly identity: string;
  /** Unix seconds. */
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Sensors that post what they measure. Those the household has are recorded; others are parked with their readings until a person
 * decides. What is wrong with one entry stops none of the others, and an entry that comes again counts once.
 */
export class Sensors {
  readonly #deps: SensorsDeps;
  readonly #parked: Parked;
  readonly #clocks = new Map<number, UptimeClock>();
  readonly #repeats = new Repeats();
  readonly #allowance: Allowance;
  readonly #taking = new KeyedMutex<string>();

  constructor(deps: SensorsDeps) {
    this.#deps = deps;
    this.#parked = new Parked(deps);
    this.#allowance = new Allowance(deps.clock);
    deps.devices.listen((account, id) => this.#adopted(account, id));
  }

  /** Sensors that waited when the hub stopped wait on, with their readings. */
  async load(): Promise<void> {
    await this.#parked.load();
    for (const { account, identity, keyless, batches } of this.#parked.all()) {
      const device = this.#deps.devices.byIdentity(account, 'esp32', identity);
      if (device) this.#adopted(account, device.id);
      else await this.#show(account, identity, keyless, batches.at(-1)?.entries ?? []);
    }
  }

  /** Resolves when what is accepted is kept. Throws HUB_BAD_REQUEST for what is no telemetry, HUB_STORAGE where nothing can be kept. */
  async receive(door: Door, body: Buffer): Promise<Taken> {
    const { entries, rejected } = parseTelemetry(body);
    const received = this.#deps.clock.seconds();
    const sensors = grouped(entries, ({ identity }) => identity);
    const refused = await Promise.all([...sensors].map(([identity, own]) => this.#take(door, identity, own, received)));
    const all = [...rejected, ...refused.flat()].sort((one, other) => one.index - other.index);
    return { accepted: entries.length + rejected.length - all.length, rejected: all };
  }

  /** One sensor's entries; those that were refused. */
  #take(door: Door, identity: string, entries: readonly Entry[], received: number): Promise<Rejected[]> {
    return this.#taking.run(`${door.account}/${identity}`, async () => {
      const device = this.#deps.devices.byIdentity(door.account, 'esp32', identity);
      if (!device) return await this.#park(door, identity, entries, received);
      if (!device.enabled) return refuse(entries, 'switched off by the household');
      if (!door.keyed && device.settings.keyless !== true) return refuse(entries, 'this sensor needs a key');
      const fresh = entries.filter(({ print }) => !this.#repeats.has(device.id, print));
      const allowed = fresh.slice(0, this.#allowance.take(`${device.id}`, fresh.length));
      const bad = await this.#record(device, allowed, received);
      return [...bad, ...refuse(fresh.slice(allowed.length), 'too many')];
    });
  }

  async #park(door: Door, identity: string, entries: readonly Entry[], received: number): Promise<Rejected[]> {
    if (!door.keyed && !door.open) return refuse(entries, 'unknown, and nobody is letting devices in');
    const sensor = { account: door.account, identity, keyless: !door.keyed };
    try {
      if (this.#deps.inbox.isIgnored(door.account, { family: 'esp32', identity })) {
        await this.#parked.drop(door.account, identity, idsOf(this.#parked.find(door.account, identity)?.batches));
        return refuse(entries, 'ignored by the household');
      }
      if (!(await this.#parked.keep(sensor, entries, received))) return refuse(entries, 'too many unknown sensors');
    } catch (error) {
      // those the household knows must not suffer for it
      if (error instanceof HubError) return refuse(entries, 'it cannot be kept now');
      throw error;
    }
    await this.#show(door.account, identity, sensor.keyless, entries);
    return [];
  }

  async #show(account: number, identity: string, keyless: boolean, entries: readonly Entry[]): Promise<void> {
    const names = [...new Set(entries.flatMap(({ values }) => Object.keys(values)))].slice(0, 8);
    await this.#deps.inbox.seen(account, {
      ...{ family: 'esp32', identity, address: null, model: 'ESP32 sensor', name: identity, type: 'sensor' },
      supported: true,
      note: `It tells ${names.join(', ')}. Its readings wait until you decide.`,
      settings: keyless ? { keyless: true } : {},
    });
  }

  /** Hands the entries over in the order of their times; those whose times cannot be are refused. */
  async #record(device: Device, entries: readonly Entry[], received: number): Promise<Rejected[]> {
    const { times, intake, forward } = this.#deps;
    const bad: Rejected[] = [];
    const good: Recorded[] = [];
    const at = this.#timesOf(device, entries, received);
    for (const [place, { index, values }] of entries.entries()) {
      const time = at[place] ?? received;
      try {
        times.check(time, received);
        good.push({ identity: device.identity ?? '', time, values });
      } catch (error) {
        if (!(error instanceof HubError) || error.status >= 500) throw error;
        bad.push({ index, reason: error.sentence });
      }
    }
    good.sort((one, other) => one.time - other.time);
    const earlier: DeviceReading[] = good.map(({ time, values }) => ({ time, values, valid: true }));
    const reading = earlier.pop();
    if (reading) await intake.take(device, { online: true, reading, earlier });
    if (good.length > 0) await forward(good);
    for (const { print } of entries) this.#repeats.add(device.id, print);
    return bad;
  }

  #timesOf(device: Device, entries: readonly Entry[], received: number): number[] {
    if (device.settings.useReceiveTime === true) return entries.map(() => received);
    const clock = this.#clocks.get(device.id) ?? new UptimeClock();
    this.#clocks.set(device.id, clock);
    const before = clock.reboots;
    const counts = entries.flatMap(({ stamp }) => (stamp.kind === 'uptime' ? [stamp.seconds] : []));
    const counted = clock.times(counts, received);
    // After a start the same count and figure may come again and mean another moment.
    if (clock.reboots !== before) this.#repeats.forget(device.id);
    return entries.map(({ stamp }) => {
      if (stamp.kind === 'uptime') return counted.shift() ?? received;
      return stamp.kind === 'time' ? stamp.time : received;
    });
  }

  /** A sensor that was let in has what it told before. */
  #adopted(account: number, id: number): void {
    const device = this.#deps.devices.find(id);
    if (!device) {
      this.#clocks.delete(id);
      this.#repeats.forget(id);
    }
    if (device?.family !== 'esp32' || device.identity === null || !device.enabled) return;
    const { identity } = device;
    void this.#taking.run(`${account}/${identity}`, async () => {
      for (const { id, received, entries } of this.#parked.find(account, identity)?.batches ?? []) {
        try {
          await this.#record(device, entries, received);
          await this.#parked.drop(account, identity, [id]);
        } catch {
          // What could not be stored waits for the next change of the device, or start of the hub.
          return;
        }
      }
    });
  }
}

function idsOf(batches: readonly { readonly id: number }[] = []): number[] {
  return batches.map(({ id }) => id);
}

function refuse(entries: readonly Entry[], reason: string): Rejected[] {
  return entries.map(({ index }) => ({ index, reason }));
}

function grouped<K, T>(list: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of list) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

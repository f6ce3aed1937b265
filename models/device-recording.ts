import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { KeyedMutex } from '../lib/mutex.ts';
import { fittingInterval } from './auto-record.ts';
import type { Device, DeviceModel } from './device.ts';
import type { DeviceSetup, PlannedInput } from './device-setup.ts';
import type { Template } from './device-template.ts';
import {
  AUTOMATIC,
  AUTOMATIC_VERSION,
  automaticTemplate,
  ENERGY,
  POWER,
  RECORDED,
  SUMMED,
  SWITCH,
  tagOf,
} from './device-templates/automatic.ts';
import type { FeedModel } from './feed.ts';
import type { InputModel } from './input.ts';
import { decodeProcessList } from './process/process-list.ts';
import type { UserModel } from './user.ts';

export interface DeviceRecordingDeps {
  devices: Pick<DeviceModel, 'set' | 'find'>;
  setup: Pick<DeviceSetup, 'setUp'>;
  inputs: Pick<InputModel, 'find'>;
  feeds: Pick<FeedModel, 'byName' | 'find'>;
  households: Pick<UserModel, 'account' | 'setAccount'>;
  clock: Clock;
  log: Log;
}

/** What a device is about to say. */
export interface Names {
  readonly names: readonly string[];
  /** Whether it says all it measures at a time; those on the broker tell their figures one by one. */
  readonly isWhole: boolean;
  /** Seconds between two readings of it. */
  readonly seconds: number;
}

interface Recorded {
  readonly version: string;
  readonly names: readonly string[];
}

/**
 * Gives a newly let-in device the feeds a person expects of it, each once. What a person changed or removed afterwards stays so, and
 * inputs that have a list already keep it.
 */
export class DeviceRecording {
  readonly #deps: DeviceRecordingDeps;
  readonly #making = new KeyedMutex<number>();
  /** What was said by devices that have not been given everything, and since when (monotonic). */
  readonly #heard = new Map<number, { names: Set<string>; since: number }>();

  constructor(deps: DeviceRecordingDeps) {
    this.#deps = deps;
  }

  /** What fails is tried again with the next reading, and never holds one up. */
  async setUp({ id }: Device, { names, isWhole, seconds }: Names): Promise<void> {
    const device = this.#deps.devices.find(id);
    if (!device || this.#missing(device, names, isWhole).size === 0) return;
    try {
      await this.#making.run(id, async () => {
        const present = this.#deps.devices.find(id);
        const missing = present && this.#missing(present, names, isWhole);
        if (missing && missing.size > 0) await this.#make(present, missing, seconds);
      });
    } catch (error) {
      this.#deps.log.warn({ err: error, device: id }, 'a device could not be given its feeds yet');
    }
  }

  /** The template of all that the device was given, and the version it was given by; undefined where it was given nothing. */
  given(device: Device, seconds: number): { template: Template; version: string } | undefined {
    const { names, version } = recordedOf(device);
    if (names.length === 0) return undefined;
    return { template: automaticTemplate(new Set(names), device.node, fittingInterval(seconds)), version };
  }

  /** Notes that the device has the newest version of all that it was given. */
  async renew(device: Device): Promise<void> {
    const recorded: Recorded = { names: recordedOf(device).names, version: AUTOMATIC_VERSION };
    await this.#deps.devices.set(device.id, { settings: { ...device.settings, [KEY]: recorded } });
  }

  forget(id: number): void {
    this.#heard.delete(id);
  }

  /** What it says, may have recorded and was not given yet. Power is summed up once it is clear that no counter comes. */
  #missing(device: Device, names: readonly string[], isWhole: boolean): Set<string> {
    const done = new Set(recordedOf(device).names);
    const missing = new Set(names.filter((name) => RECORDED.some((one) => one === name) && !done.has(name)));
    if (done.has(SUMMED)) missing.delete(ENERGY);
    const hasEnergy = done.has(ENERGY) || missing.has(ENERGY) || done.has(SUMMED);
    const hasPower = done.has(POWER) || missing.has(POWER);
    if (hasPower && !hasEnergy && (isWhole || this.#waited(device.id))) missing.add(SUMMED);
    return missing;
  }

  #waited(id: number): boolean {
    const now = this.#deps.clock.monotonic();
    const heard = this.#heard.get(id) ?? { names: new Set(), since: now };
    this.#heard.set(id, heard);
    return now - heard.since >= WAIT_MS;
  }

  async #make(device: Device, missing: ReadonlySet<string>, seconds: number): Promise<void> {
    const { devices, setup, inputs } = this.#deps;
    const isSumming = missing.has(SUMMED);
    const wanted = isSumming ? new Set([...missing, POWER]) : missing;
    const template = automaticTemplate(wanted, device.node, fittingInterval(seconds));
    // A list that only logs is as it was given: the sums join it.
    const onlyLogs = ({ id, name, list }: PlannedInput) => {
      const steps = decodeProcessList(inputs.find(id)?.processList ?? '');
      return isSumming && name === POWER && steps.length === 1 && steps[0]?.args[0] === list?.[0]?.args[0];
    };
    await setup.setUp(device, template, onlyLogs);
    if (device.type === 'meter') await this.#standForHouse(device);
    const present = devices.find(device.id) ?? device;
    const names = [...new Set([...recordedOf(present).names, ...wanted])];
    const recorded: Recorded = { names, version: AUTOMATIC_VERSION };
    const own = present.template === null ? { template: AUTOMATIC, templateVersion: AUTOMATIC_VERSION } : {};
    await devices.set(device.id, { ...own, settings: { ...present.settings, [KEY]: recorded } });
    if (names.includes(ENERGY) || isSumming) this.#heard.delete(device.id);
  }

  /** The first meter let in stands for the house, where nothing does yet. */
  async #standForHouse({ account, node }: Device): Promise<void> {
    const { households, feeds } = this.#deps;
    const house = households.account(account);
    const [power, energy] = [POWER, ENERGY].map((name) => feeds.byName(account, tagOf(node), name)?.id ?? null);
    const present = house?.powerFeed ?? null;
    if (power == null) return;
    if (present === null || !feeds.find(present))
      await households.setAccount(account, { powerFeed: power, energyFeed: energy ?? null });
    else if (present === power && energy != null && house?.energyFeed == null)
      await households.setAccount(account, { energyFeed: energy });
  }
}

/** Where the settings keep what the device was given. */
export const KEY = 'recorded';
/** Devices that tell one figure at a time tell all of them within this. */
const WAIT_MS = 60_000;

function recordedOf({ settings, template, templateVersion }: Device): Recorded {
  const kept = settings[KEY] as Partial<Recorded> | undefined;
  if (Array.isArray(kept?.names)) return { names: kept.names, version: kept.version ?? '' };
  // Settings that were set anew: nothing comes a second time.
  if (template === AUTOMATIC) return { names: [POWER, ENERGY, SWITCH], version: templateVersion ?? '' };
  return { names: [], version: '' };
}

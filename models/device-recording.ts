import type { Log } from '../lib/log.ts';
import { fittingInterval } from './auto-record.ts';
import type { Device, DeviceModel } from './device.ts';
import type { FeedModel } from './feed.ts';
import type { InputModel } from './input.ts';
import type { ProcessStep } from './process/process-list.ts';
import type { UserModel } from './user.ts';

export interface DeviceRecordingDeps {
  devices: Pick<DeviceModel, 'set' | 'find'>;
  inputs: Pick<InputModel, 'byName' | 'create' | 'setProcessList'>;
  feeds: Pick<FeedModel, 'byName' | 'create' | 'find'>;
  households: Pick<UserModel, 'account' | 'setAccount'>;
  log: Log;
}

/** The template that a device without one gets: power, energy, the energy of each day, and its switch. */
const AUTOMATIC = 'automatic';
const VERSION = '1';

/**
 * Gives a newly let-in device the feeds a person expects of it, once. What a person changed or removed afterwards stays so, and
 * inputs that have a list already keep it.
 */
export class DeviceRecording {
  readonly #deps: DeviceRecordingDeps;

  constructor(deps: DeviceRecordingDeps) {
    this.#deps = deps;
  }

  /**
   * `names`: what it is about to say. Nothing happens while it says neither power nor energy. What fails is tried again with the
   * next reading, and never holds one up.
   */
  async setUp(device: Device, names: readonly string[], seconds: number): Promise<void> {
    if (device.template !== null || !names.some((name) => name === POWER || name === ENERGY)) return;
    try {
      await this.#make(device, names, seconds);
    } catch (error) {
      this.#deps.log.warn({ err: error, device: device.id }, 'a device could not be given its feeds yet');
    }
  }

  async #make(device: Device, names: readonly string[], seconds: number): Promise<void> {
    const interval = fittingInterval(seconds);
    const counts = names.includes(ENERGY);
    const wanted = [POWER, ENERGY, SWITCH].filter((name) => names.includes(name));
    const { account, node } = device;
    await this.#deps.inputs.create(
      account,
      wanted.map((name) => ({ node, name })),
    );
    for (const name of wanted) await this.#record(device, name, await this.#steps(device, name, interval, counts));
    if (device.type === 'meter') await this.#standForHouse(device);
    await this.#deps.devices.set(device.id, { template: AUTOMATIC, templateVersion: VERSION });
  }

  async #steps(device: Device, name: string, interval: number, counts: boolean): Promise<ProcessStep[]> {
    const fixed = (feed: string, unit: string) => this.#feed(device, { name: feed, engine: 5, interval, unit });
    const daily = () => this.#feed(device, { name: DAY, engine: 2, interval: 1, unit: 'kWh' });
    const steps = [step('log_to_feed', await fixed(name, UNITS[name] ?? ''))];
    if (name === ENERGY) steps.push(step('kwh_to_kwhd', await daily()));
    if (name === POWER && !counts) {
      steps.push(step('power_to_kwh', await fixed(ENERGY, 'kWh')), step('power_to_kwhd', await daily()));
    }
    return steps;
  }

  async #record({ account, node }: Device, name: string, steps: readonly ProcessStep[]): Promise<void> {
    const input = this.#deps.inputs.byName(account, node, name);
    if (input?.processList === '') await this.#deps.inputs.setProcessList(account, input.id, steps);
  }

  /** The first meter let in stands for the house, where nothing does yet. */
  async #standForHouse({ account, node }: Device): Promise<void> {
    const { households, feeds } = this.#deps;
    const present = households.account(account)?.powerFeed ?? null;
    const [power, energy] = [POWER, ENERGY].map((name) => feeds.byName(account, tagOf(node), name)?.id ?? null);
    if (power == null || (present !== null && feeds.find(present))) return;
    await households.setAccount(account, { powerFeed: power, energyFeed: energy ?? null });
  }

  async #feed(
    { account, node }: Device,
    wish: { name: string; engine: 5 | 2; interval: number; unit: string },
  ): Promise<number> {
    const tag = tagOf(node);
    const known = this.#deps.feeds.byName(account, tag, wish.name);
    return known?.id ?? (await this.#deps.feeds.create(account, { ...wish, tag }));
  }
}

const POWER = 'power_w';
const ENERGY = 'energy_kwh';
const SWITCH = 'switch';
const DAY = 'energy_kwhd';
const UNITS: Readonly<Record<string, string>> = { [POWER]: 'W', [ENERGY]: 'kWh' };

function step(process: string, feed: number): ProcessStep {
  return { key: `process__${process}`, args: [String(feed)] };
}

/** Feeds are named more narrowly than nodes: no dots. */
function tagOf(node: string): string {
  return node.replace(/[^\p{L}\p{N}_\s-]/gu, '_');
}

import type { Clock } from '../lib/clock.ts';
import type { Device, DeviceModel } from './device.ts';
import type { DeviceIntake } from './device-intake.ts';
import type { InboxModel } from './inbox.ts';
import type { Reading } from './reading.ts';

export interface LineWritersDeps {
  readonly devices: Pick<DeviceModel, 'byNode'>;
  readonly inbox: Pick<InboxModel, 'seen'>;
  readonly intake: Pick<DeviceIntake, 'take'>;
  readonly clock: Clock;
}

const FAMILY = 'influx';
/** A writer is looked at again after so long, however often it writes. */
const LOOK_MS = 30_000;
const MOST_NODES = 1000;
const MOST_NAMES = 8;

/**
 * Who writes in line protocol. Their readings are recorded in any case, for the key they come with is the household's; a node that is
 * no device yet waits in the inbox, and one that is counts as there.
 */
export class LineWriters {
  readonly #deps: LineWritersDeps;
  /** `account/node` → when it was looked at last (monotonic), the oldest first. */
  readonly #looked = new Map<string, number>();

  constructor(deps: LineWritersDeps) {
    this.#deps = deps;
  }

  /** Takes note of an upload that was recorded. Rejects only where what is known of a device could not be kept. */
  async wrote(account: number, readings: readonly Reading[]): Promise<void> {
    const now = this.#deps.clock.monotonic();
    const told = new Map<string, Set<string>>();
    for (const { node, values } of readings) {
      const names = told.get(node) ?? new Set();
      for (const [name] of values) if (names.size < MOST_NAMES) names.add(name);
      told.set(node, names);
    }
    for (const [node, names] of told)
      if (this.#isDue(`${account}/${node}`, now)) await this.#look(account, node, names);
  }

  async #look(account: number, node: string, names: ReadonlySet<string>): Promise<void> {
    const device = this.#deps.devices.byNode(account, node);
    if (!device || isPlain(device)) return await this.#deps.inbox.seen(account, found(node, names));
    if (device.family === FAMILY && device.enabled) await this.#deps.intake.take(device, { online: true });
  }

  #isDue(key: string, now: number): boolean {
    const looked = this.#looked.get(key);
    if (looked !== undefined && now - looked < LOOK_MS) return false;
    this.#looked.delete(key);
    this.#looked.set(key, now);
    const [oldest] = this.#looked.keys();
    if (this.#looked.size > MOST_NODES && oldest !== undefined) this.#looked.delete(oldest);
    return true;
  }
}

/** A node that EmonCMS's device module knows by name alone: it can become a writer that is watched. */
function isPlain({ family, type }: Device): boolean {
  return family === '' && type === '';
}

function found(node: string, names: ReadonlySet<string>) {
  const identity = node.replace(/[^\w.:/+@-]/g, '_');
  return {
    ...{ family: FAMILY, identity, address: null, model: 'InfluxDB line protocol', name: node, type: 'sensor' },
    ...{ supported: true, node, note: `It writes ${[...names].join(', ')}. This is recorded, whatever you decide.` },
  };
}

import { HubError } from '../lib/errors.ts';
import { Mutex } from '../lib/mutex.ts';
import type { Random } from '../lib/random.ts';
import type { Database } from './database.ts';
import type { Device } from './device-record.ts';
import { columnsOf, deviceOf } from './device-row.ts';
import { checkDevice, DEVICE_KEY, freeNode, plainName, refused } from './device-rules.ts';
import { stored } from './directory.ts';
import type { DeviceRef, Found } from './drivers/driver.ts';

export type { Desired, Device } from './device-record.ts';

export type DeviceFields = Partial<Omit<Device, 'id' | 'account'>>;

export interface DeviceDeps {
  db: Database;
  random: Random;
}

export interface Adoption {
  readonly name?: string;
  readonly room?: string;
  readonly place?: string;
  /** The node of its readings, where its own topics or posts decide it; else one is made of its name. */
  readonly node?: string;
  /** Unix seconds. */
  readonly now: number;
}

type Listener = (account: number, id: number) => void;

/** Every device of every household in memory, written through: MySQL first, then memory. */
export class DeviceModel {
  readonly #deps: DeviceDeps;
  readonly #devices = new Map<number, Device>();
  readonly #changing = new Mutex();
  readonly #listeners = new Set<Listener>();

  constructor(deps: DeviceDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#deps.db.selectFrom('devices').selectAll().orderBy('id').execute());
    this.#devices.clear();
    for (const row of rows) this.#devices.set(row.id, deviceOf(row));
  }

  /** The household's devices in the order they were made. */
  list(account: number): Device[] {
    return [...this.#devices.values()].filter((device) => device.account === account);
  }

  /** Every household's devices. */
  all(): Device[] {
    return [...this.#devices.values()];
  }

  find(id: number): Device | undefined {
    return this.#devices.get(id);
  }

  byNode(account: number, node: string): Device | undefined {
    return this.list(account).find((device) => device.node === node);
  }

  byIdentity(account: number, family: string, identity: string): Device | undefined {
    return this.list(account).find((device) => device.family === family && device.identity === identity);
  }

  byKey(key: string): Device | undefined {
    if (!DEVICE_KEY.test(key)) return undefined;
    return [...this.#devices.values()].find((device) => device.key === key);
  }

  /** A key nobody has yet. */
  newKey(): string {
    return this.#deps.random.hex(16);
  }

  /** Calls `listener` after a device was made, changed or removed. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The new device's id, or null where the household has one of this node. Throws HUB_BAD_REQUEST for what cannot be kept. */
  create(account: number, node: string, fields: DeviceFields): Promise<number | null> {
    return this.#changing.run(async () => {
      if (this.byNode(account, node)) return null;
      return await this.#insert({ ...BLANK, name: node, ...fields, account, node });
    });
  }

  /**
   * Lets a found device in and returns it. One the household has already gets its new address; a node that posted before is
   * the same device from then on. Throws HUB_BAD_REQUEST for what cannot be kept.
   */
  adopt(account: number, found: Found, { node, now, ...wish }: Adoption): Promise<Device> {
    return this.#changing.run(async () => {
      const { family, identity, address, type, settings = {} } = found;
      const known = this.byIdentity(account, family, identity);
      if (known) return await this.#change(known, { ...given(wish), address });
      const name = wish.name ?? plainName(found.name || found.model || identity);
      const fields = { ...given({ ...wish, name }), family, identity, address, type, settings, created: now };
      const poster = node === undefined ? undefined : this.byNode(account, node);
      if (poster && poster.family === '') return await this.#change(poster, { ...fields, type: type || poster.type });
      const own = freeNode(node ?? name, (wanted) => this.byNode(account, wanted) !== undefined);
      const id = await this.#insert({ ...BLANK, ...fields, name, account, node: own });
      return this.#devices.get(id) as Device;
    });
  }

  /** Changes what is given. False where another device of the household has the node, or any the key. */
  set(id: number, fields: DeviceFields): Promise<boolean> {
    return this.#changing.run(async () => {
      const device = this.#devices.get(id);
      if (!device) return false;
      const changed = { ...device, ...fields };
      checkDevice(changed);
      const twin = this.byNode(device.account, changed.node);
      const holder = changed.key === null ? undefined : this.byKey(changed.key);
      if ((twin && twin.id !== id) || (holder && holder.id !== id)) return false;
      await this.#change(device, fields);
      return true;
    });
  }

  remove(id: number): Promise<void> {
    return this.#changing.run(async () => {
      const account = this.#devices.get(id)?.account;
      await stored(() => this.#deps.db.deleteFrom('devices').where('id', '=', id).execute());
      this.#devices.delete(id);
      if (account !== undefined) this.#tell(account, id);
    });
  }

  async #insert(device: Omit<Device, 'id'>): Promise<number> {
    checkDevice(device);
    if (this.list(device.account).length >= MOST) throw refused(`A household may have at most ${MOST} devices.`);
    const insert = this.#deps.db.insertInto('devices').values(columnsOf(device));
    const id = Number((await stored(() => insert.executeTakeFirstOrThrow())).insertId);
    this.#devices.set(id, { ...device, id });
    this.#tell(device.account, id);
    return id;
  }

  async #change(device: Device, fields: DeviceFields): Promise<Device> {
    const changed = { ...device, ...fields };
    checkDevice(changed);
    const update = this.#deps.db.updateTable('devices').set(columnsOf(changed)).where('id', '=', device.id);
    await stored(() => update.execute());
    this.#devices.set(device.id, changed);
    this.#tell(device.account, device.id);
    return changed;
  }

  #tell(account: number, id: number): void {
    for (const listener of this.#listeners) listener(account, id);
  }
}

/** As its driver sees it; undefined where it has none. */
export function refOf({ identity, ...device }: Device): DeviceRef | undefined {
  if (device.family === '' || identity === null) return undefined;
  const { id, account, node, name, family, address, settings } = device;
  return { id, account, node, name, family, identity, address, settings };
}

/** The device, where the household has it; throws HUB_DEVICE_NOT_FOUND. */
export function ownDevice(devices: Pick<DeviceModel, 'find'>, account: number, id: number): Device {
  const device = devices.find(id);
  if (device?.account !== account) throw new HubError('HUB_DEVICE_NOT_FOUND');
  return device;
}

/** Devices a household may have. */
const MOST = 1000;

const BLANK = {
  description: '',
  type: '',
  key: null,
  ip: '',
  family: '',
  identity: null,
  address: null,
  settings: {},
  room: '',
  place: '',
  enabled: true,
  interval: null,
  desired: null,
  template: null,
  templateVersion: null,
  created: 0,
} as const;

/** The fields that were said. */
function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

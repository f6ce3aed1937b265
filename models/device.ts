import { HubError } from '../lib/errors.ts';
import { Mutex } from '../lib/mutex.ts';
import type { Random } from '../lib/random.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';

/** A node of a household that has a name, a kind and, where it posts by itself, a key of its own. */
export interface Device {
  readonly id: number;
  readonly account: number;
  readonly node: string;
  readonly name: string;
  readonly description: string;
  /** The template it is set up by; empty where it has none. */
  readonly type: string;
  /** 32 hex digits with which it may post readings of its node, or null. */
  readonly key: string | null;
  readonly ip: string;
}

export type DeviceFields = Partial<Omit<Device, 'id' | 'account'>>;

export interface DeviceDeps {
  db: Database;
  random: Random;
}

/** Every device of every household in memory, written through: MySQL first, then memory. */
export class DeviceModel {
  readonly #deps: DeviceDeps;
  readonly #devices = new Map<number, Device>();
  readonly #changing = new Mutex();

  constructor(deps: DeviceDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    const rows = await stored(() => this.#deps.db.selectFrom('devices').selectAll().orderBy('id').execute());
    this.#devices.clear();
    for (const { devicekey, ...row } of rows) this.#devices.set(row.id, { ...row, key: devicekey });
  }

  /** The household's devices in the order they were made. */
  list(account: number): Device[] {
    return [...this.#devices.values()].filter((device) => device.account === account);
  }

  find(id: number): Device | undefined {
    return this.#devices.get(id);
  }

  byNode(account: number, node: string): Device | undefined {
    return this.list(account).find((device) => device.node === node);
  }

  byKey(key: string): Device | undefined {
    if (!KEY.test(key)) return undefined;
    return [...this.#devices.values()].find((device) => device.key === key);
  }

  /** A key nobody has yet. */
  newKey(): string {
    return this.#deps.random.hex(16);
  }

  /** The new device's id, or null where the household has one of this node. Throws HUB_BAD_REQUEST for what cannot be kept. */
  create(account: number, node: string, fields: DeviceFields): Promise<number | null> {
    const device = { name: node, description: '', type: '', key: null, ip: '', ...fields, account, node };
    checkDevice(device);
    return this.#changing.run(async () => {
      if (this.byNode(account, node)) return null;
      if (this.list(account).length >= MOST) throw refused(`A household may have at most ${MOST} devices.`);
      const insert = this.#deps.db.insertInto('devices').values(columnsOf(device));
      const id = Number((await stored(() => insert.executeTakeFirstOrThrow())).insertId);
      this.#devices.set(id, { ...device, id });
      return id;
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
      const update = this.#deps.db.updateTable('devices').set(columnsOf(changed)).where('id', '=', id);
      await stored(() => update.execute());
      this.#devices.set(id, changed);
      return true;
    });
  }

  remove(id: number): Promise<void> {
    return this.#changing.run(async () => {
      await stored(() => this.#deps.db.deleteFrom('devices').where('id', '=', id).execute());
      this.#devices.delete(id);
    });
  }
}

/** Devices a household may have. */
const MOST = 1000;
const KEY = /^[0-9a-f]{32}$/;
const PLAIN = /^[\p{L}\p{M}\p{N}_ .:-]*$/u;
const TYPE = /^[\p{L}\p{N}_ .:/|,-]{0,64}$/u;

function checkDevice({ node, name, description, type, key, ip }: Omit<Device, 'id'>): void {
  if (node === '' || node.length > 64 || !PLAIN.test(node)) throw refused('invalid characters in device nodeid');
  if (name.length > 128 || !PLAIN.test(name)) throw refused('invalid characters in device name');
  if (description.length > 255 || !PLAIN.test(description)) throw refused('invalid characters in device description');
  if (!TYPE.test(type)) throw refused('invalid characters in device type');
  if (key !== null && !KEY.test(key)) throw refused('device key must be 32 hexadecimal digits');
  if (!/^[0-9a-fA-F.:]{0,45}$/.test(ip)) throw refused('invalid characters in device ip');
}

function columnsOf({ account, node, name, description, type, key, ip }: Omit<Device, 'id'>) {
  return { account, node, name, description, type, devicekey: key, ip };
}

function refused(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}

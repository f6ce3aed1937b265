import type { Device, DeviceModel } from '../../../models/device.ts';
import { freeNode } from '../../../models/device-rules.ts';
import type { StoredLogin } from '../../../models/login-store.ts';
import type { Block } from '../../../models/pairing/blocks.ts';

/** What MySQL holds, kept in memory, so that ten thousand households fit into a minute. It outlives a restart of the hub. */
export class MemoryStores {
  readonly logins = new Map<number, StoredLogin>();
  readonly blocks = new Map<number, Block>();
  readonly #devices = new Map<number, Device>();
  #ids = 0;

  readonly loginStore = {
    all: async () => [...this.logins.values()],
    insert: async (login: Omit<StoredLogin, 'id'>) => {
      const id = this.#next();
      this.logins.set(id, { ...login, id });
      return id;
    },
    change: async (id: number, fields: Partial<StoredLogin>) => {
      const login = this.logins.get(id);
      if (login) this.logins.set(id, { ...login, ...fields });
    },
  };

  readonly blockStore = {
    all: async () => [...this.blocks.values()],
    insert: async (block: Omit<Block, 'id'>) => {
      const id = this.#next();
      this.blocks.set(id, { ...block, id });
      return id;
    },
    remove: async (id: number) => void this.blocks.delete(id),
  };

  /** The device registry as far as pairing asks it. */
  readonly devices: Pick<DeviceModel, 'adopt' | 'byIdentity' | 'byNode' | 'find' | 'list' | 'set' | 'remove'> = {
    list: (account) => [...this.#devices.values()].filter((device) => device.account === account),
    find: (id) => this.#devices.get(id),
    byNode: (account, node) => this.devices.list(account).find((device) => device.node === node),
    byIdentity: (account, family, identity) =>
      this.devices.list(account).find((device) => device.family === family && device.identity === identity),
    adopt: async (account, found, { node, now }) => {
      const known = this.devices.byIdentity(account, found.family, found.identity);
      const own = node ?? freeNode(found.name, (wanted) => this.devices.byNode(account, wanted) !== undefined);
      const { family, identity, address, type, name, settings = {} } = found;
      const device = { ...BLANK, id: this.#next(), account, node: own, created: now };
      const made = known ? { ...known, address } : { ...device, name, family, identity, address, type, settings };
      this.#devices.set(made.id, made);
      return made;
    },
    set: async (id, fields) => {
      const device = this.#devices.get(id);
      if (device) this.#devices.set(id, { ...device, ...fields });
      return device !== undefined;
    },
    remove: async (id) => void this.#devices.delete(id),
  };

  #next(): number {
    this.#ids += 1;
    return this.#ids;
  }
}

const BLANK = {
  name: '',
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
} as const;

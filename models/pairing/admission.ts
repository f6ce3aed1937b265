import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';
import type { Device, DeviceModel } from '../device.ts';
import { type Called, freeNode } from '../device-rules.ts';
import type { InputModel } from '../input.ts';
import type { LoginModel, NodeClaims } from '../login.ts';
import type { Login } from '../login-store.ts';
import type { Admitted, Asker } from './request.ts';

export interface AdmissionDeps {
  readonly devices: Pick<DeviceModel, 'adopt' | 'byIdentity' | 'byNode' | 'find' | 'list' | 'set' | 'remove'>;
  readonly inputs: Pick<InputModel, 'list'>;
  readonly logins: () => LoginModel;
  /** Applies the template of the device's type, if there is one and it was not applied before. */
  readonly setUp: (device: Device) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Makes a device and its login of a request that a person allowed, and settles under which node it reports. */
export class Admission implements NodeClaims {
  readonly #deps: AdmissionDeps;

  constructor(deps: AdmissionDeps) {
    this.#deps = deps;
  }

  /**
   * The device, known again by its id or network card, with a fresh login. One that named itself reports under a node made of
   * its name; of a legacy device nobody knows the node before it reports.
   */
  async admit(account: number, asker: Asker, called: Called = {}): Promise<Admitted> {
    const { devices, random, clock, logins } = this.#deps;
    const identity = asker.deviceId ?? asker.mac ?? `paired-${random.hex(6)}`;
    const known = this.#known(account, asker, identity);
    const named = asker.kind === 'new';
    const wanted = named ? `${asker.name || asker.deviceId}` : `device-${identity.replace(/^paired-/, '').slice(-6)}`;
    const node = known?.node ?? freeNode(nodeName(wanted), (name) => this.#isTaken(account, name));
    const found = {
      family: FAMILY,
      identity: known?.identity ?? identity,
      address: asker.address,
      model: '',
      name: named ? wanted : node,
      type: typeName(asker.type),
      supported: true,
      settings: { topic: `emon/${node}`, ...(asker.mac === null ? {} : { mac: asker.mac }) },
    };
    const device = await devices.adopt(account, found, { ...called, node, now: clock.seconds() });
    const settled = named || (known !== undefined && !PLACEHOLDER.test(known.node));
    const filters = settled ? [`emon/${device.node}/#`] : null;
    const { login, secret } = await logins().make(account, device.id, filters);
    const { username } = login;
    return { login: login.id, device: device.id, username, secret, node: settled ? device.node : null };
  }

  /** The device has said what kind it is, so it gets the inputs and feeds of that kind; once, a person's changes stay. */
  async described(id: number, type: string): Promise<void> {
    const { devices, setUp } = this.#deps;
    const device = devices.find(id);
    if (device?.type !== '' || !/^[a-z][a-z0-9_-]{0,31}$/i.test(type)) return;
    await devices.set(id, { type });
    const described = devices.find(id);
    if (described) await setUp(described);
  }

  async withdraw(account: number, login: number): Promise<void> {
    await this.#deps.logins().revoke(account, login);
  }

  /**
   * A node nobody reports under is the device's; so is one that carries EmonESP's own kind of name, such as smartplug1272, as long
   * as no other device with a login has it: then the device was there before, and its record goes on.
   */
  claim(account: number, device: number, node: string): number | null {
    const { devices, inputs, logins } = this.#deps;
    const own = devices.find(device);
    if (!own) return null;
    if (own.node === node) return own.id;
    const holder = devices.byNode(account, node);
    const factory = FACTORY_NAME.test(node);
    if (!holder) {
      const used = inputs.list(account).some((input) => input.node === node);
      if (used && !factory) return null;
      const settings = { ...own.settings, topic: `emon/${node}` };
      const name = own.name === own.node ? node : own.name;
      // found by its announcement, the same device has its node for identity
      this.#inTime(devices.set(own.id, { node, name, identity: node, settings }));
      return own.id;
    }
    const isFree = holder.family === '' || holder.family === FAMILY;
    const before = logins().ofDevice(holder.id);
    const isFromThere = holder.address !== null && holder.address === own.address;
    if (!factory || !isFree || (before.length > 0 && !isFromThere)) return null;
    this.#inTime(this.#takeOver(own, holder, before));
    return holder.id;
  }

  async #takeOver(own: Device, holder: Device, before: readonly Login[]): Promise<void> {
    const { devices } = this.#deps;
    const { family, address } = own;
    const settings = { ...holder.settings, ...own.settings, topic: `emon/${holder.node}` };
    for (const { id } of before) await this.#deps.logins().revoke(holder.account, id);
    await devices.remove(own.id);
    const called = {
      ...(own.name !== own.node && { name: own.name }),
      ...(own.room !== '' && { room: own.room }),
      ...(own.place !== '' && { place: own.place }),
    };
    await devices.set(holder.id, { ...called, family, identity: holder.node, address, settings });
  }

  /** A device that was let in before: by its own id, or of a legacy one by its network card. */
  #known(account: number, { kind, mac }: Asker, identity: string): Device | undefined {
    const { devices } = this.#deps;
    if (kind === 'new') return devices.byIdentity(account, FAMILY, identity);
    return devices
      .list(account)
      .find(({ family, settings }) => mac !== null && family === FAMILY && settings.mac === mac);
  }

  #inTime(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#deps.log.warn({ err: error }, 'a device’s node could not be stored yet'));
  }

  #isTaken(account: number, node: string): boolean {
    const { devices, inputs } = this.#deps;
    return devices.byNode(account, node) !== undefined || inputs.list(account).some((input) => input.node === node);
  }
}

/** Whoever pairs speaks EmonESP's topics. */
const FAMILY = 'emonesp';
const FACTORY_NAME = /^(?:smartplug|wifirelay|hpmon|espwifi|emonesp)\d{1,5}$/;
const PLACEHOLDER = /^device-/;

/** What may be a level of a topic: no `/`, `+`, `#`, blanks or colons. */
function nodeName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return plain.slice(0, 48) || 'device';
}

function typeName(type: string): string {
  return type.replace(/[^\p{L}\p{N}_ .:/|,-]+/gu, '').slice(0, 64);
}

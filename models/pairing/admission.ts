import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';
import type { Device, DeviceModel } from '../device.ts';
import { freeNode } from '../device-rules.ts';
import type { InputModel } from '../input.ts';
import type { LoginModel, NodeClaims } from '../login.ts';
import type { Admitted } from './pairing.ts';
import type { Asker } from './request.ts';

export interface AdmissionDeps {
  readonly devices: Pick<DeviceModel, 'adopt' | 'byIdentity' | 'byNode' | 'find' | 'set' | 'remove'>;
  readonly inputs: Pick<InputModel, 'list'>;
  readonly logins: () => LoginModel;
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
  async admit(account: number, asker: Asker): Promise<Admitted> {
    const { devices, random, clock, logins } = this.#deps;
    const identity = asker.deviceId ?? asker.mac ?? `paired-${random.hex(6)}`;
    const known = devices.byIdentity(account, FAMILY, identity);
    const named = asker.kind === 'new';
    const wanted = named ? `${asker.name || asker.deviceId}` : `device-${identity.replace(/^paired-/, '').slice(-6)}`;
    const node = known?.node ?? freeNode(nodeName(wanted), (name) => this.#isTaken(account, name));
    const found = {
      family: FAMILY,
      identity,
      address: asker.address,
      model: '',
      name: named ? wanted : node,
      type: typeName(asker.type),
      supported: true,
    };
    const device = await devices.adopt(account, found, { node, now: clock.seconds() });
    const settled = named || (known !== undefined && !PLACEHOLDER.test(known.node));
    const filters = settled ? [`emon/${device.node}/#`] : null;
    const { login, secret } = await logins().make(account, device.id, filters);
    const { username } = login;
    return { login: login.id, device: device.id, username, secret, node: settled ? device.node : null };
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
      this.#inTime(devices.set(own.id, own.name === own.node ? { node, name: node } : { node }));
      return own.id;
    }
    const isFree = holder.family === '' || holder.family === FAMILY;
    if (!factory || !isFree || logins().ofDevice(holder.id).length > 0) return null;
    this.#inTime(this.#takeOver(own, holder));
    return holder.id;
  }

  async #takeOver(own: Device, holder: Device): Promise<void> {
    const { devices } = this.#deps;
    const { family, identity, address } = own;
    await devices.remove(own.id);
    await devices.set(holder.id, { family, identity, address });
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

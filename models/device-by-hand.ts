import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { AuditModel } from './audit.ts';
import type { Device, DeviceModel } from './device.ts';
import { type Called, plainName, refused } from './device-rules.ts';
import { DeviceError } from './drivers/device-error.ts';
import type { Driver, Found, Ports } from './drivers/driver.ts';

export interface ByHandDeps {
  readonly devices: Pick<DeviceModel, 'adopt' | 'byIdentity'>;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly ports: Ports;
  readonly clock: Clock;
  readonly audit: Pick<AuditModel, 'note'>;
}

/** A device that nobody finds: a person says what it is and where. */
export interface ByHand extends Called {
  readonly family: string;
  readonly name: string;
  /** Null where it calls the hub. */
  readonly address: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  /** MAC address or the maker's id; without it the device is asked where its family can, else it goes by its name. */
  readonly identity?: string;
  /** False where what its family would ask tells nothing that is its own. */
  readonly asked?: boolean;
  /** `plug`, `meter` …, where the device does not tell. */
  readonly type: string;
}

/**
 * Lets the device in. The same one again is the same device. Throws HUB_NOT_FOUND for a family there is not and HUB_BAD_REQUEST
 * for what cannot be kept and for a device that answers nonsense when it is asked who it is.
 */
export async function addByHand(deps: ByHandDeps, account: number, wish: ByHand, actor: string): Promise<Device> {
  const { family, name, address, settings, room, place } = wish;
  const driver = deps.drivers.get(family);
  if (!driver) throw new HubError('HUB_NOT_FOUND', { sentence: `There is no ${plainName(family)}.` });
  const isAsked = wish.identity === undefined && wish.asked !== false;
  const known = isAsked && address !== null ? await identified(driver, address, deps.ports) : null;
  const identity = wish.identity ?? known?.identity ?? identityOf(deps, account, wish);
  const { model = '', type = wish.type } = known ?? {};
  const found: Found = { family, identity, address, model, name, type, settings, supported: true };
  const called = { name, ...(room && { room }), ...(place && { place }) };
  const made = await deps.devices.adopt(account, found, { ...called, now: deps.clock.seconds() });
  const detail = `${family} ${identity}${address === null ? '' : ` at ${address}`}`;
  deps.audit.note(account, { actor, action: 'device approved', device: made.id, detail });
  return made;
}

/** Made of its name; a device that had the name before keeps its own. */
function identityOf({ devices }: ByHandDeps, account: number, { family, name }: ByHand): string {
  const base = plainName(name)
    .toLowerCase()
    .replace(/[^\w.:-]+/g, '_');
  const isFree = (identity: string) => (devices.byIdentity(account, family, identity)?.name ?? name) === name;
  let identity = base;
  for (let number = 2; !isFree(identity); number += 1) identity = `${base}_${number}`;
  return identity;
}

async function identified(driver: Driver, address: string, ports: Ports): Promise<Found | null> {
  try {
    return (await driver.identify?.(address, ports)) ?? null;
  } catch (error) {
    if (error instanceof DeviceError) throw refused(error.message);
    throw error;
  }
}

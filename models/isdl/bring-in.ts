import type { Clock } from '../../lib/clock.ts';
import type { Database } from '../database.ts';
import type { Device, DeviceFields, DeviceModel } from '../device.ts';
import { plainName } from '../device-rules.ts';
import { stored } from '../directory.ts';
import { faultOf } from '../drivers/device-error.ts';
import type { Driver, Found, Ports } from '../drivers/driver.ts';
import { isParked, ownIdentity } from './own-identity.ts';
import type { IsdlDevice, IsdlPlan } from './parse.ts';
import { keepReportTimes, reportTimes } from './report-times.ts';

export interface BringInDeps {
  /** Null: nothing is kept, it is only said what would be. */
  store: { db: Database; devices: DeviceModel } | null;
  drivers: ReadonlyMap<string, Driver>;
  ports: Ports;
  clock: Clock;
}

/** What became of one device. */
export interface Brought {
  readonly name: string;
  /** `parked`: it is there and waits; `note` says what for. */
  readonly outcome: 'new' | 'known' | 'parked';
  readonly family: string;
  readonly note: string;
}

/**
 * Makes the plan's devices those of the household, keeps price and messages for the household, and reports when ISDL did. May be run again: what was
 * brought in before is brought up to date, and what did not answer then is asked again.
 */
export async function bringIn(deps: BringInDeps, account: number, plan: IsdlPlan): Promise<Brought[]> {
  const places = await Promise.all(plan.devices.map((device) => placeOf(deps, device)));
  const brought: Brought[] = [];
  for (const [index, device] of plan.devices.entries()) {
    const place = places[index];
    if (place) brought.push(await bringOne(deps, account, device, place));
  }
  if (deps.store) await keepHouse(deps.store.db, account, plan, deps.clock.seconds());
  return brought;
}

/** Where the settings table keeps what ISDL had set for a household. */
export function houseSetting(account: number): string {
  return `isdl:${account}`;
}

interface Place {
  readonly family: string;
  readonly type: string;
  /** Null: it did not answer, so nobody knows yet who it is. */
  readonly identity: string | null;
  readonly model: string;
  readonly waits: string;
}

/** ISDL knew devices by their address alone: who they are, they are asked. */
async function placeOf({ drivers, ports }: BringInDeps, { name, type, address }: IsdlDevice): Promise<Place> {
  const known = SHELLY[type];
  if (known === undefined) {
    const family = `plugin:${typeName(type)}`;
    const waits = `it waits for a plug-in of type ${typeName(type)}`;
    return { family, type: 'plug', identity: ownIdentity(name), model: type, waits };
  }
  const { family } = known;
  try {
    const found = await drivers.get(family)?.identify?.(address, ports);
    if (found) return { family, type: known.type, identity: found.identity, model: found.model, waits: '' };
    return {
      ...known,
      identity: null,
      model: type,
      waits: `no Shelly answers at ${address}; run this again when it does`,
    };
  } catch (error) {
    const waits = `at ${address}: ${faultOf(error).message} Run this again when it does.`;
    return { ...known, identity: null, model: type, waits };
  }
}

async function bringOne(
  { store, clock }: BringInDeps,
  account: number,
  device: IsdlDevice,
  { family, type, identity, model, waits }: Place,
): Promise<Brought> {
  const { name, address, seconds } = device;
  const own = identity ?? ownIdentity(name);
  const before = store && earlier(store.devices, account, { family, name, identity: own });
  const outcome = waits ? 'parked' : before ? 'known' : 'new';
  if (store) {
    const found: Found = { family, identity: own, address, model, name, type, settings: {}, supported: true };
    const made = before ?? (await store.devices.adopt(account, found, { name: plainName(name), now: clock.seconds() }));
    const isNamed = identity !== null && made.identity !== identity;
    const fields: DeviceFields = {
      address,
      interval: seconds,
      ...(isNamed ? { identity } : {}),
      // Who it is, is not known: another device at the address must not be taken for it.
      ...(identity === null && made.identity === own ? { enabled: false } : {}),
      ...(isNamed && isParked(made) ? { enabled: true } : {}),
      settings: { ...made.settings, isdl: device },
    };
    await store.devices.set(made.id, fields);
  }
  return { name, outcome, family, note: waits };
}

function earlier(
  devices: DeviceModel,
  account: number,
  { family, name, identity }: { family: string; name: string; identity: string },
): Device | undefined {
  const byName = ({ family: its, settings }: Device) =>
    its === family && (settings.isdl as Partial<IsdlDevice> | undefined)?.name === name;
  return devices.byIdentity(account, family, identity) ?? devices.list(account).find(byName);
}

async function keepHouse(db: Database, account: number, plan: IsdlPlan, now: number): Promise<void> {
  const { house, devices } = plan;
  const times = reportTimes(devices);
  if (times) await keepReportTimes(db, account, times, now);
  const value = JSON.stringify(house);
  const row = { name: houseSetting(account), value };
  await stored(() => db.insertInto('settings').values(row).onDuplicateKeyUpdate({ value }).execute());
}

const SHELLY: Readonly<Record<string, { readonly family: string; readonly type: string }>> = {
  'shelly:plug-s': { family: 'shelly1', type: 'plug' },
  'shelly:3em': { family: 'shelly1', type: 'meter' },
};

/** As a plug-in may name its type. */
function typeName(type: string): string {
  const plain = type.replace(/[^\p{L}\p{N}_.:-]+/gu, '_').slice(0, 32);
  return /^[\p{L}\p{N}]/u.test(plain) ? plain : 'unknown';
}

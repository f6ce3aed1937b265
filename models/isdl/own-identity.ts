import type { Device, DeviceModel } from '../device.ts';
import type { Driver, Ports } from '../drivers/driver.ts';

/** What stands for a device's identity as long as only its name in ISDL is known. */
export function ownIdentity(name: string): string {
  return `${PREFIX}${Buffer.from(name).toString('base64url').slice(0, 120)}`;
}

/** Whether it is known by its name in ISDL alone. */
export function isParked({ identity }: Pick<Device, 'identity'>): boolean {
  return identity?.startsWith(PREFIX) ?? false;
}

/**
 * The device, known from now on by what it says of itself, where it was known by its name in ISDL alone and its family can ask.
 * Rejects as the family does where it does not answer. One that the household has already keeps its name of ISDL.
 */
export async function introduced(
  device: Device,
  driver: Driver,
  { devices, ports }: { devices: DeviceModel; ports: Ports },
): Promise<Device> {
  if (!isParked(device) || device.address === null || !driver.identify) return device;
  const found = await driver.identify(device.address, ports);
  if (!found || devices.byIdentity(device.account, device.family, found.identity)) return device;
  await devices.set(device.id, { identity: found.identity });
  return devices.find(device.id) ?? device;
}

const PREFIX = 'isdl:';

import type { Device } from './device-record.ts';
import type { Driver } from './drivers/driver.ts';

/**
 * Whether a device can be switched by its making, let in and enabled or not: its family can, and it is no mere meter of that
 * family. A meter with a relay has `relay` among its settings.
 */
export function hasSwitch(
  drivers: ReadonlyMap<string, Pick<Driver, 'capabilities'>>,
  { family, type, settings }: Pick<Device, 'family' | 'type' | 'settings'>,
): boolean {
  return drivers.get(family)?.capabilities.switch === true && (type !== 'meter' || settings.relay === true);
}

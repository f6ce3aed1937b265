import { covers } from '../lib/topic-filter.ts';
import { type Device, refOf } from './device.ts';
import type { Driver } from './drivers/driver.ts';

/**
 * The filters that the login of a device ends at: its own node, and what its family’s driver says it speaks on, but nothing below
 * the subtree of another of the household's devices, whatever somebody wrote down for it.
 */
export function filtersOf(
  device: Device,
  drivers: ReadonlyMap<string, Driver>,
  household: readonly Device[],
): string[] {
  const others = household.filter((other) => other.id !== device.id && partOf(other) !== partOf(device));
  const subtrees = others.flatMap((other) => allOf(other, drivers)).filter((filter) => filter.endsWith('/#'));
  const isForeign = (filter: string) => subtrees.some((subtree) => covers(subtree, filter));
  return allOf(device, drivers).filter((filter) => !isForeign(filter));
}

function allOf(device: Device, drivers: ReadonlyMap<string, Driver>): string[] {
  const own = /^[\w.-]+$/.test(device.node) ? [`emon/${device.node}/#`] : [];
  return [...new Set([...own, ...spokenOn(device, drivers).filter(isOneDevices)])];
}

/** The outlets of one strip speak on the same topics. */
function partOf({ family, identity, id }: Device): string {
  return `${family} ${identity?.split('.')[0] ?? id}`;
}

function spokenOn(device: Device, drivers: ReadonlyMap<string, Driver>): readonly string[] {
  const ref = refOf(device);
  try {
    return (ref && drivers.get(device.family)?.topics?.(ref)) ?? [];
  } catch {
    // it was never told on which topics this device is
    return [];
  }
}

/** Whether a filter keeps to one device: where its first level is shared, the second one names the device. */
function isOneDevices(filter: string): boolean {
  const [first = '', second = ''] = filter.split('/');
  if (first === '' || /[+#$]/.test(first)) return false;
  return SHARED.has(first) ? second !== '' && !/[+#]/.test(second) : true;
}

/** First levels below which many devices speak. */
const SHARED = new Set([
  ...['emon', 'tasmota', 'tele', 'stat', 'cmnd', 'shellies', 'openevse', 'zigbee2mqtt', 'homeassistant'],
  ...['mtr', 'cfg', 'resp', 'openenergy', 'relays', 'data', 'command', 'query', 'responses'],
]);

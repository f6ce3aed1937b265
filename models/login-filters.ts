import { type Device, refOf } from './device.ts';
import type { Driver } from './drivers/driver.ts';

/** The filters that the login of a device ends at: its own node, and what its family’s driver says it speaks on. */
export function filtersOf(device: Device, drivers: ReadonlyMap<string, Driver>): string[] {
  const spoken = spokenOn(device, drivers);
  const own = /^[\w.-]+$/.test(device.node) ? [`emon/${device.node}/#`] : [];
  return [...new Set([...own, ...spoken.filter(isOneDevices)])];
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

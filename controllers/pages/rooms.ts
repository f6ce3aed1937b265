import type { Device } from '../../models/device.ts';

/** The rooms that devices stand in already. */
export function roomsOf(devices: readonly Device[]): string[] {
  return [...new Set(devices.map(({ room }) => room))].filter(Boolean).sort();
}

import type { Device } from '../models/device.ts';

/** A number that a device keeps itself and that its settings form sets. */
export interface KeptNumber {
  readonly name: 'current' | 'flow';
  readonly least: number;
  readonly most: number;
}

/** The number that a device of this kind keeps beside how often it tells, if any. */
export function keptBy({ family, type }: Pick<Device, 'family' | 'type'>): KeptNumber | null {
  if (family === 'openevse2' || family === 'openevse4') return { name: 'current', least: 6, most: 80 };
  return family === 'emonesp' && type === 'hpmon' ? { name: 'flow', least: 0, most: 80 } : null;
}

/** The number as typed, null where nothing was typed, and NaN for what the device cannot keep. */
export function parseKept(typed: string, { least, most }: KeptNumber): number | null {
  if (typed === '') return null;
  const number = /^\d{1,3}$/.test(typed) ? Number(typed) : Number.NaN;
  return number >= least && number <= most ? number : Number.NaN;
}

/** Families that keep how often they tell, though nobody asks them. */
export const KEEPS_INTERVAL: ReadonlySet<string> = new Set(['tasmota']);

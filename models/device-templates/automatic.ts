import type { Template } from '../device-template.ts';
import { feed, input, into } from './parts.ts';

export const AUTOMATIC = 'automatic';
/** Goes up when what a device is given changes; those that have an earlier one are offered it. */
export const AUTOMATIC_VERSION = '1';

/** What a device's driver names its figures, where they are recorded by themselves. */
export const POWER = 'power_w';
export const ENERGY = 'energy_kwh';
export const SWITCH = 'switch';
/** Stands for energy that is summed up from power, where the device has no counter. */
export const SUMMED = 'summed';
const DAY = 'energy_kwhd';

/** What may be recorded of a device by itself. */
export const RECORDED = [POWER, ENERGY, SWITCH, SUMMED] as const;

/** The template that a device with a driver gets: those of its power, energy, the energy of each day and its switch that it has. */
export function automaticTemplate(names: ReadonlySet<string>, node: string, interval: number): Template {
  const isSummed = names.has(SUMMED);
  const isCounted = names.has(ENERGY) || isSummed;
  const sums = isSummed ? [into(ENERGY, 'process__power_to_kwh'), into(DAY, 'process__power_to_kwhd')] : [];
  const fixed = (name: string, unit: string) => feed(name, unit, interval);
  const daily = { ...feed(DAY, 'kWh', 1), engine: 'Engine::PHPTIMESERIES' };
  return {
    name: 'Device',
    category: 'General',
    group: 'Miscellaneous',
    description: 'Power, energy, the energy of each day, and the switch.',
    inputs: [
      ...(names.has(POWER) ? [input(POWER, '', into(POWER), ...sums)] : []),
      ...(names.has(ENERGY) ? [input(ENERGY, '', into(ENERGY), into(DAY, 'process__kwh_to_kwhd'))] : []),
      ...(names.has(SWITCH) ? [input(SWITCH, '', into(SWITCH))] : []),
    ],
    feeds: [
      ...(names.has(POWER) ? [fixed(POWER, 'W')] : []),
      ...(isCounted ? [fixed(ENERGY, 'kWh'), daily] : []),
      ...(names.has(SWITCH) ? [fixed(SWITCH, '')] : []),
    ].map((wanted) => ({ ...wanted, tag: tagOf(node) })),
  };
}

/** Feeds are named more narrowly than nodes: no dots. */
export function tagOf(node: string): string {
  return node.replace(/[^\p{L}\p{N}_\s-]/gu, '_');
}

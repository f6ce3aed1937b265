import type { DeviceReading } from './driver.ts';
import { figure, plausible, times, total } from './quantity.ts';

/** Quantities that go by names and units of the hub. */
const ENERGY: Readonly<Record<string, readonly [name: string, factor: number]>> = {
  Power: ['power_w', 1],
  Total: ['energy_wh', 1000],
  ExportActive: ['energy_returned_wh', 1000],
  TotalTariff: ['tariff_energy_wh', 1000],
  ExportTariff: ['tariff_energy_returned_wh', 1000],
  Voltage: ['voltage_v', 1],
  Current: ['current_a', 1],
  Factor: ['factor', 1],
  Frequency: ['frequency_hz', 1],
  ApparentPower: ['apparent_va', 1],
  ReactivePower: ['reactive_var', 1],
};
/** Sums over phases; the rest is told per phase only. */
const SUMMED = new Set(['power_w', 'energy_wh', 'energy_returned_wh', 'apparent_va', 'reactive_var']);
/** What a device works out from its own clock, or says beside its figures. */
const LEFT_OUT = new Set(['Time', 'TotalStartTime', 'Yesterday', 'Today', 'Period', 'TempUnit', 'PressureUnit', 'Id']);
const MOST_VALUES = 64;

/**
 * What a SENSOR message measures at one of a device's relays; null where it has no figures. The time in it is local without a
 * zone, so the reading counts from its arrival. Figures may be text, and lists where there are several phases or relays.
 */
export function measured(said: Readonly<Record<string, unknown>>, relay: number, relays: number): DeviceReading | null {
  const values: Record<string, number | undefined> = {};
  for (const [block, content] of Object.entries(said)) {
    if (!isBlock(content) || !/^[A-Z]/.test(block) || block === 'Wifi') continue;
    const seen = block === 'ENERGY' ? energy(content, relay, relays) : sensor(block, content, said.TempUnit);
    // what belongs to the whole strip is told once, at its first relay
    if (block === 'ENERGY' || relay === 1) Object.assign(values, seen);
  }
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return there.length === 0 ? null : plausible(Object.fromEntries(there.slice(0, MOST_VALUES)));
}

function energy(block: Block, relay: number, relays: number): Record<string, number | undefined> {
  const values: Record<string, number | undefined> = {};
  for (const [key, said] of Object.entries(block)) {
    const known = ENERGY[key];
    if (!known) continue;
    const [name, factor] = known;
    if (!Array.isArray(said)) {
      if (relay === 1) values[name] = times(figure.parse(said), factor);
      continue;
    }
    const each = said.slice(0, 8).map((one) => times(figure.parse(one), factor));
    if (relays > 1) values[name] = each[relay - 1];
    else perPhase(values, name, each);
  }
  return values;
}

function perPhase(
  values: Record<string, number | undefined>,
  name: string,
  each: readonly (number | undefined)[],
): void {
  if (SUMMED.has(name)) values[name] = total(each);
  for (const [index, value] of each.entries()) values[`${name}_${index + 1}`] = value;
}

/** Any other sensor, by its own names: `am2301_humidity`. */
function sensor(block: string, content: Block, unit: unknown): Record<string, number | undefined> {
  const values: Record<string, number | undefined> = {};
  for (const [key, said] of Object.entries(content)) {
    const value = figure.parse(said);
    if (value === undefined || LEFT_OUT.has(key)) continue;
    const isTemperature = key === 'Temperature' || key === 'DewPoint';
    const name = plain(`${block}_${key}`);
    if (isTemperature) values[`${name}_c`] = unit === 'F' ? times(value - 32, 5 / 9) : value;
    else values[name] = value;
  }
  return values;
}

type Block = Readonly<Record<string, unknown>>;

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 40);
}

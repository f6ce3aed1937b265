import type { Money } from '../tariff/money.ts';
import { apportion } from './apportion.ts';
import { type Charge, Charging } from './charge.ts';
import type { Energies } from './energy.ts';
import type { PricedSlice } from './priced-slice.ts';

/** The share of one device, of the rest, or of the house. */
export interface Line {
  joules: number;
  cost: Money;
  /** Energy without a known price; it is in `joules` and not in `cost`. */
  unpriced: number;
  /** CO2 in 1/3,600,000 mg, of energy that was taken. */
  carbon: bigint;
  /** Energy taken whose carbon nobody knows; it is in `joules` and not in `carbon`. */
  unweighed: number;
  /** Seconds nobody measured. */
  missing: number;
}

/** One period. `house` is what the meter says, and where it says nothing what the devices say; devices and rest add up to it. */
export interface BillRow {
  readonly start: number;
  end: number;
  readonly house: Line;
  readonly rest: Line;
  readonly devices: readonly Line[];
  /** Of `house`, the energy that only devices told of. */
  unmetered: number;
  standing: Money;
}

export interface BillParts {
  readonly slices: readonly PricedSlice[];
  /** Null: the household has no meter of its own. */
  readonly meter: Energies | null;
  readonly devices: readonly Energies[];
  /** Whether a slice opens a new period. */
  readonly opens: (slice: PricedSlice, before: PricedSlice) => boolean;
  /** Slices before this one only lead in: they count towards tiers and caps, and are in no row. */
  readonly from?: number;
}

/**
 * Adds up the bill. Within a slice everything costs what the house as a whole paid for a joule on average, so that devices and
 * rest together cost what the meter's energy costs, to the last fraction.
 */
export function billOf({ slices, meter, devices, opens, from = Number.NEGATIVE_INFINITY }: BillParts): BillRow[] {
  const rows: BillRow[] = [];
  const charging = new Charging();
  for (const [at, slice] of slices.entries()) {
    const used = devices.map(({ joules }) => joules[at] as number);
    const told = used.reduce((sum, joules) => sum + joules, 0);
    const covered = meter?.covered[at] ?? 0;
    const house = covered > 0 ? (meter?.joules[at] as number) : told;
    const charge = charging.of(slice, house);
    if (slice.start < from) continue;
    const before = slices[at - 1];
    if (rows.length === 0 || !before || opens(slice, before)) rows.push(emptyRow(slice.start, devices.length));
    const row = rows.at(-1) as BillRow;
    const length = slice.end - slice.start;
    const parts = apportion(slice, charge, house, used);
    put(row.house, house, charge, length - covered);
    put(row.rest, house - told, parts[devices.length] as Charge, length - covered);
    for (const [index, line] of row.devices.entries())
      put(line, used[index] as number, parts[index] as Charge, length - (devices[index]?.covered[at] ?? 0));
    if (covered === 0) row.unmetered += told;
    row.standing += slice.standing;
    row.end = slice.end;
  }
  return rows;
}

/** Several periods as one. */
export function sumOf(rows: readonly BillRow[], devices: number): BillRow {
  const sum = emptyRow(rows[0]?.start ?? 0, devices);
  for (const row of rows) {
    sum.end = row.end;
    sum.standing += row.standing;
    sum.unmetered += row.unmetered;
    addLine(sum.house, row.house);
    addLine(sum.rest, row.rest);
    for (const [at, line] of sum.devices.entries()) addLine(line, row.devices[at] as Line);
  }
  return sum;
}

function put(line: Line, joules: number, { cost, unpriced, carbon, unweighed }: Charge, missing: number): void {
  addLine(line, { joules, cost, unpriced, carbon, unweighed, missing });
}

function addLine(to: Line, { joules, cost, unpriced, carbon, unweighed, missing }: Line): void {
  to.joules += joules;
  to.cost += cost;
  to.unpriced += unpriced;
  to.carbon += carbon;
  to.unweighed += unweighed;
  to.missing += missing;
}

function emptyRow(start: number, devices: number): BillRow {
  const line = (): Line => ({ joules: 0, cost: 0n, unpriced: 0, carbon: 0n, unweighed: 0, missing: 0 });
  const each = Array.from({ length: devices }, line);
  return { start, end: start, house: line(), rest: line(), devices: each, unmetered: 0, standing: 0n };
}

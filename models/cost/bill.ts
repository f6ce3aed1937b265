import type { LocalSlice } from '../tariff/local-slices.ts';
import type { Money } from '../tariff/money.ts';
import type { Energies } from './energy.ts';

/** A slice with what a joule of it costs, taken or given; null where nobody knows. */
export interface PricedSlice extends LocalSlice {
  readonly taken: Money | null;
  readonly given: Money | null;
  /** Standing charge, with the slice that a day begins with. */
  readonly standing: Money;
}

/** The share of one device, of the rest, or of the house. */
export interface Line {
  joules: number;
  cost: Money;
  /** Energy without a known price; it is in `joules` and not in `cost`. */
  unpriced: number;
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
}

/**
 * Adds up the bill. Within a slice everything has one price, the one for what the house as a whole took or gave, so that
 * devices and rest together cost what the meter's energy costs, to the last fraction.
 */
export function billOf({ slices, meter, devices, opens }: BillParts): BillRow[] {
  const rows: BillRow[] = [];
  for (const [at, slice] of slices.entries()) {
    const before = slices[at - 1];
    if (!before || opens(slice, before)) rows.push(emptyRow(slice.start, devices.length));
    addSlice(rows.at(-1) as BillRow, slice, at, meter, devices);
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

function addSlice(
  row: BillRow,
  slice: PricedSlice,
  at: number,
  meter: Energies | null,
  devices: readonly Energies[],
): void {
  const length = slice.end - slice.start;
  const used = devices.map(({ joules }) => joules[at] as number);
  const told = used.reduce((sum, joules) => sum + joules, 0);
  const covered = meter?.covered[at] ?? 0;
  const house = covered > 0 ? (meter?.joules[at] as number) : told;
  const price = house < 0 ? slice.given : slice.taken;
  put(row.house, house, price, length - covered);
  put(row.rest, house - told, price, length - covered);
  for (const [index, line] of row.devices.entries())
    put(line, used[index] as number, price, length - (devices[index]?.covered[at] ?? 0));
  if (covered === 0) row.unmetered += told;
  row.standing += slice.standing;
  row.end = slice.end;
}

function put(line: Line, joules: number, price: Money | null, missing: number): void {
  line.joules += joules;
  line.missing += missing;
  if (price === null) line.unpriced += joules;
  else if (joules !== 0) line.cost += BigInt(joules) * price;
}

function addLine(to: Line, { joules, cost, unpriced, missing }: Line): void {
  to.joules += joules;
  to.cost += cost;
  to.unpriced += unpriced;
  to.missing += missing;
}

function emptyRow(start: number, devices: number): BillRow {
  const line = (): Line => ({ joules: 0, cost: 0n, unpriced: 0, missing: 0 });
  const each = Array.from({ length: devices }, line);
  return { start, end: start, house: line(), rest: line(), devices: each, unmetered: 0, standing: 0n };
}

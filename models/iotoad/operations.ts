/** One reading of one thing. */
export interface Row {
  readonly id: string;
  /** Unix seconds. */
  readonly time: number;
  readonly value: number;
}

type Operation = (rows: readonly Row[]) => readonly Row[];

/**
 * The operations of a query, by their lower-case names. Selectors give rows as they are; aggregations one row, at the time of the
 * first. `percentile` is the 95th; `bottom`, `top` and `sample` give one row.
 */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['count', aggregate((values) => values.length)],
  ['sum', aggregate(sum)],
  ['mean', aggregate(mean)],
  ['median', aggregate(median)],
  ['mode', aggregate(mode)],
  ['spread', aggregate((values) => least(values, -1) - least(values, 1))],
  ['stddev', aggregate(deviation)],
  ['integral', (rows) => one(rows, integral(rows))],
  ['distinct', (rows) => rows.filter(({ value }, at) => rows.findIndex((row) => row.value === value) === at)],
  ['first', (rows) => rows.slice(0, 1)],
  ['last', (rows) => rows.slice(-1)],
  ['min', (rows) => extreme(rows, 1)],
  ['max', (rows) => extreme(rows, -1)],
  ['bottom', (rows) => extreme(rows, 1)],
  ['top', (rows) => extreme(rows, -1)],
  [
    'percentile',
    (rows) =>
      sorted(rows)
        .slice(Math.max(0, Math.ceil(rows.length * 0.95) - 1))
        .slice(0, 1),
  ],
  ['sample', (rows) => rows.slice(Math.floor(rows.length / 2)).slice(0, 1)],
]);

function aggregate(of: (values: readonly number[]) => number): Operation {
  return (rows) => one(rows, of(rows.map(({ value }) => value)));
}

function one(rows: readonly Row[], value: number): Row[] {
  const [first] = rows;
  if (!first || !Number.isFinite(value)) return [];
  const ids = new Set(rows.map(({ id }) => id));
  return [{ id: ids.size === 1 ? first.id : '', time: first.time, value }];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function median(values: readonly number[]): number {
  const order = values.toSorted((a, b) => a - b);
  const middle = order.length / 2;
  return ((order[Math.ceil(middle) - 1] ?? Number.NaN) + (order[Math.floor(middle)] ?? Number.NaN)) / 2;
}

function mode(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[value] = [Number.NaN]] = [...counts].toSorted(([a, m], [b, n]) => n - m || a - b);
  return value;
}

/** Of the sample, as Influx has it. */
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

/** The area under each thing's curve, in its unit times seconds. */
function integral(rows: readonly Row[]): number {
  const before = new Map<string, Row>();
  let area = 0;
  for (const row of rows) {
    const last = before.get(row.id);
    if (last) area += ((last.value + row.value) / 2) * (row.time - last.time);
    before.set(row.id, row);
  }
  return area;
}

function least(values: readonly number[], sign: 1 | -1): number {
  return sign * values.reduce((best, value) => Math.min(best, sign * value), Number.POSITIVE_INFINITY);
}

function extreme(rows: readonly Row[], sign: 1 | -1): Row[] {
  const value = least(
    rows.map((row) => row.value),
    sign,
  );
  return rows.filter((row) => row.value === value).slice(0, 1);
}

function sorted(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => a.value - b.value);
}

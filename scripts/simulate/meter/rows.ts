/** One moment of a meter: what it published as JSON. */
export interface Row {
  /** Unix seconds. */
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/**
 * The rows of a CSV whose first line names the columns; one of them is `time` in Unix seconds. An empty field is a
 * value the meter did not send. Throws with the line's number for a row that cannot be read.
 */
export function parseRows(csv: string): Row[] {
  const lines = csv.replace(/^\ufeff/, '').split(/\r?\n/);
  const names = (lines[0] ?? '').split(',').map(unquoted);
  const timeColumn = names.findIndex((name) => name.toLowerCase() === 'time');
  if (timeColumn < 0) throw new Error('line 1: no column is called "time"');
  if (names.length < 2) throw new Error('line 1: there is no column beside "time"');
  const rows: Row[] = [];
  for (const [index, line] of lines.entries()) {
    if (index > 0 && line.trim() !== '') rows.push(parseRow(line, index + 1, names, timeColumn));
  }
  if (rows.length === 0) throw new Error('the file has no rows');
  return rows;
}

function parseRow(line: string, number: number, names: readonly string[], timeColumn: number): Row {
  const fields = line.split(',').map(unquoted);
  if (fields.length !== names.length) {
    throw new Error(`line ${number}: ${fields.length} fields where the first line names ${names.length}`);
  }
  const values: Record<string, number> = {};
  for (const [column, name] of names.entries()) {
    const field = fields[column] ?? '';
    if (column !== timeColumn && field !== '') values[name] = numberOf(field, number, name);
  }
  const time = numberOf(fields[timeColumn] ?? '', number, 'time');
  return { time, values };
}

function numberOf(field: string, line: number, name: string): number {
  const value = field === '' ? Number.NaN : Number(field);
  if (!Number.isFinite(value)) throw new Error(`line ${line}: ${name} is not a number: "${field}"`);
  return value;
}

function unquoted(field: string): string {
  return field.trim().replace(/^"(.*)"$/, '$1');
}

/** The same rows moved in time: at real speed the first is now, faster than that the last is, so that none lies ahead. */
export function shiftRows(rows: readonly Row[], now: number, realTime: boolean): Row[] {
  const anchor = realTime ? rows[0] : rows.at(-1);
  const by = now - (anchor?.time ?? now);
  return rows.map(({ time, values }) => ({ time: time + by, values }));
}

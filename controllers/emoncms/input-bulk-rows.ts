import { inflateSync } from 'node:zlib';
import type { Reading } from '../../models/input.ts';
import { floatOf, intArg, isTruthy } from './arguments.ts';
import { type InputValue, jsonValue, refused } from './input-values.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * The readings of `input/bulk`: rows `[offset, node, value…]`, where a value may be an object that names its own.
 * Offsets count from `now - sentat`, `now - offset`, `time`, or else such that the last row is now. Throws EmonCMS's sentence.
 */
export function bulkReadings(fields: Fields, body: Buffer, now: number): Reading[] {
  const rows = parseRows(bulkText(fields, body));
  const zero = zeroTime(fields, now, rows);
  const readings: Reading[] = [];
  for (const row of rows) {
    if (!Array.isArray(row) || row.length < 3) continue;
    const [offset, node, ...values] = row as unknown[];
    if (typeof node === 'object' && node !== null) throw refused('Format error, node must not be an object');
    readings.push({
      node: node === null || node === '' ? '0' : String(node),
      time: zero + Math.trunc(floatOf(offset)),
      values: values.length > 0 ? namedValues(values) : [],
    });
  }
  return readings;
}

/** A decompressed upload may be this large. */
const MOST_BYTES = 32 * 1024 * 1024;

function bulkText(fields: Fields, body: Buffer): string {
  if (isTruthy(fields.cb)) return inflate(body) ?? '';
  const data = fields.data ?? '';
  if (!isTruthy(fields.c)) return data;
  const plain = /^(?:[0-9a-f]{2})+$/i.test(data) ? inflate(Buffer.from(data, 'hex')) : undefined;
  if (plain === undefined) throw refused('Format error, compressed hex not valid');
  return plain;
}

function inflate(packed: Buffer): string | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

function parseRows(text: string): unknown[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    rows = undefined;
  }
  if (!Array.isArray(rows) || rows.length === 0) throw refused('Format error, json string supplied is not valid');
  const last: unknown = rows.at(-1);
  if (!Array.isArray(last) || last.length === 0) {
    throw refused('Format error, last item in bulk data does not contain any data');
  }
  return rows;
}

function zeroTime(fields: Fields, now: number, rows: readonly unknown[]): number {
  if (fields.sentat !== undefined) return now - intArg(fields.sentat);
  if (fields.offset !== undefined) return now - intArg(fields.offset);
  if (fields.time !== undefined) return intArg(fields.time);
  const last = rows.at(-1);
  return now - Math.trunc(floatOf(Array.isArray(last) ? last[0] : 0));
}

/** Plain values are named by their place, 1 on; those in objects by their keys, which take up no place. */
function namedValues(values: readonly unknown[]): InputValue[] {
  const named: InputValue[] = [];
  let place = 0;
  for (const value of values) {
    if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) named.push([name, jsonValue(inner)]);
    } else {
      place += 1;
      named.push([String(place), jsonValue(value)]);
    }
  }
  return named;
}

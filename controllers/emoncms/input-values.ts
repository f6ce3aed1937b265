import { HubError } from '../../lib/errors.ts';
import { floatOf, isNumeric } from './arguments.ts';

export type InputValue = readonly [name: string, value: number | null];

/** `json=`: `{power1:100,power2:-5}` with or without quotes; `null` is 0. Throws EmonCMS's sentence. */
export function looseValues(text: string): InputValue[] {
  const bare = text.replace(/[^\p{L}\p{M}\p{N}_\s.:,-]/gu, '');
  return bare.split(',').map((pair) => {
    const [name = '', written = ''] = pair.split(':').map((part) => part.trim());
    const value = written === 'null' ? '0' : written;
    if (!isNumeric(value)) throw refused('Format error, json value is not numeric');
    if (name === '') throw refused('Format error, json key missing or invalid character');
    return [name, finite(Number(value))];
  });
}

/** `csv=`: values named 1, 2, 3 …; `null` is 0. Throws EmonCMS's sentence. */
export function csvValues(text: string): InputValue[] {
  return text.split(',').map((field, index) => {
    const value = field.trim() === 'null' ? '0' : field;
    if (!isNumeric(value)) throw refused('Format error: csv value is not numeric');
    return [String(index + 1), finite(Number(value))];
  });
}

/** `data=`: loose JSON or CSV, by its look. */
export function eitherValues(text: string): InputValue[] {
  return /[{:]/.test(text) ? looseValues(text) : csvValues(text);
}

/**
 * `fulljson=`: one flat object or list. Its key `time`, in any case, is handed back as `time` where `ownTime` allows it; lower
 * case it is then no input. Throws EmonCMS's sentence.
 */
export function fullJsonValues(text: string, ownTime: boolean): { values: InputValue[]; time: unknown } {
  const entries = flatEntries(text);
  const values: InputValue[] = [];
  let time: unknown;
  for (const [name, value] of entries) {
    if (ownTime && name.toLowerCase() === 'time') time = value;
    if (!(ownTime && name === 'time')) values.push([name, jsonValue(value)]);
  }
  return { values, time };
}

function flatEntries(text: string): [string, unknown][] {
  let decoded: unknown;
  try {
    decoded = JSON.parse(text);
  } catch {
    decoded = undefined;
  }
  const entries = typeof decoded === 'object' && decoded !== null ? Object.entries(decoded) : [];
  const nested = entries.some(([, value]) => typeof value === 'object' && value !== null);
  if (entries.length === 0 || nested) throw refused('Input in not a valid JSON object');
  return entries;
}

/** A decoded value as EmonCMS takes it: the text "null" is no value, other texts are the number they start with. */
export function jsonValue(value: unknown): number | null {
  return value === 'null' ? null : finite(floatOf(value));
}

/** What a feed cannot hold counts as no value. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function refused(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}

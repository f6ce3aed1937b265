/**
 * A query string as EmonCMS's clients expect it read: of equal names the last counts, values are URL-decoded twice
 * (a plus sign only the first time) and lose the backslashes that quote characters.
 */
export function readQuery(search: string): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    values[name] = stripSlashes(value.includes('%') ? decodePercent(value) : value);
  }
  return values;
}

/** PHP's `(int)`: the whole number the text starts with, else 0. "12abc" is 12, "1e3" is 1000, "abc" is 0. */
export function intArg(value: string | undefined): number {
  const number = floatArg(value);
  return Number.isFinite(number) ? Math.trunc(number) + 0 : 0;
}

/** PHP's `(float)`: the number the text starts with, else 0. */
export function floatArg(value: string | undefined): number {
  const match = value === undefined ? null : LEADING_NUMBER.exec(value);
  return match ? Number(match[1]) : 0;
}

/** PHP's `is_numeric`: a decimal number with optional exponent, blanks around it allowed. */
export function isNumeric(value: string | undefined): value is string {
  return value !== undefined && NUMERIC.test(value);
}

/** PHP's truth of a text: all but "" and "0". */
export function isTruthy(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}

/** The text parsed as JSON, or undefined where it is not. */
export function jsonArg(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** PHP's `(float)` of a decoded JSON value: null and text without a number are 0, true is 1. */
export function floatOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return floatArg(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return Array.isArray(value) && value.length > 0 ? 1 : 0;
}

const LEADING_NUMBER = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;
const NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

function decodePercent(value: string): string {
  return value.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

function stripSlashes(value: string): string {
  return value.includes('\\') ? value.replace(/\\(.?)/gs, '$1') : value;
}

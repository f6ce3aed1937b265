import { HubError } from '../lib/errors.ts';
import { cutAt } from './line-cut.ts';

/** One line of InfluxDB's line protocol. */
export interface Point {
  readonly measurement: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly fields: readonly (readonly [key: string, value: number | boolean | string])[];
  /** Unix seconds, or null where the line has no time. */
  readonly time: number | null;
}

/** Units of a time in parts of a second. */
const PER_SECOND: Readonly<Record<string, bigint>> = {
  n: 1_000_000_000n,
  ns: 1_000_000_000n,
  u: 1_000_000n,
  us: 1_000_000n,
  µ: 1_000_000n,
  ms: 1000n,
  s: 1n,
};
const SECONDS: Readonly<Record<string, bigint>> = { m: 60n, h: 3600n };

/** Seconds of a time written in the unit; nanoseconds where none is named. Undefined for a unit there is not. */
export function timeReader(unit: string | undefined): ((time: string) => number) | undefined {
  const parts = PER_SECOND[unit || 'ns'];
  if (parts !== undefined) return (time) => Number(floorDivide(BigInt(time), parts));
  const seconds = SECONDS[unit ?? ''];
  return seconds === undefined ? undefined : (time) => Number(BigInt(time) * seconds);
}

/**
 * One line, or null where it is blank or a remark. Throws HUB_BAD_REQUEST with what is wrong with it.
 * Commas, blanks and equals signs are part of a name where a backslash stands before them.
 */
export function parseLine(line: string, seconds: (time: string) => number): Point | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return null;
  const [series = '', fields = '', time, ...rest] = cut(text, ' ').filter((part) => part !== '');
  if (fields === '' || rest.length > 0) throw wrong('a line is a measurement with tags, fields and a time');
  const [measurement = '', ...tags] = cut(series, ',');
  if (measurement === '') throw wrong('a measurement needs a name');
  if (time !== undefined && !/^-?\d{1,19}$/.test(time)) throw wrong(`${shown(time)} is not a time`);
  return {
    measurement: plain(measurement),
    tags: tags.map((tag) => pair(tag, 'tag')).map(([key, value]) => [key, plain(value)]),
    fields: cut(fields, ',').map((field) => {
      const [key, value] = pair(field, 'field');
      return [key, fieldValue(value)];
    }),
    time: time === undefined ? null : seconds(time),
  };
}

function floorDivide(time: bigint, parts: bigint): bigint {
  const whole = time / parts;
  return time < 0n && whole * parts !== time ? whole - 1n : whole;
}

function cut(text: string, separator: ' ' | ',' | '='): string[] {
  const { parts, isOpen } = cutAt(text, separator);
  if (isOpen) throw wrong('a text has no end');
  return parts;
}

function pair(text: string, what: string): [key: string, value: string] {
  const [key = '', ...values] = cut(text, '=');
  const value = values.join('=');
  if (key === '' || value === '') throw wrong(`${shown(text)} is not a ${what}`);
  return [plain(key), value];
}

const TRUE = /^(?:t|T|true|True|TRUE)$/;
const FALSE = /^(?:f|F|false|False|FALSE)$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^(?:-?\d{1,19}i|\d{1,20}u)$/;

function fieldValue(text: string): number | boolean | string {
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  }
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  const number = WHOLE.test(text) ? Number(text.slice(0, -1)) : NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(number)) throw wrong(`${shown(text)} is not a value`);
  return number;
}

function plain(name: string): string {
  return name.includes('\\') ? name.replace(/\\([,= \\"])/g, '$1') : name;
}

function shown(text: string): string {
  return `“${text.slice(0, 40)}”`;
}

function wrong(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}

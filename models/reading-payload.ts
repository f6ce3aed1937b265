import { HubError } from '../lib/errors.ts';
import { parseDateText } from './date-text.ts';
import type { Reading } from './input.ts';

/** What one MQTT message says. */
export interface ParsedMessage {
  readonly readings: Reading[];
  /** What a device announces itself as on `emon/<node>/describe`. */
  readonly describe?: string;
}

export interface ReadingContext {
  /** Unix seconds, for readings without a time of their own. */
  readonly now: number;
  /** The household's zone, for times written without one. */
  readonly timezone: string;
}

type Value = readonly [name: string, value: number | null];

/**
 * The readings in a message on `<base>/<node>/…`: a number, comma-separated numbers, or JSON. Control topics
 * (`…/in/…`, `…/out/…`) and announcements have none. Throws HUB_BAD_REQUEST with the reason for what cannot be understood.
 */
export function parseReading(topic: string, payload: Buffer, context: ReadingContext): ParsedMessage {
  const place = placeOf(topic);
  if (place === 'control') return NOTHING;
  const text = textOf(payload);
  if (place.path === 'describe') return { readings: [], describe: text.trim().slice(0, LONGEST_NAME) };
  const { values, time } = valuesOf(place, text, context);
  if (values.length === 0) return NOTHING;
  if (values.length > MOST_VALUES) throw malformed(`more than ${MOST_VALUES} values`);
  return { readings: [{ node: place.node, time: time ?? context.now, values }] };
}

const NOTHING: ParsedMessage = { readings: [] };
const LONGEST_NAME = 64;
const MOST_VALUES = 1000;

interface Place {
  readonly node: string;
  /** The levels below the node, joined with `_`; empty for the node itself. */
  readonly path: string;
}

/** Meters repeat their few topics for ever, so each is taken apart once. */
function placeOf(topic: string): Place | 'control' {
  const known = places.get(topic);
  if (known) return known;
  if (places.size >= MOST_PLACES) places.clear();
  const place = readPlace(topic);
  places.set(topic, place);
  return place;
}

const places = new Map<string, Place | 'control'>();
const MOST_PLACES = 5000;

function readPlace(topic: string): Place | 'control' {
  const [, node = '', ...below] = topic.replaceAll(':', '').split('/').map(cleanName);
  const levels = below.filter((level) => level !== '');
  if (node === '') throw malformed('the topic names no node');
  if (levels.some((level) => level === 'in' || level === 'out')) return 'control';
  const path = levels.join('_');
  if (node.length > LONGEST_NAME || path.length > LONGEST_NAME) throw malformed('a name is longer than 64 characters');
  return { node, path };
}

/** Names hold letters and digits of any script, `_`, `-`, `.` and white space. */
function cleanName(name: string): string {
  return PLAIN_NAME.test(name) ? name : name.replace(NOT_IN_NAMES, '');
}

const PLAIN_NAME = /^[\w\-. ]*$/;
const NOT_IN_NAMES = /[^\p{L}\p{M}\p{N}_\s\-.]/gu;

function textOf(payload: Buffer): string {
  const text = payload.toString('utf8');
  if (NOT_TEXT.test(text)) throw malformed('the payload is not text');
  return text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no text holds; U+FFFD stands where bytes were not UTF-8
const NOT_TEXT = /[\x00-\x08\x0e-\x1f\ufffd]/;

function valuesOf(place: Place, text: string, context: ReadingContext): { values: Value[]; time: number | null } {
  const start = text.trimStart()[0];
  if (start === '{' || start === '[') return fromJson(place, text, context);
  const fields = text.split(',');
  if (place.path === '') return { values: fields.map((field, index) => [String(index), numberOf(field)]), time: null };
  const several = fields.length > 1 && fields.every((field) => numberOf(field) !== null);
  if (several) return { values: fields.map((field, index) => [`${place.path}_${index}`, numberOf(field)]), time: null };
  return { values: [[place.path, numberOf(text)]], time: null };
}

/** A decimal number with nothing but white space around it; anything else is null. */
function numberOf(text: string): number | null {
  const bare = text.trim();
  return DECIMAL.test(bare) ? finite(Number(bare)) : null;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function fromJson(place: Place, text: string, context: ReadingContext): { values: Value[]; time: number | null } {
  const message = parseJson(text) as Record<string, unknown>;
  const before = place.path === '' ? '' : `${place.path}_`;
  const values: Value[] = [];
  let time: number | null = null;
  // what JSON.parse makes has no keys but its own
  for (const key in message) {
    const value = message[key];
    if (key.length === 4 && key.toLowerCase() === 'time') {
      time = timeOf(value, context);
      // `time` is used up; `Time` and the like are inputs as well, and so is what cannot be read as a time
      if (key === 'time' && time !== null) continue;
    }
    const named = namedValue(before + cleanName(key), value);
    if (named) values.push(named);
  }
  return { values, time };
}

function parseJson(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new HubError('HUB_BAD_REQUEST', { sentence: 'the payload is not valid JSON', cause });
  }
}

/** One input of a JSON message: `{"value": …}` may rename itself; null and what is nested otherwise is none. */
function namedValue(name: string, value: unknown): Value | null {
  if (name === '' || value === null) return null;
  if (name.length > LONGEST_NAME) throw malformed('a name is longer than 64 characters');
  if (typeof value !== 'object') return [name, scalar(value)];
  if (Array.isArray(value) || !('value' in value)) return null;
  const suffix = 'name' in value && typeof value.name === 'string' ? `_${cleanName(value.name)}` : '';
  return typeof value.value === 'object' ? null : namedValue(name + suffix, value.value);
}

function scalar(value: unknown): number | null {
  if (typeof value === 'number') return finite(value);
  return typeof value === 'string' ? numberOf(value) : null;
}

/** Unix seconds, or null for what is no time. */
function timeOf(value: unknown, { now, timezone }: ReadingContext): number | null {
  if (typeof value === 'number') return Math.floor(value);
  if (typeof value !== 'string') return null;
  const number = numberOf(value);
  return number === null ? (parseDateText(value, now, timezone) ?? null) : Math.floor(number);
}

function malformed(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}

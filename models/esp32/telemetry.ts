import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import { macOf } from '../drivers/mac.ts';
import { cleanName } from '../input-names.ts';
import { readStamp, type Stamp } from './uptime-clock.ts';

/** What one sensor measured at one moment. */
export interface Entry {
  /** Its place in what was posted. */
  readonly index: number;
  /** MAC without colons, or the name it gives itself, in lower case. */
  readonly identity: string;
  readonly stamp: Stamp;
  readonly values: Readonly<Record<string, number>>;
  /** The same for an entry that is sent again. */
  readonly print: string;
}

export interface Rejected {
  readonly index: number;
  readonly reason: string;
}

export interface Telemetry {
  /** The gateway that passed it on, or null where the sensor speaks for itself. */
  readonly gateway: string | null;
  readonly entries: readonly Entry[];
  readonly rejected: readonly Rejected[];
}

const MOST_ENTRIES = 2000;
const MOST_VALUES = 64;
const RESERVED = new Set(['name', 'timestamp']);

const ENVELOPE = z.object({ name: z.string(), data: z.array(z.unknown()) });

/**
 * Reads what a sensor or gateway posted, whatever it calls its type: one object, a list of them, or a gateway's envelope. What is
 * wrong with one entry is told of that entry. Throws HUB_BAD_REQUEST where the whole is none of these.
 */
export function parseTelemetry(body: Buffer): Telemetry {
  const { gateway, list } = unwrap(parseJson(body));
  if (list.length > MOST_ENTRIES)
    throw new HubError('HUB_TOO_LARGE', { sentence: `At most ${MOST_ENTRIES} entries at a time.` });
  const entries: Entry[] = [];
  const rejected: Rejected[] = [];
  for (const [index, said] of list.entries()) {
    const entry = entryOf(said, index);
    if (typeof entry === 'string') rejected.push({ index, reason: entry });
    else entries.push(entry);
  }
  return { gateway, entries, rejected };
}

function parseJson(body: Buffer): unknown {
  try {
    // Some firmware counts the end of its C string in.
    return JSON.parse(body.toString('utf8').replace(/\0+$/, ''));
  } catch (cause) {
    throw new HubError('HUB_BAD_REQUEST', { sentence: 'This is no JSON.', cause });
  }
}

function unwrap(json: unknown): { gateway: string | null; list: readonly unknown[] } {
  if (Array.isArray(json)) return { gateway: null, list: json };
  const envelope = ENVELOPE.safeParse(json);
  if (envelope.success) {
    const gateway = identityOf(envelope.data.name);
    if (gateway === null) throw new HubError('HUB_BAD_REQUEST', { sentence: 'A gateway’s name is its MAC address.' });
    return { gateway, list: envelope.data.data };
  }
  if (typeof json === 'object' && json !== null && 'name' in json) return { gateway: null, list: [json] };
  throw new HubError('HUB_BAD_REQUEST', {
    sentence: 'Send an object with a name, a list of them, or a name and data.',
  });
}

/** The entry, or why it is none. */
function entryOf(said: unknown, index: number): Entry | string {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return 'not an object';
  const { name, timestamp } = said as Record<string, unknown>;
  const identity = typeof name === 'string' ? identityOf(name) : null;
  if (identity === null) return 'name missing or not usable';
  const values: Record<string, number> = {};
  for (const [key, value] of Object.entries(said)) {
    if (RESERVED.has(key) || value === null) continue;
    const number = numberOf(value);
    if (number === null) return `${shown(key)}: not a number`;
    if (!KEY.test(key)) return `${shown(key)}: not a usable key`;
    values[key] = number;
  }
  const names = Object.keys(values);
  if (names.length === 0) return 'nothing measured';
  if (names.length > MOST_VALUES) return 'too many values';
  const stamp = readStamp(timestamp);
  return { index, identity, stamp, values, print: JSON.stringify([timestamp, Object.entries(values).sort()]) };
}

const KEY = /^[A-Za-z][\w .-]{0,47}$/;

function identityOf(name: string): string | null {
  const mac = macOf(name.trim());
  if (mac) return /^(0{12}|f{12})$/.test(mac) ? null : mac;
  const plain = name.trim().toLowerCase();
  return /^[a-z0-9][\w.-]{0,47}$/.test(plain) ? plain : null;
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

function shown(key: string): string {
  return cleanName(key).slice(0, 32) || 'a key';
}

import { HubError } from '../lib/errors.ts';
import { parseThresholds } from './cost/power-on.ts';
import type { Device } from './device-record.ts';

export const DEVICE_KEY = /^[0-9a-f]{32}$/;

/** How a person wants a new device to be called; what is absent is made of what it says itself. */
export interface Called {
  readonly name?: string;
  readonly room?: string;
  readonly place?: string;
}

/** Throws HUB_BAD_REQUEST for what a device may not be called or have. */
export function checkDevice({ node, name, description, type, key, ip, ...more }: Omit<Device, 'id'>): void {
  if (node === '' || node.length > 64 || !PLAIN.test(node)) throw refused('invalid characters in device nodeid');
  if (name.length > 128 || !PLAIN.test(name)) throw refused('invalid characters in device name');
  if (description.length > 255 || !PLAIN.test(description)) throw refused('invalid characters in device description');
  if (!TYPE.test(type)) throw refused('invalid characters in device type');
  if (key !== null && !DEVICE_KEY.test(key)) throw refused('device key must be 32 hexadecimal digits');
  if (!/^[0-9a-fA-F.:]{0,45}$/.test(ip)) throw refused('invalid characters in device ip');
  const { room, place, identity, address, interval, settings } = more;
  if (room.length > 64 || !PLAIN.test(room)) throw refused('A room has letters, digits, blanks and _ . : - in it.');
  if (!PLACE.test(place)) throw refused('A place is one like w.r1.c2, g3 or p0.');
  if (identity !== null && !IDENTITY.test(identity)) throw refused('This device’s identity cannot be kept.');
  if (address !== null && !ADDRESS.test(address)) throw refused('This is no address of a device.');
  if (interval !== null && !(Number.isInteger(interval) && interval >= 1 && interval <= 86_400))
    throw refused('An interval is 1 to 86400 seconds.');
  if (settings.powerOn !== undefined && !parseThresholds(settings.powerOn))
    throw refused('powerOn: {on, off} in W, 0 to 100000, and off no higher than on.');
  if (JSON.stringify(settings).length > MOST_SETTINGS) throw refused('These settings are too long.');
}

/** What remains of a device's own name when only what a name may have is left; never empty. */
export function plainName(name: string): string {
  const kept = name
    .replace(/[^\p{L}\p{M}\p{N}_ .:-]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return [...kept].slice(0, 64).join('').trim() || 'Device';
}

/** A node that `isTaken` does not know: the wanted one, or with the next number behind it. */
export function freeNode(wanted: string, isTaken: (node: string) => boolean): string {
  const base = [...plainName(wanted).toLowerCase()].slice(0, 56).join('').replace(/[ :]/g, '_');
  let node = base;
  for (let number = 2; isTaken(node); number += 1) node = `${base}_${number}`;
  return node;
}

/** Whether a name or room has nothing but letters, digits, blanks and _ . : - in it. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** Whether it is a place such as `w.r1.c2`, or none. */
export function isPlace(text: string): boolean {
  return PLACE.test(text);
}

/** Whether it can be an address of a device. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** That the wish cannot be kept, and why. */
export function refused(sentence: string): HubError {
  return new HubError('HUB_BAD_REQUEST', { sentence });
}

const PLAIN = /^[\p{L}\p{M}\p{N}_ .:-]*$/u;
const TYPE = /^[\p{L}\p{N}_ .:/|,-]{0,64}$/u;
const PLACE = /^$|^[a-z0-9-]{1,16}(\.r\d{1,4}\.c\d{1,4})?$/;
const IDENTITY = /^[\w.:/+@-]{1,128}$/;
const ADDRESS = /^[\w.:[\]%-]{1,128}$/;
const MOST_SETTINGS = 16_000;

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Called } from '../device-rules.ts';
import { isPublicKey, type Sealed } from './seal.ts';

/** A device that asks to be let in, as far as it can be known. */
export interface Asker {
  /** `legacy`: EmonESP's firmware, which says nothing of itself. `new`: it named itself and can be told from others. */
  readonly kind: 'legacy' | 'new';
  readonly address: string;
  /** The network card that holds the address, where the machine's neighbour table knows it. */
  readonly mac: string | null;
  readonly deviceId: string | null;
  readonly type: string;
  readonly name: string;
  readonly nonce: string | null;
  readonly publicKey: string | null;
}

/** One device's asking: from the first time until it has its login, was turned away or gave up. */
export interface PairingRequest {
  readonly id: string;
  asker: Asker;
  /** What the person compares with the device's own display; null where it has none. */
  readonly code: string | null;
  /** Monotonic milliseconds. */
  readonly asked: number;
  seen: number;
  decision: Decision | null;
}

/** A household's yes. The login is made when the device fetches it, once. */
export interface Decision {
  readonly account: number;
  readonly by: string;
  readonly called: Called;
  /** Monotonic milliseconds; after it nothing is given out. */
  until: number;
  grant: Promise<Grant> | null;
  login: number | null;
}

/** A device's new login, made for one request. */
export interface Admitted {
  readonly login: number;
  readonly device: number;
  readonly username: string;
  readonly secret: string;
  /** Its own node, or null where it will name it itself. */
  readonly node: string | null;
}

/** What a let-in device is handed. */
export interface Grant extends Admitted {
  /** The same text every time it is asked for: legacy's line or the sealed box. */
  readonly answer: string | Sealed;
}

/** What `POST /api/v1/pairing` takes. */
export const askForm = z.object({
  deviceId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{2,63}$/)
    .describe('What the device is told apart by: its MAC address or serial number'),
  type: z.string().max(64).default('').transform(printable).describe('smartplug, hpmon, …'),
  name: z.string().min(1).max(256).transform(printable).describe('What it calls itself'),
  nonce: z
    .string()
    .regex(/^(?:[0-9a-f]{2}){16,64}$/)
    .describe('At least 16 random bytes, hex; made anew for every request and kept secret but for this'),
  publicKey: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .refine(isPublicKey, 'not an X25519 key')
    .optional()
    .describe('X25519, 32 bytes, hex: the credential is sealed to it'),
});

export type AskForm = z.infer<typeof askForm>;

/** Text from a device as it may stand in a list: one line, no control or direction characters, 64 at most. */
export function printable(text: string): string {
  const plain = text.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, ' ');
  return [...plain.replace(/\s+/g, ' ').trim()].slice(0, 64).join('');
}

/**
 * Six digits made of everything both sides must agree on: whoever puts a key of his own in between gets other digits shown
 * on the hub than the device shows.
 */
export function codeOf(id: string, { deviceId, nonce, publicKey }: Asker, fingerprint: string): string | null {
  if (nonce === null) return null;
  const text = ['hearth pairing code', id, deviceId ?? '', publicKey ?? '', fingerprint].join('\n');
  const digest = createHmac('sha256', Buffer.from(nonce, 'hex')).update(text).digest();
  return String(digest.readUInt32BE(0) % 1_000_000).padStart(6, '0');
}

/** What only the device that asked can say: HMAC-SHA256 of the request's id under its nonce, hex. */
export function proofOf(id: string, nonce: string): string {
  return createHmac('sha256', Buffer.from(nonce, 'hex')).update(`hearth pairing proof\n${id}`).digest('hex');
}

/** Whether the proof is of that request, made with its nonce. */
export function isProof(id: string, nonce: string, proof: string): boolean {
  const [right, given] = [proofOf(id, nonce), proof].map((text) => createHash('sha256').update(text).digest());
  return right !== undefined && given !== undefined && timingSafeEqual(right, given);
}

/** Everything a turned-away device is known again by. */
export function identitiesOf({ kind, address, mac, deviceId }: Asker): string[] {
  const card = mac === null ? [] : [`mac ${mac}`];
  if (kind === 'new') return [`id ${deviceId ?? ''}`, ...card];
  return card.length > 0 ? card : [`ip ${address}`];
}

/** What was seen of the card when a person decided must be so still; before that it may become known. */
export function isSameCard({ asker, decision }: PairingRequest, mac: string | null): boolean {
  return asker.mac === mac || (asker.mac === null && decision === null);
}

/** A device in a line of the audit trail. */
export function describe({ kind, address, mac, deviceId, type, name }: Asker): string {
  const card = mac === null ? address : `${address} (${mac})`;
  return kind === 'legacy' ? `a device at ${card}` : `${name} (${type || 'device'} ${deviceId}) at ${card}`;
}

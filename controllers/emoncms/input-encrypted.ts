import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { Call } from './call.ts';

/** An encrypted post opened: whose it is, what it says, and the digest that proves to the sender that it arrived. */
export interface Opened {
  readonly account: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly receipt: string;
}

export function isEncrypted(call: Call): boolean {
  return call.contentType.startsWith('aes128cbc');
}

/**
 * Opens a body that is base64url of IV and AES-128-CBC under the household's write key, signed in `Authorization` as
 * `<account>:<hex HMAC-SHA256 of the plain text>`. Undefined for anything that does not fit, without saying what.
 */
export function openEncrypted(
  call: Call,
  writeKey: (account: number) => string | null | undefined,
): Opened | undefined {
  const signed = /^(\d{1,10}):([0-9a-f]{64})$/i.exec(call.headers.authorization ?? '');
  const account = Number(signed?.[1] ?? 0);
  const hex = writeKey(account);
  if (!signed || !hex) return undefined;
  const key = Buffer.from(hex, 'hex');
  const plain = decrypt(call.body.toString('latin1'), key);
  if (!plain || !isSigned(plain, key, hex, Buffer.from(signed[2] as string, 'hex'))) return undefined;
  const text = call.contentType.startsWith('aes128cbcgz') ? inflate(plain) : plain;
  if (!text) return undefined;
  return {
    account,
    fields: Object.fromEntries(new URLSearchParams(text.toString('utf8'))),
    receipt: createHash('sha256').update(plain).digest('base64url'),
  };
}

const IV_BYTES = 16;
const MOST_BYTES = 4 * 1024 * 1024;

function decrypt(body: string, key: Buffer): Buffer | undefined {
  const packed = Buffer.from(body, 'base64url');
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, packed.subarray(0, IV_BYTES));
    return Buffer.concat([decipher.update(packed.subarray(IV_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** Senders key the signature either with the key's bytes or with its text. */
function isSigned(plain: Buffer, key: Buffer, hex: string, signature: Buffer): boolean {
  return [key, hex].some((secret) => timingSafeEqual(createHmac('sha256', secret).update(plain).digest(), signature));
}

function inflate(packed: Buffer): Buffer | undefined {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}

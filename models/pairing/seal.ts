import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import type { Random } from '../../lib/random.ts';

/** A credential that one request's device alone can open. All hex. */
export interface Sealed {
  /** The hub's X25519 key of this one box; null where the device gave none and the nonce is the secret. */
  readonly publicKey: string | null;
  readonly iv: string;
  /** AES-256-GCM, the 16 bytes of the tag last. */
  readonly box: string;
}

export interface SealTo {
  readonly request: string;
  readonly nonce: string;
  readonly publicKey: string | null;
}

/**
 * Seals a text to one request: key = HKDF-SHA256(secret, salt nonce, info "hearth pairing" + request), where the secret is
 * X25519's, or the nonce itself for a device without a key. The request's id is authenticated along with it.
 */
export function seal(random: Random, { request, nonce, publicKey }: SealTo, text: string): Sealed {
  const own = publicKey === null ? null : privateKey(random.bytes(32));
  const salt = Buffer.from(nonce, 'hex');
  const secret = own && publicKey !== null ? shared(own, publicKey) : salt;
  const key = Buffer.from(hkdfSync('sha256', secret, salt, `hearth pairing\n${request}`, 32));
  const iv = random.bytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(request));
  const box = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { publicKey: own && rawPublic(own), iv: iv.toString('hex'), box: box.toString('hex') };
}

/** Whether 32 bytes in hex are a key that can be sealed to; the few points that give everybody the same secret are not. */
export function isPublicKey(hex: string): boolean {
  try {
    return shared(PROBE, hex).some((byte) => byte !== 0);
  } catch {
    return false;
  }
}

/** RFC 8410's wrapping of a raw X25519 private key. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PROBE = privateKey(Buffer.alloc(32, 1));

function privateKey(raw: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' });
}

function rawPublic(key: KeyObject): string {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url').toString('hex');
}

function shared(own: KeyObject, publicKey: string): Buffer {
  const x = Buffer.from(publicKey, 'hex').toString('base64url');
  const theirs = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
  return diffieHellman({ privateKey: own, publicKey: theirs });
}

import {
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** What a device with new firmware holds while it asks, written after docs/pairing.md and apart from the hub's code. */
export interface AskingDevice {
  readonly form: { readonly nonce: string; readonly publicKey?: string };
  readonly privateKey: KeyObject | null;
  proof(request: string): string;
  /** The digits its display shows. */
  code(deviceId: string, request: string, fingerprint: string): string;
}

export function proofFor(withKey: boolean): AskingDevice {
  const nonce = randomBytes(16);
  const pair = withKey ? generateKeyPairSync('x25519') : null;
  const publicKey = pair
    ? Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex')
    : '';
  const hmac = (text: string) => createHmac('sha256', nonce).update(text).digest();
  return {
    form: { nonce: nonce.toString('hex'), ...(pair ? { publicKey } : {}) },
    privateKey: pair?.privateKey ?? null,
    proof: (request) => hmac(`hearth pairing proof\n${request}`).toString('hex'),
    code: (deviceId, request, fingerprint) => {
      const digest = hmac(`hearth pairing code\n${request}\n${deviceId}\n${publicKey}\n${fingerprint}`);
      return String(digest.readUInt32BE(0) % 1_000_000).padStart(6, '0');
    },
  };
}

/** Opens what the hub sealed; throws where it was sealed to somebody else. */
export function openSealed(
  { form, privateKey }: Pick<AskingDevice, 'form' | 'privateKey'>,
  request: string,
  { publicKey, iv, box }: { publicKey: string | null; iv: string; box: string },
): string {
  const nonce = Buffer.from(form.nonce, 'hex');
  let secret: Buffer = nonce;
  if (privateKey && publicKey) {
    const x = Buffer.from(publicKey, 'hex').toString('base64url');
    const hubKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
    secret = diffieHellman({ privateKey, publicKey: hubKey });
  }
  const key = Buffer.from(hkdfSync('sha256', secret, nonce, `hearth pairing\n${request}`, 32));
  const bytes = Buffer.from(box, 'hex');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'hex')).setAAD(Buffer.from(request));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
}

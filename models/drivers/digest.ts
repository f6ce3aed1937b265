import { createHash } from 'node:crypto';
import type { HttpLogin } from './http-port.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Chance of the caller's own, for the client's nonce. */
  readonly cnonce: string;
}

/** The Authorization header that answers a WWW-Authenticate header; null where what is asked for is not to be given. */
export function authorization(challenge: string, login: HttpLogin, asked: Asked): string | null {
  if (/^\s*digest\s/i.test(challenge)) return digest(fieldsOf(challenge), login, asked);
  if (/^\s*basic\b/i.test(challenge) && !login.digestOnly) {
    return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  }
  return null;
}

/** RFC 7616, quality of protection `auth` or none. */
function digest(
  { realm = '', nonce = '', opaque, qop, algorithm = 'MD5' }: Readonly<Record<string, string>>,
  { user, password }: HttpLogin,
  { method, path, cnonce }: Asked,
): string | null {
  const name = ALGORITHMS[algorithm.toUpperCase()];
  const protects = qop === undefined ? false : qop.split(/\s*,\s*/).includes('auth');
  if (!name || (qop !== undefined && !protects)) return null;
  const hash = (text: string) => createHash(name).update(text).digest('hex');
  const secret = hash(`${user}:${realm}:${password}`);
  const what = hash(`${method}:${path}`);
  const response = protects
    ? hash(`${secret}:${nonce}:${COUNT}:${cnonce}:auth:${what}`)
    : hash(`${secret}:${nonce}:${what}`);
  const quoted = { username: user, realm, nonce, uri: path, response, ...(opaque === undefined ? {} : { opaque }) };
  const parts = Object.entries(quoted).map(([key, value]) => `${key}="${value.replace(/["\\\r\n]/g, '')}"`);
  if (protects) parts.push('qop=auth', `nc=${COUNT}`, `cnonce="${cnonce}"`);
  return `Digest ${[...parts, `algorithm=${algorithm.replace(/[^\w-]/g, '')}`].join(', ')}`;
}

const ALGORITHMS: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };
/** Each answer is to a nonce of its own. */
const COUNT = '00000001';

function fieldsOf(challenge: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, key = '', quoted, plain] of challenge.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    fields[key.toLowerCase()] = quoted ?? plain ?? '';
  }
  return fields;
}

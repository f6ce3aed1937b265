import { createHash, timingSafeEqual } from 'node:crypto';

/** What a 401 asks for. */
export function challenge(generation: 1 | 2, realm: string, nonce: string): string {
  if (generation === 1) return `Basic realm="${realm}"`;
  return `Digest qop="auth", realm="${realm}", nonce="${nonce}", algorithm=SHA-256`;
}

export interface Wanted {
  readonly generation: 1 | 2;
  readonly realm: string;
  readonly nonce: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
}

/** Whether an Authorization header is the answer to the challenge. */
export function isLetIn(header: string, wanted: Wanted): boolean {
  const { generation, realm, nonce, password, method, uri } = wanted;
  if (generation === 1) return header === `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const said = Object.fromEntries(
    [...header.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name, quoted, plain]) => [
      name,
      quoted ?? plain ?? '',
    ]),
  );
  if (said.username !== 'admin' || said.nonce !== nonce || said.uri !== uri || said.realm !== realm) return false;
  const secret = sha256(`admin:${realm}:${password}`);
  const asked = sha256(`${method}:${uri}`);
  const response = sha256(`${secret}:${nonce}:${said.nc}:${said.cnonce}:auth:${asked}`);
  const given = Buffer.from(said.response ?? '');
  return given.length === response.length && timingSafeEqual(given, Buffer.from(response));
}

/** What a device asks of who calls it in a frame, and the password it wants. */
export interface FrameChallenge {
  readonly asked: {
    readonly nonce: number;
    readonly nc: number;
    readonly realm: string;
    readonly algorithm: 'SHA-256';
  };
  readonly password: string;
}

/** Whether a frame's `auth` is the answer to the challenge. */
export function isFrameLetIn(auth: unknown, { asked, password }: FrameChallenge): boolean {
  const said = (auth ?? {}) as Record<string, unknown>;
  if (said.username !== 'admin' || said.nonce !== asked.nonce || said.realm !== asked.realm) return false;
  const secret = sha256(`admin:${asked.realm}:${password}`);
  const what = sha256('dummy_method:dummy_uri');
  return said.response === sha256(`${secret}:${asked.nonce}:${said.nc}:${said.cnonce}:auth:${what}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

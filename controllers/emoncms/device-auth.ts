import type { PairingModel } from '../../models/pairing/pairing.ts';
import { type Action, type Call, failure, json, text } from './call.ts';
import type { EmoncmsAction } from './feed.ts';
import { accountOf } from './input-door.ts';

export interface DeviceAuthDeps {
  readonly pairing: PairingModel;
  /** What the audit trail calls the caller. */
  readonly actorOf: (who: Call['who']) => string;
}

/** `device/auth/…`: how EmonESP's firmware asks to be let in, and how EmonCMS's pages look and allow. */
export function deviceAuthActions({ pairing, actorOf }: DeviceAuthDeps): EmoncmsAction[] {
  const request: Action = async ({ ip, headers, onGone }) => {
    const proxied = PROXY_HEADERS.some((name) => headers[name] !== undefined);
    const address = plainAddress(ip);
    const answer = await pairing.askLegacy(address, proxied);
    if (proxied || !(await pairing.decided(address, onGone))) return text(answer);
    return text(await pairing.askLegacy(address, proxied));
  };

  const check: Action = (call) => {
    // a key's holder polls as EmonCMS's page did; a guest who looks on lets nobody in
    if (call.who?.by === 'session' && call.who.role === 'guest') return json({ success: true, message: NOBODY });
    const waiting = pairing.check(accountOf(call));
    return json(waiting ? { success: true, ip: waiting.asker.address } : { success: true, message: NOBODY });
  };

  const allow: Action = (call) => {
    const ip = call.query.ip ?? call.form.ip ?? '';
    const allowed = pairing.allowAddress(accountOf(call), ip, actorOf(call.who));
    if (!allowed) return failure(NOBODY);
    return json({ success: true, message: `Authentication request allowed for IP ${ip}` });
  };

  const deny: Action = async (call) => {
    const ip = call.query.ip ?? call.form.ip ?? '';
    const denied = await pairing.denyAddress(accountOf(call), ip, actorOf(call.who));
    return denied ? json({ success: true, message: `Authentication request denied for IP ${ip}` }) : failure(NOBODY);
  };

  return [
    { path: 'device/auth/request', who: 'anyone', refusal: json(false), to: request },
    ...both('check', 'read', check),
    ...both('allow', 'write', allow),
    ...both('deny', 'write', deny),
  ];
}

/** An IPv4 address in IPv6's clothes counts as the IPv4 address it is. */
export function plainAddress(ip: string): string {
  return ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

const NOBODY = 'No authentication request registered';

/** The firmware sends none of these; where one is, many devices may share the address the hub sees. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'];

function both(word: string, who: EmoncmsAction['who'], to: Action): EmoncmsAction[] {
  return [`device/auth/${word}`, `device/auth${word}`].map((path) => ({ path, who, refusal: json(false), to }));
}

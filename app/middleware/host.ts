import { isIP } from 'node:net';
import { networkInterfaces, hostname as systemName } from 'node:os';
import type { RequestHandler } from 'express';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';

export interface HostDeps {
  /** The hub's name, without `.local`. */
  readonly hostname: string;
  /** Further names it is reached by, e.g. behind a reverse proxy. */
  readonly hosts: readonly string[];
  /** The name the hub took where its own was taken, e.g. `hearth-2.local`. */
  readonly alias?: () => string | null;
  readonly clock: Clock;
  /** This machine's addresses now; tests pass their own. */
  readonly addresses?: () => readonly string[];
}

const ADDRESSES_MS = 5000;

/**
 * Refuses requests that call the hub by a name which is not its own. A page elsewhere that makes its own name point to the
 * hub's address (DNS rebinding) still sends its own name.
 */
export function ownHost(deps: HostDeps): RequestHandler {
  const isOwn = ownHostCheck(deps);
  return (req, res, next) => {
    if (isOwn(req.headers.host)) return next();
    const error = new HubError('HUB_HOST');
    if (req.path.startsWith('/api/')) return next(error);
    // Plain words: under this name a page would get none of its styles.
    res.status(error.status).type('text/plain').set('X-Content-Type-Options', 'nosniff');
    res.end(`${error.sentence} Use ${deps.hostname}.local or the hub’s own address.\n`);
  };
}

/** The same check on the text of a Host header, for doors that are not Express: WebSocket upgrades. */
export function ownHostCheck({ hostname, hosts, alias, clock, addresses = ownAddresses }: HostDeps) {
  const machine = systemName().toLowerCase();
  const own = [hostname, machine].flatMap((name) => [name, `${name}.local`]);
  const names = new Set(['localhost', ...own, ...hosts.map((name) => name.toLowerCase())]);
  let known = new Set<string>();
  let readAt = Number.NEGATIVE_INFINITY;
  const isAddress = (host: string) => {
    // An address can come with a new network at any time, but asking for each request would be dear.
    if (clock.monotonic() - readAt > ADDRESSES_MS) {
      known = new Set(addresses().map(canonical));
      readAt = clock.monotonic();
    }
    return host === '::1' || host.startsWith('127.') || known.has(host);
  };
  return (header: string | undefined): boolean => {
    const host = hostOf(header);
    if (host === null) return false;
    return names.has(host) || host === alias?.() || (isIP(host) !== 0 && isAddress(host));
  };
}

/** The name or address in a Host header in one spelling, without port, brackets and final dot; null for nonsense. */
export function hostOf(header: string | undefined): string | null {
  if (!header || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(header)) return null;
  const host = header.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  return canonical(host.replace(/\.$/, ''));
}

function canonical(address: string): string {
  const plain = address.toLowerCase().replace(/%.*$/, '');
  if (isIP(plain) !== 6) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  return mapped ?? new URL(`http://[${plain}]`).hostname.replace(/^\[|\]$/g, '');
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map((one) => one.address));
}

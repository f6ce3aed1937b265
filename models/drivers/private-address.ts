import { BlockList, isIP } from 'node:net';

export interface AddressRules {
  /** Whether devices may live on this machine itself, as simulators do. */
  readonly loopback: boolean;
}

/**
 * Whether an IP address may be a device's: one of the ranges that are private by RFC 1918, 3927, 4193 and 4291. Never the public
 * internet, nor a cloud's metadata service, and this machine only where the rules say so.
 */
export function isDeviceAddress(ip: string, { loopback }: AddressRules): boolean {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0 || NEVER.check(plain, version === 6 ? 'ipv6' : 'ipv4')) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return HOME.check(plain, family) || (loopback && LOOPBACK.check(plain, family));
}

/** `host`, `host:port`, `[v6]` or `[v6]:port` in its parts; null where it is none of them. */
export function hostAndPort(address: string): { host: string; port: number | null } | null {
  if (isIP(address) === 6) return { host: address, port: null };
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? null : Number(digits);
  if (host === undefined || (port !== null && (port < 1 || port > 65_535))) return null;
  return { host, port };
}

const HOME = new BlockList();
HOME.addSubnet('10.0.0.0', 8);
HOME.addSubnet('172.16.0.0', 12);
HOME.addSubnet('192.168.0.0', 16);
HOME.addSubnet('169.254.0.0', 16);
HOME.addSubnet('fc00::', 7, 'ipv6');
HOME.addSubnet('fe80::', 10, 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');
const NEVER = new BlockList();
NEVER.addAddress('169.254.169.254');
NEVER.addAddress('fd00:ec2::254', 'ipv6');

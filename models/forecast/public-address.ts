import { BlockList, isIP } from 'node:net';

export interface FetchRules {
  /** Whether a forecast may come from a machine of the house's own network. */
  readonly privateNetwork: boolean;
  /** Whether it may come from this machine, as in tests. */
  readonly loopback: boolean;
}

/**
 * Whether an IP address may be asked for a forecast: one of the public internet, of the house's own network and of this machine only
 * where the rules say so, and never a cloud's metadata service, a link-local, a multicast or a reserved one. What is written as IPv6 but
 * leads to an IPv4 address is judged by the latter.
 */
export function isAskable(ip: string, rules: FetchRules): boolean {
  const address = ip.replace(/%.*$/, '').toLowerCase();
  const version = isIP(address);
  if (version === 0) return false;
  if (version === 6) {
    const inner = innerIpv4(address);
    if (inner === null) return false;
    if (inner !== undefined) return isAskable(inner, rules);
  }
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (NEVER.check(address, family)) return false;
  if (LOOPBACK.check(address, family)) return rules.loopback;
  if (HOME.check(address, family)) return rules.privateNetwork;
  // Of IPv6 only what is assigned to the internet, 2000::/3, is public.
  return version === 4 || PUBLIC6.check(address, 'ipv6');
}

/** The IPv4 address within an IPv6 one that only carries it; null where it cannot be told; undefined where it carries none. */
function innerIpv4(address: string): string | null | undefined {
  const words = wordsOf(address);
  if (words === null) return null;
  const zeros = words.slice(0, 5).every((word) => word === 0);
  const mapped = zeros && (words[5] === 0xffff || (words[5] === 0 && (words[6] ?? 0) !== 0));
  const translated = words[0] === 0x64 && words[1] === 0xff9b;
  if (mapped || translated) return dotted(words[6] ?? 0, words[7] ?? 0);
  return words[0] === 0x2002 ? dotted(words[1] ?? 0, words[2] ?? 0) : undefined;
}

function wordsOf(address: string): number[] | null {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a, b, c, d] = bytes.map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const [front, back] = [words(head), tail === undefined ? [] : words(tail)];
  const missing = 8 - front.length - back.length;
  if (missing < 0 || (tail === undefined && missing !== 0)) return null;
  return [...front, ...new Array<number>(missing).fill(0), ...back];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

const NEVER = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  NEVER.addSubnet(net, bits);
for (const [net, bits] of [
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['fd00:ec2::', 32],
] as const)
  NEVER.addSubnet(net, bits, 'ipv6');
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');
const HOME = new BlockList();
HOME.addSubnet('10.0.0.0', 8);
HOME.addSubnet('172.16.0.0', 12);
HOME.addSubnet('192.168.0.0', 16);
HOME.addSubnet('fc00::', 7, 'ipv6');
const PUBLIC6 = new BlockList();
PUBLIC6.addSubnet('2000::', 3, 'ipv6');

import { readFile } from 'node:fs/promises';

/** The operating system's table of who holds which address on the local networks. */
export interface Neighbours {
  /** Twelve lower-case hex digits; null for addresses beyond a router, of this machine, or where there is no such table. */
  mac(address: string): Promise<string | null>;
}

/** Linux's table. A device that has just connected stands in it. */
export function neighbours(table = '/proc/net/arp'): Neighbours {
  return {
    async mac(address) {
      const text = await readFile(table, 'utf8').catch(() => '');
      return macIn(text, address);
    },
  };
}

/** Columns: address, hardware type, flags, hardware address, mask, device. */
export function macIn(text: string, address: string): string | null {
  for (const line of text.split('\n').slice(1)) {
    const [ip, , flags, mac = ''] = line.trim().split(/\s+/);
    const complete = (Number(flags) & 2) !== 0;
    if (ip === address && complete && MAC.test(mac)) return mac.replaceAll(':', '').toLowerCase();
  }
  return null;
}

const MAC = /^(?!00:00:00:00:00:00)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

import { Bonjour } from 'bonjour-service';
import type { Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { FoundService } from '../../models/drivers/driver.ts';

/** Tells of every service of the given types, such as `_shelly._tcp`, that the network announces, until it is disposed of. */
export type Browse = (types: readonly string[], found: (service: FoundService) => void) => Disposer;

/** Browses by multicast DNS on every interface. */
export function mdnsBrowse(log: Log): Browse {
  return (types, found) => {
    const bonjour = new Bonjour({}, (error: unknown) => log.info({ err: error }, 'mDNS cannot be asked'));
    const browsers = types.map((type) => {
      const [, name = '', protocol] = /^_([\w-]+)\._(tcp|udp)$/.exec(type) ?? [];
      return bonjour.find({ type: name, protocol: protocol === 'udp' ? 'udp' : 'tcp' }, (service) => {
        const { addresses = [], host, port } = service;
        found({ name: service.name, type, host, port, addresses: sorted(addresses), txt: textsOf(service.txt) });
      });
    });
    return () => {
      for (const browser of browsers) browser.stop();
      bonjour.destroy();
    };
  };
}

/** Version 4 first: not every device answers HTTP on its other addresses. */
function sorted(addresses: readonly string[]): string[] {
  return [...addresses].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}

function textsOf(txt: unknown): Record<string, string> {
  if (typeof txt !== 'object' || txt === null) return {};
  return Object.fromEntries(Object.entries(txt).map(([key, value]) => [key, String(value)]));
}

import type { InboxEntry } from '../models/inbox.ts';
import type { Block } from '../models/pairing/blocks.ts';
import type { Words } from './page.ts';

/** Who was turned away for good: blocked when it asked, or hidden when it was found. Null where there is nobody. */
export function awayOf(blocked: readonly Block[], ignored: readonly InboxEntry[], { t, moment }: Words) {
  // one device is blocked by everything it is known by
  const once = blocked.filter(({ shown }, i) => blocked.findIndex((other) => other.shown === shown) === i);
  if (once.length + ignored.length === 0) return null;
  return {
    title: t('devices.away', { count: once.length + ignored.length }),
    blocked: once.map(({ id, shown, created }) => ({
      id,
      shown,
      since: t('devices.away.blocked', { time: moment(created * 1000) }),
    })),
    ignored: ignored.map(({ key, found, first }) => ({
      key,
      shown: found.name || found.model || found.identity,
      since: t('devices.away.ignored', { time: moment(first * 1000) }),
    })),
  };
}

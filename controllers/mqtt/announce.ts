import type { Who } from '../../models/who.ts';

export interface AnnounceDeps {
  /** Notices devices, see app/services/discovery.ts. */
  discovery: { announced(account: number, topic: string, payload: Buffer): Promise<void> };
}

/** Announcements of devices on the household's own broker. They are never refused: others may be listening to them too. */
export function announceTopic({ discovery }: AnnounceDeps) {
  return ({ who, topic, payload }: { who: Who; topic: string; payload: Buffer }): Promise<void> =>
    discovery.announced(who.account, topic, payload);
}

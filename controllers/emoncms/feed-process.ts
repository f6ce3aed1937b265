import { HubError } from '../../lib/errors.ts';
import { mayUse } from '../../models/calendar.ts';
import type { Feed } from '../../models/feed.ts';
import { parseProcessList } from '../../models/process/check-list.ts';
import { encodeProcessList } from '../../models/process/process-list.ts';
import { failure, json, type Reply } from './call.ts';
import { type FeedActionDeps, writing } from './feed-door.ts';

/** `feed/process/*`: how a virtual feed is computed. */
export function feedProcessActions({ feeds, calendars }: FeedActionDeps) {
  const save = async (feed: Feed, text: string | undefined): Promise<Reply> => {
    if (feed.engine !== 7) return failure('Feed is not Virtual');
    try {
      const ownsFeed = (id: number) => feeds.find(id)?.account === feed.account && id !== feed.id;
      const ownsSchedule = (id: number) => mayUse(calendars.find(id), feed.account);
      const owner = { context: 'virtual', ownsInput: () => false, ownsFeed, ownsSchedule } as const;
      const steps = parseProcessList(text, owner);
      const processList = encodeProcessList(steps);
      if (processList === feed.processList) return failure('Feed processlist was not updated');
      await feeds.set(feed.id, { processList });
      return json({ success: true, message: 'Feed processlist updated' });
    } catch (error) {
      if (error instanceof HubError && error.status === 400) return failure(error.sentence);
      throw error;
    }
  };
  return {
    get: writing(feeds, (feed) => json(feed.processList)),
    set: writing(feeds, (feed, { query, form }) => save(feed, form.processlist ?? query.processlist)),
    reset: writing(feeds, (feed) => save(feed, '[]')),
  };
}

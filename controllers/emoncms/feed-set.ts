import { HubError } from '../../lib/errors.ts';
import type { Feed, FeedModel } from '../../models/feed.ts';
import type { FeedFields } from '../../models/feed-rules.ts';
import { floatOf, jsonArg } from './arguments.ts';
import { type Action, failure, json, type Reply } from './call.ts';
import { NO_FEED, refusedFeed, writing } from './feed-door.ts';

/** `feed/set` and `feed/set-multiple`: name, tag, unit and who may see a feed. */
export function feedSetActions(feeds: FeedModel) {
  return {
    set: writing(feeds, async (feed, { query }) => json(await setFields(feeds, feed, jsonArg(query.fields), true))),

    setMultiple: (async ({ who, form }): Promise<Reply> => {
      const wanted = jsonArg(form.feeds);
      if (!who) return NO_FEED;
      if (!Array.isArray(wanted)) return failure('Invalid feeds format');
      const results: Record<string, unknown> = {};
      for (const fields of wanted as unknown[]) {
        const id = Math.trunc(floatOf(isRecord(fields) ? fields.id : 0));
        const feed = feeds.find(id);
        if (id <= 0) results[id] = { success: false, message: 'Invalid feed id' };
        else if (feed?.account !== who.account) results[id] = { success: false, message: 'Feed does not exist' };
        else results[id] = await setFields(feeds, feed, fields, false);
      }
      return json({ success: true, results });
    }) satisfies Action,
  };
}

async function setFields(feeds: FeedModel, feed: Feed, given: unknown, echo: boolean) {
  const fields = parseFields(given);
  if (!fields) return { success: false, message: 'Field could not be updated' };
  if (fields.name !== undefined || fields.tag !== undefined) {
    const tag = fields.tag ?? feed.tag;
    if (feeds.byName(feed.account, tag, fields.name ?? feed.name)) return NOT_UNIQUE;
  }
  try {
    await feeds.set(feed.id, fields);
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    return error.code === 'HUB_FEED_EXISTS' ? NOT_UNIQUE : JSON.parse(String(refusedFeed(error).body));
  }
  if (!echo) return { success: true, message: 'Field updated' };
  const shown = { ...fields, ...(fields.public === undefined ? {} : { public: fields.public ? 1 : 0 }) };
  return { success: true, message: 'Field updated', feedid: feed.id, fields: shown };
}

/** Giving a feed the tag and name that it has counts as taken, too. */
const NOT_UNIQUE = { success: false, message: 'fields tag:name must be unique' };

/** The known fields of what is given; undefined where there is none. A name is kept as HTML text. */
function parseFields(given: unknown): FeedFields | undefined {
  if (!isRecord(given)) return undefined;
  const fields: FeedFields = {};
  if (isText(given.name)) fields.name = escapeHtml(String(given.name));
  if (isText(given.tag)) fields.tag = String(given.tag);
  if (isText(given.unit)) fields.unit = String(given.unit);
  if (given.public !== undefined && given.public !== null) fields.public = floatOf(given.public) !== 0;
  return Object.keys(fields).length > 0 ? fields : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#039;',
};

import type { Action, Reply } from './call.ts';
import { html, json, notAcceptable } from './call.ts';
import { feedData } from './feed-data.ts';
import { type FeedActionDeps, jsonOnly, NO_FEED, reading } from './feed-door.ts';
import { feedFileActions } from './feed-files.ts';
import { feedListActions } from './feed-list.ts';
import { feedProcessActions } from './feed-process.ts';
import { feedSetActions } from './feed-set.ts';
import { feedSync } from './feed-sync.ts';
import { feedWriteActions } from './feed-write.ts';

/** One row of the route table: where, who may, what others are told, what answers. */
export interface EmoncmsAction {
  readonly path: string;
  readonly who: 'anyone' | 'read' | 'write';
  readonly refusal: Reply;
  readonly to: Action;
}

/**
 * Every `feed/…` action. Where a public feed may be read the table lets anyone in and the action looks at the feed;
 * elsewhere EmonCMS says either that there is no such feed or no such route.
 */
export function feedActions(deps: FeedActionDeps): EmoncmsAction[] {
  const look = feedListActions(deps);
  const write = feedWriteActions(deps);
  const set = feedSetActions(deps.feeds);
  const files = feedFileActions(deps);
  const process = feedProcessActions(deps);
  const list = jsonOnly(look.list);
  return [
    {
      path: 'feed/list',
      who: 'anyone',
      refusal: NO_FEED,
      to: (call) => (call.format === 'html' ? FEEDS_PAGE : list(call)),
    },
    row('read', 'feed/listwithmeta', look.listWithMeta, json(false)),
    { path: 'feed/getid', who: 'read', refusal: NO_FEED, to: look.getId },
    row('anyone', 'feed/fetch', look.fetch),
    row('anyone', 'feed/data', feedData(deps)),
    row('anyone', 'feed/average', feedData(deps, { average: true })),
    row('anyone', 'feed/csvexport', feedData(deps, { csv: true })),
    row('anyone', 'feed/value', look.value),
    row('anyone', 'feed/timevalue', look.timeValue),
    row('anyone', 'feed/get', look.get),
    row('anyone', 'feed/aget', look.aget),
    row('anyone', 'feed/getmeta', look.getMeta),
    row('anyone', 'feed/getfeedsize', look.getFeedSize),
    row('anyone', 'feed/sha256sum', files.sha256),
    { path: 'feed/export', who: 'anyone', refusal: NO_FEED, to: files.export },
    row('write', 'feed/create', write.create, NO_FEED),
    row('write', 'feed/set-multiple', set.setMultiple, NO_FEED),
    row('write', 'feed/updatesize', write.updateSize, NO_FEED),
    row('write', 'feed/buffersize', write.bufferSize, NO_FEED),
    { path: 'feed/sync', who: 'write', refusal: NO_FEED, to: feedSync(deps) },
    row('write', 'feed/set', set.set),
    row('write', 'feed/insert', write.insert),
    row('write', 'feed/post', write.insert),
    row('write', 'feed/update', write.insert),
    row('write', 'feed/delete', write.remove),
    row('write', 'feed/clear', write.clear),
    row('write', 'feed/trim', write.trim),
    row('write', 'feed/scalerange', write.scaleRange),
    row('write', 'feed/upload', files.upload),
    row('write', 'feed/process/get', process.get),
    row('write', 'feed/process/set', process.set),
    row('write', 'feed/process/reset', process.reset),
    row(
      'anyone',
      'feed/*',
      reading(deps.feeds, (_feed, { format }) => notAcceptable(format)),
    ),
  ];
}

/** EmonCMS's own page of feeds is Hearth's. */
const FEEDS_PAGE: Reply = { ...html('', 303), headers: { Location: '/feeds' } };

/** An action that answers JSON alone. Callers without the right get 406 unless told otherwise. */
function row(
  who: EmoncmsAction['who'],
  path: string,
  to: Action,
  refusal: Reply = notAcceptable('json'),
): EmoncmsAction {
  return { path, who, refusal, to: jsonOnly(to) };
}

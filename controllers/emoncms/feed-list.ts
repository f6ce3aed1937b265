import { intArg, isNumeric, isTruthy } from './arguments.ts';
import { type Action, type Call, failure, json, text } from './call.ts';
import { type FeedActionDeps, NO_FEED, reading } from './feed-door.ts';
import { feedShape, listMeta, metaShape } from './feed-shape.ts';

/** Actions that only look: lists, newest values, descriptions. */
export function feedListActions(deps: FeedActionDeps) {
  const { feeds } = deps;
  return {
    list: ((call) => json(listed(deps, call, isTruthy(call.query.meta)))) satisfies Action,

    listWithMeta: ((call) => json(listed(deps, call, true))) satisfies Action,

    getId: (({ who, query }) => {
      if (!who) return NO_FEED;
      const feed = feeds.byName(who.account, query.tag, query.name ?? '');
      return text(feed ? String(feed.id) : '');
    }) satisfies Action,

    fetch: (({ who, query }) => {
      const values = (query.ids ?? '').split(',').map((text) => {
        const feed = feeds.find(intArg(text));
        if (!feed || !(feed.public || feed.account === who?.account)) return false;
        return feeds.last(feed.id)?.value ?? null;
      });
      return json(values);
    }) satisfies Action,

    value: reading(feeds, async (feed, { query }) => {
      if (query.time === undefined) return json(feeds.last(feed.id)?.value ?? null);
      if (feed.engine === 7) return failure('This request is only supported by PHPFina');
      const mode = feed.engine === 5 ? 'nearest' : 'slot';
      const [value] = await deps.series.samples(feed.id, [intArg(query.time)], mode);
      return json(value ?? null);
    }),

    timeValue: reading(feeds, (feed) => {
      const { time, value } = feedShape(feeds, feed);
      return json({ time, value });
    }),

    get: reading(feeds, (feed, { query }) => {
      if (query.field === undefined) return failure('Missing field parameter');
      const shape: Readonly<Record<string, unknown>> = feedShape(feeds, feed);
      return json(Object.hasOwn(shape, query.field) ? shape[query.field] : false);
    }),

    aget: reading(feeds, (feed) => json(feedShape(feeds, feed))),

    getMeta: reading(feeds, async (feed) => json(await metaShape(deps.series, deps.virtual, feed))),

    getFeedSize: reading(feeds, (feed) => json(feeds.size(feed.id))),
  };
}

/** The caller's own feeds, another household's public ones, or `false` for a caller without either. */
function listed({ feeds, virtual }: FeedActionDeps, { who, query }: Call, meta: boolean) {
  const account = isNumeric(query.userid) ? intArg(query.userid) : who?.account;
  if (account === undefined) return false;
  const own = account === who?.account;
  return feeds
    .list(account)
    .filter((feed) => own || feed.public)
    .map((feed) => ({ ...feedShape(feeds, feed), ...(meta ? listMeta(feeds, virtual, feed) : {}) }));
}

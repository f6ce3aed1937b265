import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import type { Feed, FeedModel } from '../../models/feed.ts';
import { windowsOf } from '../../models/feed-windows.ts';
import type { LiveModel } from '../../models/live.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface FeedsApiDeps {
  feeds: FeedModel;
  live: Pick<LiveModel, 'get'>;
  series: Pick<Series, 'meta' | 'windows'>;
}

export const feedPath = z.object({ id: z.coerce.number().int().positive() });

export const windowsQuery = z.object({
  start: z.coerce.number().int().min(0).describe('Unix seconds'),
  end: z.coerce.number().int().min(0).describe('Unix seconds, after start'),
  count: z.coerce.number().int().min(1).max(1000).default(600).describe('At most this many windows'),
});

export const feedAnswer = z.object({
  id: z.number().int(),
  name: z.string(),
  tag: z.string(),
  unit: z.string(),
  public: z.boolean(),
  engine: z.number().int().describe('5 fixed interval, 2 variable interval, 7 virtual'),
  interval: z.number().int().describe('Seconds'),
  size: z.number().int().describe('Bytes'),
  time: z.number().int().nullable().describe('Unix seconds of the newest reading'),
  value: z.number().nullable(),
});

export const windowsAnswer = z.object({
  start: z.number().int(),
  end: z.number().int(),
  step: z.number().int().describe('Seconds a window is long; the last may be shorter'),
  windows: z
    .array(z.tuple([z.number(), z.number(), z.number()]).nullable())
    .describe('min, max, mean; null: nothing recorded'),
});

/** `/api/v1/feeds`: the household's feeds, and one feed as a curve with its lowest and highest values. */
export function feedsApi({ feeds, series }: FeedsApiDeps) {
  return {
    list(req: Request, res: Response): void {
      const { account } = req.who as Who;
      res.json({ feeds: feeds.list(account).map(answer) });
    },

    show(req: Request, res: Response): void {
      res.json(answer(own(req)));
    },

    async windows(req: Request, res: Response): Promise<void> {
      const feed = own(req);
      const { start, end, count } = parsed(windowsQuery, req.query);
      if (end <= start) throw new HubError('HUB_BAD_REQUEST', { sentence: 'end must come after start.' });
      res.json(await windowsOf(series, feed.id, start, end, count));
    },
  };

  /** The feed the address names, if it is the caller's. */
  function own(req: Request): Feed {
    const { id } = parsed(feedPath, req.params);
    const feed = feeds.find(id);
    if (!feed || feed.account !== (req.who as Who).account) throw new HubError('HUB_FEED_NOT_FOUND');
    return feed;
  }

  function answer(feed: Feed): z.infer<typeof feedAnswer> {
    const last = feeds.last(feed.id);
    const { id, name, tag, unit, engine, interval } = feed;
    return {
      id,
      name,
      tag: tag ?? '',
      unit,
      public: feed.public,
      engine,
      interval,
      size: feeds.size(id),
      time: last?.time ?? null,
      value: last?.value ?? null,
    };
  }
}

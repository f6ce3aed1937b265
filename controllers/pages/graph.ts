import type { Request, Response } from 'express';
import type { Clock } from '../../lib/clock.ts';
import { readingOf } from '../../models/feed-kind.ts';
import { windowsOf } from '../../models/feed-windows.ts';
import { figuresOf } from '../../models/graph-figures.ts';
import {
  type GraphRange,
  neighbour,
  PRESETS,
  parseRange,
  presetAround,
  rangeQuery,
  tableRows,
} from '../../models/graph-range.ts';
import type { LastValue, Series } from '../../models/timeseries/series.ts';
import { type GraphFeed, graphPage } from '../../views/graph-page.ts';
import { queryOf, readerOf } from './reader.ts';

export interface GraphPageFeed {
  readonly id: number;
  readonly account: number;
  readonly name: string;
  readonly tag: string | null;
  readonly unit: string;
}

export interface GraphPagesDeps {
  readonly feeds: {
    list(account: number): readonly GraphPageFeed[];
    last(id: number): LastValue | undefined;
  };
  readonly series: Pick<Series, 'meta' | 'windows'>;
  readonly users: { account(id: number): { powerFeed: number | null } | undefined };
  readonly clock: Clock;
}

/** More lines than this cannot be told apart. */
export const MOST_FEEDS = 4;
const WINDOWS = 170;

/** GET /graph: several feeds over one range, complete without a script. */
export function graphPages(deps: GraphPagesDeps) {
  return {
    async show(req: Request, res: Response): Promise<void> {
      const who = readerOf(req);
      const words = res.words();
      const all = deps.feeds.list(who.account);
      const chosen = chosenFeeds(req, all, deps.users.account(who.account)?.powerFeed ?? null);
      const query = queryOf(req);
      const range = parseRange(query, words.zone, anchorOf(deps, chosen));
      const rows = tableRows(range);
      // The script asks for words and tables alone when the drawing has moved.
      const drawn = query.part !== 'figures';
      const feeds = await Promise.all(chosen.map((feed) => look(deps.series, feed, range, rows.edges, drawn)));
      const data = graphPage({ feeds, all, range, rows, links: linksOf(range, deps.clock), words });
      res.page('graph', { ...data, tab: 'graph', title: words.t('graph.title'), scripts: ['graph.js'] });
    },
  };
}

async function look(
  series: GraphPagesDeps['series'],
  feed: GraphPageFeed,
  range: GraphRange,
  edges: readonly number[],
  drawn: boolean,
): Promise<GraphFeed> {
  const [data, figures] = await Promise.all([
    windowsOf(series, feed.id, range.start, range.end, drawn ? WINDOWS : 1),
    figuresOf(series, feed, edges),
  ]);
  return { feed, reading: readingOf(feed.unit), data, figures };
}

/** The feeds the query names that are the household's own; without any, its power meter or its first feed. */
function chosenFeeds(req: Request, all: readonly GraphPageFeed[], power: number | null): GraphPageFeed[] {
  const asked = [req.query.feed ?? []].flat().flatMap((text) => String(text).split(','));
  const byId = new Map(all.map((feed) => [String(feed.id), feed]));
  const chosen = [...new Set(asked)].flatMap((id) => byId.get(id) ?? []).slice(0, MOST_FEEDS);
  if (chosen.length > 0) return chosen;
  const first =
    all.find((feed) => feed.id === power) ?? all.find((feed) => readingOf(feed.unit).kind === 'power') ?? all[0];
  return first ? [first] : [];
}

/** The newest reading, so that a replayed day of long ago is what one sees; now, where there is none. */
function anchorOf(deps: GraphPagesDeps, feeds: readonly GraphPageFeed[]): number {
  const now = deps.clock.seconds();
  const newest = Math.max(0, ...feeds.map((feed) => deps.series.meta(feed.id)?.endTime ?? 0));
  return newest === 0 ? now : Math.min(now, newest);
}

function linksOf(range: GraphRange, clock: Clock) {
  // Going from a day to its month and back leads to what was looked at, not to the month's first day.
  const middle = Math.min((range.start + range.end) / 2, Math.max(range.start, clock.seconds()));
  return {
    presets: PRESETS.map((name) => ({
      name,
      current: name === range.preset,
      query: rangeQuery(name === range.preset ? range : presetAround(name, middle, range.zone)),
    })),
    earlier: rangeQuery(neighbour(range, -1)),
    later: rangeQuery(neighbour(range, 1)),
    here: rangeQuery(range),
  };
}

import type { Request, Response } from 'express';
import type { DateTime } from 'luxon';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { CostModel } from '../../models/cost/cost-model.ts';
import { costsCsv } from '../../models/cost/costs-csv.ts';
import type { FeedModel } from '../../models/feed.ts';
import type { HouseModel } from '../../models/house.ts';
import { mayWrite } from '../../models/who.ts';
import { costsPage, stepName, viewName } from '../../views/costs-page.ts';
import { VIEWS, type View, type Viewed, viewAt, viewedOf } from './cost-range.ts';
import { queryOf, readerOf } from './reader.ts';

export interface CostPagesDeps {
  readonly costs: CostModel;
  readonly house: Pick<HouseModel, 'powerFeed'>;
  readonly feeds: Pick<FeedModel, 'last'>;
  readonly clock: Clock;
}

/** GET /costs: a day, week, month or year by device, complete without a script; GET /costs/csv: the same as a file. */
export function costPages(deps: CostPagesDeps) {
  const { costs, clock } = deps;
  return {
    async show(req: Request, res: Response): Promise<void> {
      const who = readerOf(req);
      const words = { ...res.words(), zone: costs.zoneOf(who.account) };
      const { here, viewed } = asked(deps, req);
      const { view, start, range } = viewed;
      const title = words.t('costs.title');
      const found = await costs.costs(who.account, range);
      const shared = { title, tab: 'costs' as const, mayWrite: mayWrite(who) };
      if (!found) return res.page('costs', { ...shared, month: null });
      const isThis = here >= range.from && here <= range.to;
      const today = isThis ? await costs.today(who.account, here) : undefined;
      const qualities = range.from < range.to ? await costs.quality(who.account, [range.from, range.to]) : [];
      const now = clock.seconds();
      const link = (to: DateTime, as: View = view) => {
        const { query, start: begins } = viewAt(as, to, now);
        return { query, name: stepName(as, begins.toSeconds(), words) };
      };
      const later = start.plus({ [view]: 1 });
      // From a month to its day: today's where it is this one, else its first.
      const inside = isThis ? start.plus({ seconds: here - range.from }) : start;
      res.page('costs', {
        ...shared,
        currency: found.tariff.currency,
        month: costsPage({ costs: found, today: today ?? null, qualities, by: range.by, words }),
        links: {
          query: viewed.query,
          name: viewName(view, start.toSeconds(), words),
          earlier: link(start.minus({ [view]: 1 })),
          later: later.toSeconds() < now ? link(later) : null,
          views: VIEWS.map((one) => ({ one, query: link(inside, one).query, here: one === view })),
        },
      });
    },

    async csv(req: Request, res: Response): Promise<void> {
      const { account } = readerOf(req);
      const { viewed } = asked(deps, req);
      const found = await costs.costs(account, viewed.range);
      if (!found) throw new HubError('HUB_NOT_FOUND');
      res
        .attachment(`costs-${viewed.query.slice(viewed.query.indexOf('=') + 1)}.csv`)
        .type('text/csv')
        .send(costsCsv(found));
    },
  };
}

/** What the query names, else the month of the newest reading, which may be of a day long ago. */
function asked({ clock, feeds, house, costs }: CostPagesDeps, req: Request): { here: number; viewed: Viewed } {
  const { account } = readerOf(req);
  const now = clock.seconds();
  const newest = feeds.last(house.powerFeed(account)?.id ?? 0)?.time ?? now;
  const here = newest < now - OLD_S ? newest : now;
  return { here, viewed: viewedOf(queryOf(req), costs.zoneOf(account), here, now) };
}

/** A newest reading older than this is a day to look back at. */
const OLD_S = 3600;

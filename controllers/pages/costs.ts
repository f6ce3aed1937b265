import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { CostModel } from '../../models/cost/cost-model.ts';
import { costsCsv } from '../../models/cost/costs-csv.ts';
import type { FeedModel } from '../../models/feed.ts';
import type { HouseModel } from '../../models/house.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite } from '../../models/who.ts';
import { costsPage } from '../../views/costs-page.ts';
import { monthName } from '../../views/money.ts';
import { queryOf, readerOf } from './reader.ts';

export interface CostPagesDeps {
  readonly costs: CostModel;
  readonly house: Pick<HouseModel, 'day' | 'powerFeed'>;
  readonly feeds: Pick<FeedModel, 'last'>;
  readonly users: Pick<UserModel, 'account'>;
  readonly clock: Clock;
}

/** GET /costs: a month by device and day, complete without a script; GET /costs/csv: the same as a file. */
export function costPages(deps: CostPagesDeps) {
  const { costs, clock, house } = deps;
  return {
    async show(req: Request, res: Response): Promise<void> {
      const who = readerOf(req);
      const words = { ...res.words(), zone: zoneOf(deps, who.account) };
      const { month, range, here } = monthOf(deps, req);
      const title = words.t('costs.title');
      const found = await costs.costs(who.account, { ...range, by: 'day' });
      const shared = { title, tab: 'home' as const, mayWrite: mayWrite(who) };
      if (!found) return res.page('costs', { ...shared, month: null });
      const day = house.day(who.account, here);
      const end = Math.min(day.end, clock.seconds());
      const isThis = here >= range.from && here <= range.to;
      const today = isThis ? await costs.costs(who.account, { from: day.start, to: end, by: 'all' }) : undefined;
      const link = (to: DateTime) => ({ key: to.toFormat('yyyy-MM'), name: monthName(to.toSeconds(), words) });
      const later = month.plus({ months: 1 });
      res.page('costs', {
        ...shared,
        currency: found.tariff.currency,
        month: costsPage({ costs: found, today: today?.total ?? null, words }),
        links: {
          key: month.toFormat('yyyy-MM'),
          month: monthName(month.toSeconds(), words),
          earlier: link(month.minus({ months: 1 })),
          later: later.toSeconds() < clock.seconds() ? link(later) : null,
        },
      });
    },

    async csv(req: Request, res: Response): Promise<void> {
      const { account } = readerOf(req);
      const { month, range } = monthOf(deps, req);
      const found = await costs.costs(account, { ...range, by: 'day' });
      if (!found) throw new HubError('HUB_NOT_FOUND');
      res
        .attachment(`costs-${month.toFormat('yyyy-MM')}.csv`)
        .type('text/csv')
        .send(costsCsv(found));
    },
  };
}

/** The month the query names, else that of the newest reading, which may be of a day long ago; none after this one. */
function monthOf(deps: CostPagesDeps, req: Request) {
  const { account } = readerOf(req);
  const now = deps.clock.seconds();
  const newest = deps.feeds.last(deps.house.powerFeed(account)?.id ?? 0)?.time ?? now;
  const here = newest < now - OLD_S ? newest : now;
  const zone = zoneOf(deps, account);
  const asked = DateTime.fromFormat(queryOf(req).month ?? '', 'yyyy-MM', { zone });
  const isPast = asked.isValid && asked.year >= 1970 && asked.toSeconds() <= now;
  const month = (isPast ? asked : DateTime.fromSeconds(here, { zone })).startOf('month');
  const to = Math.min(month.plus({ months: 1 }).toSeconds(), now);
  return { month, here, range: { from: month.toSeconds(), to } };
}

function zoneOf({ users }: CostPagesDeps, account: number): string {
  return users.account(account)?.timezone ?? 'UTC';
}

/** A newest reading older than this is a day to look back at. */
const OLD_S = 3600;

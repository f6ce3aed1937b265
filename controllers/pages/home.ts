import type { Request, Response } from 'express';
import type { Clock } from '../../lib/clock.ts';
import { localDay } from '../../lib/local-day.ts';
import type { CostModel } from '../../models/cost/cost-model.ts';
import type { FeedModel } from '../../models/feed.ts';
import type { HouseModel, HouseOverview } from '../../models/house.ts';
import type { InputModel } from '../../models/input.ts';
import type { ReadingClock } from '../../models/reading-clock.ts';
import { rounded } from '../../models/tariff/money.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite } from '../../models/who.ts';
import type { Card, CardDeps } from '../../views/device-card.ts';
import type { Reporter } from '../../views/home-meter.ts';
import { type Connection, type DayCost, homePage } from '../../views/home-page.ts';
import type { Words } from '../../views/page.ts';
import { dayRows } from '../../views/schedules-page.ts';
import { personOf } from './account.ts';
import { type AdviceCardsDeps, adviceCards } from './advice-cards.ts';
import { cardsOf, type DevicesDeps } from './devices.ts';
import { originOf } from './form.ts';
import { queryOf, readerOf } from './reader.ts';
import { partsOf, type SchedulePartsDeps } from './schedule-parts.ts';

export interface HomeDeps extends CardDeps, SchedulePartsDeps, AdviceCardsDeps {
  readonly devices: DevicesDeps['devices'];
  readonly house: Pick<HouseModel, 'overview'>;
  readonly feeds: Pick<FeedModel, 'find'>;
  readonly inputs: Pick<InputModel, 'list'>;
  readonly costs: Pick<CostModel, 'costs'>;
  readonly users: Pick<UserModel, 'account' | 'keys'>;
  readonly series: Pick<Series, 'health' | 'meta' | 'scan' | 'windows'>;
  readonly times: Pick<ReadingClock, 'trouble'>;
  readonly clock: Clock;
  /** The port the broker listens on; known once it does. */
  readonly mqttPort: () => number;
}

/** GET /: the home now, its day, and everything that reports. */
export function homePages(deps: HomeDeps) {
  const { house, feeds, users, clock, series, times } = deps;
  return {
    async show(req: Request, res: Response): Promise<void> {
      const who = readerOf(req);
      const overview = await house.overview(who.account, clock.now());
      const words = res.words();
      const household = users.account(who.account);
      const ofDevices = nodesOf(deps, who.account);
      const data = homePage({
        overview,
        others: [...otherFeeds(deps, overview), ...unrecorded(deps, who.account, overview)].filter(
          ({ place }) => !ofDevices.has(place),
        ),
        interval: feeds.find(overview.powerFeed ?? 0)?.interval ?? 0,
        home: household?.home ?? '',
        kept: series.health().degraded === null,
        clock: times.trouble(),
        autoRecord: household?.autoRecord ?? false,
        connect: connectionOf(deps, req),
        mayWrite: mayWrite(who),
        cost: await dayCost(deps, who.account, overview),
        words,
      });
      const cards = await cardsOf(deps, who.account, words, false);
      res.page('home', {
        ...data,
        ...adviceCards(deps, who.account, queryOf(req), words),
        ...deviceRows(cards),
        runs: runsToday(deps, who.account, words),
        mayDecide: mayWrite(who),
        tab: 'home',
        title: words.t('home.title'),
        scripts: ['live.js'],
      });
    },
  };
}

/** What devices say stands on their own rows. Feeds are tagged more narrowly than nodes are named. */
function nodesOf({ devices }: HomeDeps, account: number): ReadonlySet<string> {
  return new Set(devices.list(account).flatMap(({ node }) => [node, node.replace(/[^\p{L}\p{N}_\s-]/gu, '_')]));
}

/** What the day of the overview has cost so far. */
async function dayCost({ costs, clock }: HomeDeps, account: number, { day }: HouseOverview): Promise<DayCost | null> {
  const range = { from: day.start, to: Math.min(day.end, clock.seconds()), by: 'all' } as const;
  const found = await costs.costs(account, range);
  if (!found?.metered) return null;
  const { house, standing } = found.total;
  return { micro: rounded(house.cost + standing), currency: found.tariff.currency };
}

/** What ran, runs and will run today. */
function runsToday(deps: HomeDeps, account: number, words: Words) {
  const parts = partsOf(deps, account, words);
  return dayRows(parts, localDay(words.now / 1000, parts.words.zone));
}

/** The devices that a person is likeliest to want: what is on or draws most first, a few of them. */
function deviceRows(cards: readonly Card[]): { devices: Card[] } {
  const draw = ({ switch: { on }, watts }: Card) => (on ? 1e9 : 0) + (watts ?? 0);
  return { devices: [...cards].sort((a, b) => draw(b) - draw(a)).slice(0, MOST_DEVICES) };
}

const MOST_DEVICES = 6;

function otherFeeds({ feeds }: HomeDeps, { others }: HouseOverview): Reporter[] {
  return others.map(({ feed, tag, ...figure }) => ({
    ...figure,
    kind: 'feed',
    id: feed,
    place: tag ?? '',
    interval: feeds.find(feed)?.interval ?? 0,
  }));
}

/** Inputs that are heard and not kept. */
function unrecorded({ inputs }: HomeDeps, account: number, { input: shown }: HouseOverview): Reporter[] {
  return inputs.list(account).flatMap(({ id, node, name, time, value, processList }) => {
    if (processList !== '' || time === null || id === shown?.id) return [];
    return [{ kind: 'input' as const, id, name, place: node, unit: '', value, time, at: time * 1000, interval: 0 }];
  });
}

/** Only owners see keys. */
function connectionOf({ users, mqttPort }: HomeDeps, req: Request): Connection | null {
  const { role, account, username } = personOf(req);
  if (role !== 'owner') return null;
  const { write } = users.keys(account);
  return { host: req.hostname, mqttPort: mqttPort(), origin: originOf(req), account: username, key: write };
}

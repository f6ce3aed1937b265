import type { Request, Response } from 'express';
import type { Clock } from '../../lib/clock.ts';
import type { Advice } from '../../models/advice/advice.ts';
import type { Device } from '../../models/device.ts';
import { metersOf } from '../../models/device-figures.ts';
import type { FeedModel } from '../../models/feed.ts';
import type { HouseModel, HouseOverview } from '../../models/house.ts';
import type { InputModel } from '../../models/input.ts';
import type { ReadingClock } from '../../models/reading-clock.ts';
import type { Series } from '../../models/timeseries/series.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite } from '../../models/who.ts';
import type { AdviceTongue } from '../../views/advice-view.ts';
import type { CardDeps } from '../../views/device-card.ts';
import { homeAhead } from '../../views/home-ahead.ts';
import { homeDevices } from '../../views/home-devices.ts';
import type { Reporter } from '../../views/home-meter.ts';
import { type Connection, homePage } from '../../views/home-page.ts';
import { homeRuns } from '../../views/home-runs.ts';
import type { Words } from '../../views/page.ts';
import { personOf } from './account.ts';
import { type AdviceCardsDeps, adviceCards, tongueOf } from './advice-cards.ts';
import { cardsOf, type DevicesDeps } from './devices.ts';
import { originOf } from './form.ts';
import { type HomeDayDeps, homeDays } from './home-day.ts';
import { queryOf, readerOf } from './reader.ts';
import { partsOf, type SchedulePartsDeps } from './schedule-parts.ts';

export interface HomeDeps extends CardDeps, SchedulePartsDeps, AdviceCardsDeps, HomeDayDeps {
  readonly advice: Pick<Advice, 'light' | 'cheapest' | 'guide'>;
  readonly plans: SchedulePartsDeps['plans'];
  readonly devices: DevicesDeps['devices'];
  readonly house: Pick<HouseModel, 'overview'>;
  readonly feeds: Pick<FeedModel, 'find'>;
  readonly inputs: Pick<InputModel, 'list'>;
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
  const dayOf = homeDays(deps);
  return {
    async show(req: Request, res: Response): Promise<void> {
      const who = readerOf(req);
      const { account } = who;
      const overview = await house.overview(account, clock.now());
      const tongue = tongueOf(deps, account, res.words());
      const { words } = tongue;
      const household = users.account(account);
      const ofDevices = nodesOf(deps, account);
      const advised = adviceCards(deps, account, queryOf(req), words);
      const own = await devicesOf(deps, account, overview, words);
      const data = homePage({
        overview,
        others: [...otherFeeds(deps, overview), ...unrecorded(deps, account, overview)].filter(
          ({ place }) => !ofDevices.has(place),
        ),
        interval: feeds.find(overview.powerFeed ?? 0)?.interval ?? 0,
        home: household?.home ?? '',
        kept: series.health().degraded === null,
        clock: times.trouble(),
        autoRecord: household?.autoRecord ?? false,
        connect: connectionOf(deps, req),
        mayWrite: mayWrite(who),
        ...(await dayOf(account, overview)),
        biggest: own.biggest,
        beside: advised.light !== null,
        words,
      });
      res.page('home', {
        ...data,
        ...advised,
        ...own,
        ahead: aheadOf(deps, account, tongue),
        runs: homeRuns(partsOf(deps, account, words)),
        mayDecide: mayWrite(who),
        tab: 'home',
        title: words.t('home.title'),
        scripts: ['live.js', 'forecast.js'],
      });
    },
  };
}

/** What devices say stands on their own rows. Feeds are tagged more narrowly than nodes are named. */
function nodesOf({ devices }: HomeDeps, account: number): ReadonlySet<string> {
  return new Set(devices.list(account).flatMap(({ node }) => [node, node.replace(/[^\p{L}\p{N}_\s-]/gu, '_')]));
}

/** What time costs in the next day, by the forecast that advice goes by, and what Hearth makes of it. */
function aheadOf({ advice, plans, clock }: HomeDeps, account: number, tongue: AdviceTongue) {
  const guide = advice.guide(account);
  return guide && homeAhead({ curve: guide.curve, runs: plans.today(account), now: clock.seconds(), ...tongue });
}

async function devicesOf(deps: HomeDeps, account: number, overview: HouseOverview, words: Words) {
  const { devices, plans, users } = deps;
  const whole = [overview.powerFeed, users.account(account)?.energyFeed ?? null].filter((feed) => feed !== null);
  const isWhole = (device: Device) => {
    const { powerFeed, energyFeed } = metersOf(deps, device);
    return [powerFeed, energyFeed].some((feed) => feed !== null && whole.includes(feed));
  };
  return homeDevices({
    cards: await cardsOf(deps, account, words, false),
    whole: new Set(
      devices
        .list(account)
        .filter(isWhole)
        .map(({ id }) => id),
    ),
    overview,
    waitsFor: (device) => {
      const reason = plans.of(device)?.reason;
      return reason?.kind === 'wait' ? reason.next : null;
    },
    words,
  });
}

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

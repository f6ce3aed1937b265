import type { Clock } from '../lib/clock.ts';
import { type LocalDay, localDay } from '../lib/local-day.ts';
import type { Feed, FeedModel } from './feed.ts';
import { type Curve, curveOf, type Peak, peakOf } from './house-curve.ts';
import { energyBetween } from './house-energy.ts';
import type { InputModel } from './input.ts';
import type { LiveModel } from './live.ts';
import { readMeterName } from './meter-names.ts';
import type { Series } from './timeseries/series.ts';
import type { UserModel } from './user.ts';

/** One value with when the reading was taken and when the hub heard it. */
export interface Figure {
  readonly value: number | null;
  /** Unix seconds, as the reading says. */
  readonly time: number;
  /** Milliseconds, when the hub heard it. */
  readonly at: number;
}

export interface OtherFigure extends Figure {
  readonly feed: number;
  readonly name: string;
  readonly tag: string | null;
  readonly unit: string;
}

/** A power input that is heard but not recorded. */
export interface UnrecordedInput extends Figure {
  readonly id: number;
  readonly node: string;
  readonly name: string;
}

export interface HouseOverview {
  /** `empty`: nothing reports. `input only`: power is heard but not recorded. Else how fresh the house's power is, by arrival. */
  readonly state: 'empty' | 'input only' | 'live' | 'stale' | 'offline';
  readonly powerFeed: number | null;
  readonly energyFeed: number | null;
  /** Watts. */
  readonly power: Figure | null;
  readonly input: UnrecordedInput | null;
  /** The moment the page is about, Unix seconds: now, or the newest reading where that is more than an hour old. */
  readonly anchor: number;
  /** The household's day that holds the anchor. */
  readonly day: LocalDay;
  /** Of that day so far; null while nothing of it is known. */
  readonly energyKwh: number | null;
  /** The 24 hours up to the anchor. */
  readonly curve: Curve;
  readonly peak: Peak | null;
  /** The newest values of the household's other feeds. */
  readonly others: readonly OtherFigure[];
}

export interface HouseDeps {
  feeds: Pick<FeedModel, 'find' | 'last' | 'list'>;
  inputs: Pick<InputModel, 'list'>;
  series: Pick<Series, 'meta' | 'scan' | 'windows'>;
  live: Pick<LiveModel, 'get'>;
  households: Pick<UserModel, 'account'>;
  clock: Clock;
}

/** What the household's own meter says: power now, the day's energy, the last 24 hours. */
export class HouseModel {
  readonly #deps: HouseDeps;

  constructor(deps: HouseDeps) {
    this.#deps = deps;
  }

  /** Everything the dashboard shows. `now` is milliseconds. */
  async overview(account: number, now: number = this.#deps.clock.now()): Promise<HouseOverview> {
    const feed = this.powerFeed(account);
    const power = feed ? this.#figure(feed.id) : null;
    const input = feed ? null : this.#unrecorded(account);
    const seconds = Math.floor(now / 1000);
    const newest = power?.time ?? seconds;
    const anchor = newest < seconds - OLD_S ? newest : seconds;
    const day = this.day(account, anchor);
    const curve = await curveOf(this.#deps.series, feed?.id ?? null, anchor);
    const energyFeed = this.#deps.households.account(account)?.energyFeed ?? null;
    return {
      state: this.#state(feed, power, input, now),
      powerFeed: feed?.id ?? null,
      energyFeed,
      power,
      input,
      anchor,
      day,
      energyKwh: feed ? await energyBetween(this.#deps.series, feed.id, day.start, Math.min(day.end, seconds)) : null,
      curve,
      peak: peakOf(curve),
      others: this.#others(account, [feed?.id ?? null, energyFeed]),
    };
  }

  /** The feed that stands for the whole house, while it exists. */
  powerFeed(account: number): Feed | undefined {
    const id = this.#deps.households.account(account)?.powerFeed;
    const feed = typeof id === 'number' ? this.#deps.feeds.find(id) : undefined;
    return feed?.account === account && feed.engine !== 7 ? feed : undefined;
  }

  day(account: number, time: number): LocalDay {
    return localDay(time, this.#deps.households.account(account)?.timezone ?? 'UTC');
  }

  #state(feed: Feed | undefined, power: Figure | null, input: UnrecordedInput | null, now: number) {
    if (!feed || !power) return input ? 'input only' : 'empty';
    const silent = (now - power.at) / 1000;
    const interval = Math.max(10, feed.interval);
    if (silent <= MISSED * interval) return 'live';
    return silent <= Math.max(OFFLINE_S, 2 * MISSED * interval) ? 'stale' : 'offline';
  }

  #figure(feed: number): Figure | null {
    const last = this.#deps.feeds.last(feed);
    if (!last) return null;
    // After a restart nobody remembers when a value was heard; its own time is the best there is.
    const at = this.#deps.live.get('feed', feed)?.at ?? Math.min(last.time * 1000, this.#deps.clock.now());
    return { value: last.value, time: last.time, at };
  }

  #unrecorded(account: number): UnrecordedInput | null {
    let best: UnrecordedInput | null = null;
    let bestRank = 0;
    for (const { id, node, name, time, value } of this.#deps.inputs.list(account)) {
      const { rank } = readMeterName(name);
      if (time === null || rank <= bestRank) continue;
      const at = this.#deps.live.get('input', id)?.at ?? time * 1000;
      best = { id, node, name, value, time, at };
      bestRank = rank;
    }
    return best;
  }

  #others(account: number, shown: readonly (number | null)[]): OtherFigure[] {
    const others: OtherFigure[] = [];
    for (const { id, name, tag, unit } of this.#deps.feeds.list(account)) {
      const figure = shown.includes(id) ? null : this.#figure(id);
      if (figure) others.push({ ...figure, feed: id, name, tag, unit });
    }
    return others;
  }
}

/** A newest reading older than this is a day to look back at, not a meter that is a little late. */
const OLD_S = 3600;
/** Readings that may fail to come before the figure counts as stale. */
const MISSED = 3;
const OFFLINE_S = 1800;

import type { Clock } from '../../lib/clock.ts';
import type { Feed } from '../feed.ts';
import type { Forecast } from '../forecast/forecast.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';

export interface CarbonRecorderDeps {
  readonly tariffs: { get(account: number): Tariff | undefined; accounts(): readonly number[] };
  readonly forecasts: { one(account: number, source: string, from: number, to: number, interval?: number): Forecast };
  readonly feeds: { find(id: number): Feed | undefined };
  readonly series: Pick<Series, 'append' | 'last'>;
  readonly clock: Clock;
}

/**
 * Keeps what a household's carbon forecast says of each slot, once the slot has begun, in the feed that its costs are weighed by:
 * forecasts are forgotten, history is not. Slots that went by while the hub was down are made up for as far as the forecast reaches back.
 */
export class CarbonRecorder {
  readonly #deps: CarbonRecorderDeps;

  constructor(deps: CarbonRecorderDeps) {
    this.#deps = deps;
  }

  async record(): Promise<void> {
    const { tariffs, feeds } = this.#deps;
    for (const account of tariffs.accounts()) {
      const carbon = tariffs.get(account)?.carbon;
      if (carbon?.kind !== 'feed' || carbon.source === '') continue;
      const feed = feeds.find(carbon.feed);
      if (feed?.account === account && feed.interval > 0) await this.#recordOne(feed, carbon.source);
    }
  }

  async #recordOne({ id, account, interval }: Feed, source: string): Promise<void> {
    const { forecasts, series, clock } = this.#deps;
    const now = clock.seconds();
    const slot = (time: number) => Math.floor(time / interval) * interval;
    const last = series.last(id)?.time ?? 0;
    const from = Math.max(last > 0 ? slot(last) + interval : 0, slot(now - LONGEST_S));
    if (from > now) return;
    const {
      unit,
      start,
      interval: step,
      profile,
    } = forecasts.one(account, source, from, slot(now) + interval, interval);
    if (unit !== 'carbon') return;
    const points = profile.flatMap((value, at) => {
      const time = start + at * step;
      return value === null || time < from || time > now ? [] : [{ kind: 'point', feed: id, time, value } as const];
    });
    if (points.length > 0) await series.append(points);
  }
}

const LONGEST_S = 2 * 86_400;

import type { Clock } from '../../lib/clock.ts';
import type { Forecast } from '../forecast/forecast.ts';
import type { ForecastModel } from '../forecast/forecast-model.ts';
import type { ForecastSource } from '../forecast/source.ts';
import { type Cheapest, cheapestAgain, cheapestOf, deadlineAt, nextMinute, type Wish } from './cheapest.ts';
import { AROUND_S, type Light, lightAt } from './light.ts';

export interface AdviceDeps {
  readonly forecasts: Pick<ForecastModel, 'sources' | 'one' | 'zoneOf'>;
  readonly clock: Pick<Clock, 'seconds'>;
}

/** The forecast that advice goes by, with its figures around now. */
export interface Guide {
  readonly source: ForecastSource;
  readonly curve: Forecast;
}

export interface LightAnswer extends Guide {
  readonly light: Light;
}

export interface CheapestAnswer extends Guide {
  readonly cheapest: Cheapest;
}

/** What a person may ask to be told: so many hours, before a time of day or a moment. */
export interface CheapestWish {
  /** Seconds. */
  readonly run: number;
  /** `08:00`: the next at which it fits; a number: Unix seconds. */
  readonly before: string | number;
}

/** Whether now is a good time, and when the best ones are. Pure memory: nothing waits and nothing is fetched. */
export class Advice {
  readonly #deps: AdviceDeps;

  constructor(deps: AdviceDeps) {
    this.#deps = deps;
  }

  /** null where the household has no forecast, or none called `source`. */
  light(account: number, source?: string): LightAnswer | null {
    const guide = this.guide(account, source);
    return guide && { ...guide, light: lightAt(guide.curve, this.#deps.clock.seconds()) };
  }

  /** null as for `light`. */
  cheapest(account: number, { run, before }: CheapestWish, source?: string): CheapestAnswer | null {
    const from = nextMinute(this.#deps.clock.seconds());
    const zone = this.#deps.forecasts.zoneOf(account);
    const end = typeof before === 'number' ? before : deadlineAt(before, zone, { from, run });
    const wish: Wish = { from, before: end, run };
    const guide = this.guide(account, source, end);
    return guide && { ...guide, cheapest: cheapestOf(guide.curve, wish) };
  }

  /** What was told once, at the figures of now. */
  again(account: number, told: Cheapest): CheapestAnswer | null {
    const now = nextMinute(this.#deps.clock.seconds());
    const guide = this.guide(account, undefined, told.before, told.from);
    return guide && { ...guide, cheapest: cheapestAgain(told, guide.curve, now) };
  }

  /**
   * The named forecast. Without a name the first that makes a difference between hours: the tariff, other prices, a signal, carbon, power.
   * Where none does, the first that is known.
   */
  guide(account: number, name?: string, to = 0, from = Number.POSITIVE_INFINITY): Guide | null {
    const { forecasts, clock } = this.#deps;
    const now = clock.seconds();
    const range = [Math.min(from, now - AROUND_S), Math.max(to, now + AROUND_S)] as const;
    const sources = forecasts.sources(account);
    const asked = name === undefined ? [...sources].sort((a, b) => rank(a) - rank(b)) : sources;
    let first: Guide | null = null;
    for (const source of asked) {
      if (name !== undefined && source.name !== name) continue;
      const guide = { source, curve: forecasts.one(account, source.name, ...range) };
      const light = lightAt(guide.curve, now);
      if (name !== undefined || (light.colour !== null && !light.flat)) return guide;
      const isBetter = light.colour !== null && (first === null || lightAt(first.curve, now).colour === null);
      if (first === null || isBetter) first = guide;
    }
    return first;
  }
}

function rank({ name, unit }: ForecastSource): number {
  return name === 'tariff' ? 0 : ['price', 'index', 'carbon', 'power'].indexOf(unit) + 1;
}

import type { Device } from '../device.ts';
import { type MetersDeps, metersOf } from '../device-figures.ts';
import type { HouseModel } from '../house.ts';
import type { Draw } from '../planner/load.ts';
import type { Series, Window } from '../timeseries/series.ts';

export interface BackgroundDeps extends MetersDeps {
  readonly house: Pick<HouseModel, 'powerFeed'>;
  readonly series: Pick<Series, 'windows' | 'meta'>;
  readonly devices: { list(account: number): readonly Device[] };
}

/** Days of which a usual day is made, and the days ahead it is taken to hold. */
const DAYS = 7;
const AHEAD_DAYS = 2;
const SLOT_S = 1800;
const SLOTS = 48;
const DAY_S = 86_400;

/**
 * What a house draws beside its planned devices, by the half-hour of a usual day: the mean of the last week's meter less what the
 * planned devices' own meters said. Nothing where the house has no meter.
 */
export class Background {
  readonly #deps: BackgroundDeps;
  readonly #usual = new Map<number, readonly number[]>();

  constructor(deps: BackgroundDeps) {
    this.#deps = deps;
  }

  /** Draws of the days ahead, kW. What was read last counts: nothing is waited for. */
  draws(account: number, now: number): Draw[] {
    const usual = this.#usual.get(account);
    if (!usual) return [];
    const first = Math.floor(now / SLOT_S);
    return Array.from({ length: SLOTS * AHEAD_DAYS }, (_, ahead): Draw => {
      const slot = first + ahead;
      return [slot * SLOT_S, (slot + 1) * SLOT_S, (usual[slot % SLOTS] ?? 0) / 1000];
    }).filter(([, , kW]) => kW > 0);
  }

  /** Reads the last week anew; `planned` are the devices whose own draw is not the house's. */
  async read(account: number, planned: ReadonlySet<number>, now: number): Promise<void> {
    const { house, devices, series } = this.#deps;
    const meter = house.powerFeed(account);
    if (!meter) return void this.#usual.delete(account);
    const end = Math.floor(now / SLOT_S) * SLOT_S;
    const start = end - DAYS * DAY_S;
    const edges = Array.from({ length: DAYS * SLOTS + 1 }, (_, at) => start + at * SLOT_S);
    const own = devices.list(account).filter(({ id }) => planned.has(id));
    const feeds = own.flatMap((device) => metersOf(this.#deps, device).powerFeed ?? []);
    const known = feeds.filter((feed) => feed !== meter.id && series.meta(feed));
    const [whole = [], ...parts] = await Promise.all([meter.id, ...known].map((feed) => series.windows(feed, edges)));
    this.#usual.set(account, usualDay(whole, parts, start));
  }
}

function usualDay(whole: readonly Window[], parts: readonly (readonly Window[])[], start: number): number[] {
  const sums = Array.from({ length: SLOTS }, () => ({ watts: 0, count: 0 }));
  whole.forEach((window, at) => {
    if (window.count === 0) return;
    const planned = parts.reduce((sum, part) => sum + meanOf(part[at]), 0);
    const slot = sums[(start / SLOT_S + at) % SLOTS];
    if (!slot) return;
    slot.watts += Math.max(0, meanOf(window) - planned);
    slot.count += 1;
  });
  return sums.map(({ watts, count }) => (count === 0 ? 0 : watts / count));
}

function meanOf(window: Window | undefined): number {
  return window && window.count > 0 ? window.sum / window.count : 0;
}

import { localDay } from '../../lib/local-day.ts';
import type { Device } from '../device.ts';
import { type MetersDeps, metersOf } from '../device-figures.ts';
import type { HouseModel } from '../house.ts';
import type { Household } from '../household.ts';
import { parseTariff, type Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import type { BillRow } from './bill.ts';
import type { EnergySource } from './energy.ts';
import { localWatts } from './local-watts.ts';
import { type Quality, type QualityDeps, qualityOf } from './quality.ts';
import { type CostRange, type CostSources, readCosts } from './read-costs.ts';
import { readStanding, type Standing } from './standing.ts';
import { type PlannedDraw, readToday, type Today } from './today.ts';

export interface CostDeps extends MetersDeps {
  readonly tariffs: { get(account: number): Tariff | undefined };
  readonly house: Pick<HouseModel, 'powerFeed'>;
  readonly users: { account(id: number): Pick<Household, 'energyFeed' | 'timezone'> | undefined };
  readonly devices: { list(account: number): readonly Device[] };
  readonly series: Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'>;
  readonly tallies: QualityDeps['tallies'];
  /** When a device will run, and what it draws then; null where nothing plans it, or its draw is not known. */
  readonly planned: (device: number) => PlannedDraw | null;
}

interface KnownCosts {
  readonly tariff: Tariff;
  readonly zone: string;
  /** The household has a meter of its own, so there is a rest. */
  readonly metered: boolean;
  readonly devices: readonly { readonly id: number; readonly name: string }[];
}

export interface Costs extends KnownCosts {
  /** Their lines are in the order of `devices`. */
  readonly rows: readonly BillRow[];
  readonly total: BillRow;
}

/** What the house and its devices cost. Nothing of it is kept: a changed tariff or a late reading shows at once. */
export class CostModel {
  readonly #deps: CostDeps;

  constructor(deps: CostDeps) {
    this.#deps = deps;
  }

  /** Undefined while the household has no tariff. */
  async costs(account: number, range: CostRange): Promise<Costs | undefined> {
    const known = this.#known(account);
    if (!known) return undefined;
    return { ...known.costs, ...(await readCosts(this.#deps.series, known.sources, range)) };
  }

  /** The day that holds `now`, up to then and to its end; undefined while the household has no tariff. */
  async today(account: number, now: number): Promise<(KnownCosts & Today) | undefined> {
    const known = this.#known(account);
    if (!known) return undefined;
    const day = localDay(now, known.sources.zone);
    const planned = known.costs.devices.map(({ id }) => this.#deps.planned(id));
    return { ...known.costs, ...(await readToday(this.#deps.series, known.sources, day, now, planned)) };
  }

  /** The same day in energy alone, which needs no tariff; null without a meter of the house. */
  async energyToday(account: number, now: number): Promise<Today | null> {
    const { costs, sources } = this.#under(account, FREE);
    if (!costs.metered) return null;
    const planned = costs.devices.map(({ id }) => this.#deps.planned(id));
    return await readToday(this.#deps.series, sources, localDay(now, sources.zone), now, planned);
  }

  /** What local generation gives the household in the half-hour that holds `now`, W; null: none is agreed, or nothing tells of it yet. */
  async localW(account: number, now: number): Promise<number | null> {
    const tariff = this.#deps.tariffs.get(account);
    return tariff ? await localWatts(this.#deps.series, tariff, this.zoneOf(account), now) : null;
  }

  /** Where the household stands in its tiers, caps and local shares; null where nothing depends on them. */
  async standing(account: number, now: number): Promise<Standing | null> {
    const known = this.#known(account);
    return known ? await readStanding(this.#deps.series, known.sources, now) : null;
  }

  /** The device's error rates and how often each had been on, over the stretches between the edges. */
  async quality(account: number, edges: readonly number[]): Promise<Quality[]> {
    const metered = this.#devices(account).map(({ device, source, powerFeed }) => {
      return { device, feed: powerFeed ?? source.feed, powerFeed };
    });
    return await qualityOf(this.#deps, metered, edges);
  }

  zoneOf(account: number): string {
    return this.#deps.users.account(account)?.timezone ?? 'UTC';
  }

  #known(account: number): { costs: KnownCosts; sources: CostSources } | undefined {
    const tariff = this.#deps.tariffs.get(account);
    return tariff && this.#under(account, tariff);
  }

  #under(account: number, tariff: Tariff): { costs: KnownCosts; sources: CostSources } {
    const zone = this.zoneOf(account);
    const house = this.#house(account);
    const metered = this.#devices(account);
    const devices = metered.map(({ device: { id, name } }) => ({ id, name }));
    const sources = { tariff, zone, house, devices: metered.map(({ source }) => source) };
    return { costs: { tariff, zone, metered: house !== null, devices }, sources };
  }

  #house(account: number): EnergySource | null {
    const power = this.#deps.house.powerFeed(account);
    if (power) return { kind: 'power', feed: power.id };
    const total = this.#deps.users.account(account)?.energyFeed ?? null;
    return total !== null && this.#deps.series.meta(total) ? { kind: 'total', feed: total } : null;
  }

  /** Devices with a meter, but for the one that is the house's. */
  #devices(account: number): { device: Device; source: EnergySource; powerFeed: number | null }[] {
    const { devices, house, series, users } = this.#deps;
    const own = [house.powerFeed(account)?.id, users.account(account)?.energyFeed];
    return devices.list(account).flatMap((device) => {
      const { powerFeed, energyFeed } = metersOf(this.#deps, device);
      if ([powerFeed, energyFeed].some((feed) => feed !== null && own.includes(feed))) return [];
      const total = energyFeed !== null && series.meta(energyFeed) ? energyFeed : null;
      const feed = total ?? powerFeed;
      return feed === null ? [] : [{ device, source: { kind: total === null ? 'power' : 'total', feed }, powerFeed }];
    });
  }
}

/** Under which only energy counts. */
const FREE = parseTariff({ currency: 'XXX', versions: [{ from: '1970-01-01', import: { kind: 'flat', price: 0 } }] });

import type { Device } from '../device.ts';
import { type MetersDeps, metersOf } from '../device-figures.ts';
import type { HouseModel } from '../house.ts';
import type { Household } from '../household.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import type { BillRow } from './bill.ts';
import type { EnergySource } from './energy.ts';
import { type CostRange, readCosts } from './read-costs.ts';

export interface CostDeps extends MetersDeps {
  readonly tariffs: { get(account: number): Tariff | undefined };
  readonly house: Pick<HouseModel, 'powerFeed'>;
  readonly users: { account(id: number): Pick<Household, 'energyFeed' | 'timezone'> | undefined };
  readonly devices: { list(account: number): readonly Device[] };
  readonly series: Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'>;
}

export interface Costs {
  readonly tariff: Tariff;
  readonly zone: string;
  /** The household has a meter of its own, so there is a rest. */
  readonly metered: boolean;
  readonly devices: readonly { readonly id: number; readonly name: string }[];
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
    const { series, tariffs, users } = this.#deps;
    const tariff = tariffs.get(account);
    if (!tariff) return undefined;
    const zone = users.account(account)?.timezone ?? 'UTC';
    const house = this.#house(account);
    const metered = this.#devices(account);
    const devices = metered.map(({ source }) => source);
    const { rows, total } = await readCosts(series, { tariff, zone, house, devices }, range);
    const names = metered.map(({ device: { id, name } }) => ({ id, name }));
    return { tariff, zone, metered: house !== null, devices: names, rows, total };
  }

  #house(account: number): EnergySource | null {
    const power = this.#deps.house.powerFeed(account);
    if (power) return { kind: 'power', feed: power.id };
    const total = this.#deps.users.account(account)?.energyFeed ?? null;
    return total !== null && this.#deps.series.meta(total) ? { kind: 'total', feed: total } : null;
  }

  /** Devices with a meter, but for the one that is the house's. */
  #devices(account: number): { device: Device; source: EnergySource }[] {
    const { devices, house, series, users } = this.#deps;
    const own = [house.powerFeed(account)?.id, users.account(account)?.energyFeed];
    return devices.list(account).flatMap((device) => {
      const { powerFeed, energyFeed } = metersOf(this.#deps, device);
      if ([powerFeed, energyFeed].some((feed) => feed !== null && own.includes(feed))) return [];
      const total = energyFeed !== null && series.meta(energyFeed) ? energyFeed : null;
      const feed = total ?? powerFeed;
      return feed === null ? [] : [{ device, source: { kind: total === null ? 'power' : 'total', feed } }];
    });
  }
}

import type { Clock, Disposer } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { Random } from '../../lib/random.ts';
import type { Database } from '../database.ts';
import type { Household } from '../household.ts';
import type { MixPart } from '../schedule/schedule.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import type { Forecast } from './forecast.ts';
import { type ForecastUser, usersInWords } from './forecast-users.ts';
import { type Grid, gridOf } from './grid.ts';
import { type Ingredient, mix } from './mix.ts';
import { PriceFeeds } from './price-feeds.ts';
import { PROVIDERS } from './providers.ts';
import type { ForecastSource, SourceForm } from './source.ts';
import { healthOf, type SourceState } from './source-state.ts';
import { SourceStore } from './source-store.ts';
import { Sources } from './sources.ts';
import { gapsOf, resampled, type Span } from './span.ts';
import { Standings, type StandingsDeps } from './standings.ts';
import { type TariffWorld, tariffInterval, tariffSpans } from './tariff-spans.ts';
import { USUAL_DAYS, usualFigures } from './usual.ts';

export interface ForecastDeps extends StandingsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Log;
  readonly tariffs: {
    get(account: number): Tariff | undefined;
    listen(changed: (account: number) => void): Disposer;
    accounts(): number[];
  };
  readonly users: { account(id: number): Pick<Household, 'timezone'> | undefined };
  readonly series: Pick<Series, 'meta' | 'samples'>;
  /** What goes by a household's forecast; such a forecast keeps its name. */
  readonly usersOf: (account: number, source: string) => readonly ForecastUser[];
}

/** A kind of forecast, for who wants to set up a source of it. */
export interface ProviderInfo {
  readonly name: string;
  readonly source: string;
  readonly kind: string;
  /** null: as the source's params say. */
  readonly unit: Forecast['unit'] | null;
  readonly optimise: 'min' | 'max' | null;
  readonly interval: number;
  readonly horizon: number;
  /** JSON Schema. */
  readonly params: unknown;
  readonly secrets: readonly string[];
}

/** What is known of the days ahead, all in memory: asking it never waits and never fetches. */
export class ForecastModel {
  readonly #deps: ForecastDeps;
  readonly #sources: Sources;
  readonly #priceFeeds: PriceFeeds;
  readonly #standings: Standings;
  readonly #listeners = new Set<(account: number, source: string) => void>();

  constructor(deps: ForecastDeps) {
    this.#deps = deps;
    this.#priceFeeds = new PriceFeeds(deps.series);
    this.#standings = new Standings(deps);
    const told = (account: number, source: string) => this.#tell(account, source);
    this.#sources = new Sources({ ...deps, store: new SourceStore(deps.db), told });
    deps.tariffs.listen((account) => {
      this.#standings.forget(account);
      const read = this.readPrices(account).catch(() => false);
      void read.then((changed) => changed || told(account, TARIFF));
    });
  }

  async load(): Promise<void> {
    await this.#sources.load();
    await this.readAllPrices();
  }

  /** `readPrices` for every household with a tariff. */
  async readAllPrices(): Promise<void> {
    for (const account of this.#deps.tariffs.accounts()) await this.readPrices(account);
  }

  /**
   * Reads the feeds from which the household's tariff takes its prices, and where it stands in its tiers. Tells and gives true where
   * anything of it has changed.
   */
  async readPrices(account: number): Promise<boolean> {
    const tariff = this.#deps.tariffs.get(account);
    if (!tariff) return false;
    const now = this.#deps.clock.seconds();
    const prices = await this.#priceFeeds.read(tariff, now);
    const changed = (await this.#standings.read(account, now)) || prices;
    if (changed) this.#tell(account, TARIFF);
    return changed;
  }

  providers(): ProviderInfo[] {
    return [...PROVIDERS.values()].map((one) => {
      const { name, source, kind, unit, optimise, interval, horizon, secrets = [] } = one;
      return { name, source, kind, unit, optimise, interval, horizon, secrets, params: one.schema() };
    });
  }

  /** The household's forecasts, its tariff first where it has one. */
  sources(account: number): ForecastSource[] {
    const tariff = this.#deps.tariffs.get(account);
    const now = this.#deps.clock.seconds();
    const own = this.#sources.list(account).map((state) => sourceOf(state, now));
    return tariff ? [this.#tariffSource(account, tariff), ...own] : own;
  }

  find(account: number, name: string): ForecastSource | undefined {
    return this.sources(account).find((source) => source.name === name);
  }

  /** Households of which anything can be foretold. */
  accounts(): number[] {
    return [...new Set([...this.#deps.tariffs.accounts(), ...this.#sources.accounts()])];
  }

  /** The household's first forecast of carbon; null where it has none. */
  carbonSource(account: number): string | null {
    return this.#sources.list(account).find(({ configured }) => configured.unit === 'carbon')?.name ?? null;
  }

  /** Throws HUB_BAD_REQUEST, HUB_FORECAST_EXISTS. */
  add(account: number, form: SourceForm): Promise<void> {
    return this.#sources.add(account, form);
  }

  /**
   * Params left out stay as they are, so that a secret need not be sent again. Throws HUB_FORECAST_NOT_FOUND, and HUB_FORECAST_IN_USE
   * for another name where anything goes by this one.
   */
  async change(account: number, name: string, fields: Partial<Pick<SourceForm, 'name' | 'params'>>): Promise<void> {
    if (fields.name !== undefined && fields.name !== name) this.#mayGo(account, name);
    await this.#sources.change(account, name, fields);
  }

  /** Throws HUB_FORECAST_NOT_FOUND, HUB_FORECAST_IN_USE. */
  async remove(account: number, name: string): Promise<void> {
    this.#mayGo(account, name);
    await this.#sources.remove(account, name);
  }

  /** What goes by it, so that it keeps its name and is not removed. */
  users(account: number, name: string): readonly ForecastUser[] {
    return this.#deps.usersOf(account, name);
  }

  #mayGo(account: number, name: string): void {
    const users = usersInWords(this.users(account, name));
    if (users.length === 0) return;
    const more = users.length > 3 ? ` and ${users.length - 3} more` : '';
    const sentence = `${users.slice(0, 3).join(', ')}${more} ${users.length > 1 ? 'go' : 'goes'} by ${name}: let another forecast take its place first.`;
    throw new HubError('HUB_FORECAST_IN_USE', { sentence });
  }

  /** Figures that a person brings; how many lie too far off to be kept. Throws HUB_BAD_REQUEST where they say nothing of use. */
  upload(account: number, name: string, content: unknown): Promise<number> {
    return this.#sources.upload(account, name, content);
  }

  /** A signal that came over MQTT. The first one of a name makes its source. Throws HUB_BAD_REQUEST. */
  signalled(account: number, name: string, signal: unknown): Promise<void> {
    return this.#sources.signalled(account, name, signal);
  }

  /** The sources to be asked by now. */
  due(): SourceState[] {
    return this.#sources.due();
  }

  /** A source is being asked from now on. */
  began(state: SourceState): void {
    this.#sources.began(state);
  }

  /** What a source answered. */
  fetched(state: SourceState, spans: readonly Span[]): Promise<void> {
    return this.#sources.fetched(state, spans);
  }

  /** A source that could not be asked, or answered nothing of use. */
  failed(state: SourceState, error: unknown): Promise<void> {
    return this.#sources.failed(state, error);
  }

  /** The household's zone. */
  zoneOf(account: number): string {
    return this.#deps.users.account(account)?.timezone ?? 'UTC';
  }

  /** One source by itself; a name that is none is known nowhere. */
  one(account: number, source: string, from: number, to: number, interval?: number): Forecast {
    return this.combined(account, [{ source, weight: 1 }], from, to, interval);
  }

  /**
   * The parts mixed, in the unit of the first, on the finest interval of any of them, which begins on a whole multiple of it at or
   * before `from`. An empty mix is the tariff, and where there is none always 1.
   */
  combined(account: number, parts: readonly MixPart[], from: number, to: number, interval?: number): Forecast {
    const wanted = parts.length > 0 ? parts : this.#usual(account);
    const finest = Math.min(...wanted.map(({ source }) => this.#intervalOf(account, source)));
    const grid = gridOf(from, to, interval ?? finest);
    const name = wanted.map(({ source }) => source).join('+');
    const { start } = grid;
    const mixed = this.#mixed(account, wanted, grid);
    const expected = mixed.profile.includes(null) ? this.#expected(account, wanted, grid) : undefined;
    return { name, start, interval: grid.interval, ...mixed, ...(expected ? { expected } : {}) };
  }

  #mixed(account: number, parts: readonly MixPart[], grid: Grid): ReturnType<typeof mix> {
    const [first, ...others] = parts.map((part) => this.#ingredient(account, part, grid));
    return mix(first as Ingredient, others);
  }

  #expected(account: number, parts: readonly MixPart[], { start, interval, count }: Grid) {
    const before = Math.ceil((USUAL_DAYS * DAY) / interval);
    const grid = { start: start - before * interval, interval, count: before + count };
    return usualFigures(this.#mixed(account, parts, grid).profile, before, interval);
  }

  /** Calls `told` when a source of a household has new figures, or is another one. */
  listen(told: (account: number, source: string) => void): Disposer {
    this.#listeners.add(told);
    return () => this.#listeners.delete(told);
  }

  #usual(account: number): MixPart[] {
    return [{ source: this.#deps.tariffs.get(account) ? TARIFF : FLAT, weight: 1 }];
  }

  #intervalOf(account: number, name: string): number {
    const tariff = name === TARIFF ? this.#deps.tariffs.get(account) : undefined;
    if (tariff) return tariffInterval(this.#world(account, tariff), this.#deps.clock.seconds());
    return this.#sources.find(account, name)?.interval ?? USUAL;
  }

  #ingredient(account: number, part: MixPart, grid: Grid): Ingredient {
    const now = this.#deps.clock.seconds();
    if (part.source === FLAT) return { ...NOTHING, part, profile: new Array<number>(grid.count).fill(1) };
    if (part.source === TARIFF) return this.#tariffIngredient(account, part, grid);
    const state = this.#sources.find(account, part.source);
    if (!state) return unknown(part, grid);
    const { provider, configured } = state;
    const { unit, optimise } = configured;
    const end = grid.start + grid.count * grid.interval;
    const spans =
      provider.kind === 'computed' ? configured.compute(grid.start, end, this.zoneOf(account)) : state.spans;
    const { fetched, stale, fault } = healthOf(state, now);
    const provenance = { source: provider.source, fetched, stale, fault };
    return { part, unit, optimise, profile: resampled(spans, grid), provenance };
  }

  #tariffIngredient(account: number, part: MixPart, grid: Grid): Ingredient {
    const tariff = this.#deps.tariffs.get(account);
    if (!tariff) return unknown(part, grid);
    const end = grid.start + grid.count * grid.interval;
    const spans = tariffSpans(this.#world(account, tariff), grid.start, end);
    const provenance = { ...NOTHING.provenance, source: tariffName(tariff) };
    return { part, unit: 'price', optimise: 'min', profile: resampled(spans, grid), provenance };
  }

  #world(account: number, tariff: Tariff): TariffWorld {
    return {
      tariff,
      zone: this.zoneOf(account),
      slotsOf: this.#priceFeeds.of,
      standing: this.#standings.of(account),
    };
  }

  #tariffSource(account: number, tariff: Tariff): ForecastSource {
    const now = this.#deps.clock.seconds();
    const world = this.#world(account, tariff);
    const interval = tariffInterval(world, now);
    const spans = tariffSpans(world, now, now + WEEK);
    const until = spans.at(-1)?.end ?? null;
    const health = { fetched: null, attempted: null, next: null, stale: until === null, fault: null, until };
    return {
      ...{ name: TARIFF, provider: TARIFF, unit: 'price', optimise: 'min', interval, horizon: WEEK },
      source: tariffName(tariff),
      params: {},
      kept: [],
      health: { ...health, gaps: until === null ? [] : gapsOf(spans, now, until) },
    };
  }

  #tell(account: number, source: string): void {
    for (const told of this.#listeners) told(account, source);
  }
}

const TARIFF = 'tariff';
/** What every hour is alike in. */
const FLAT = 'flat';
const USUAL = 1800;
const DAY = 86_400;
const WEEK = 7 * DAY;

const NOTHING = {
  unit: 'index',
  optimise: 'min',
  provenance: { source: 'Hearth', fetched: null, stale: false, fault: null },
} as const;

function unknown(part: MixPart, { count }: Grid): Ingredient {
  const fault = `There is no forecast called ${part.source}.`;
  const provenance = { source: part.source, fetched: null, stale: true, fault };
  return { ...NOTHING, part, profile: new Array<null>(count).fill(null), provenance };
}

function tariffName({ versions }: Tariff): string {
  return versions.at(-1)?.name || 'tariff';
}

function sourceOf(state: SourceState, now: number): ForecastSource {
  const { name, provider, configured } = state;
  const { unit, optimise, params } = configured;
  const secrets = provider.secrets ?? [];
  return {
    ...{ name, provider: provider.name, source: provider.source, unit, optimise },
    ...{ interval: state.interval, horizon: provider.horizon },
    params: Object.fromEntries(Object.entries(params).filter(([key]) => !secrets.includes(key))),
    kept: secrets.filter((key) => typeof params[key] === 'string' && params[key] !== ''),
    health: healthOf(state, now),
  };
}

import type { Clock } from '../lib/clock.ts';
import type { CalendarModel } from './calendar.ts';
import type { Feed } from './feed.ts';
import type { Rows } from './feed-data/request.ts';
import { type CompiledStep, compileProcessList, decodeProcessList } from './process/process-list.ts';
import { processByKey } from './process/registry.ts';
import { run } from './process/run.ts';
import type { LastValue, SeriesMeta } from './timeseries/series.ts';
import type { UserModel } from './user.ts';

export interface VirtualFeedsDeps {
  find(feed: number): Feed | undefined;
  /** The newest reading of a feed that is stored. */
  last(feed: number): LastValue | undefined;
  meta(feed: number): SeriesMeta | undefined;
  households: Pick<UserModel, 'account'>;
  schedules: Pick<CalendarModel, 'holds'>;
  clock: Clock;
}

/** Reads the rows of a stored feed as the request asks for them. */
export type ReadStored = (feed: Feed) => Promise<Rows | null>;

/** Feeds that are computed from others: row by row, by the process list, from their sources' values at that row. */
export class VirtualFeeds {
  readonly #deps: VirtualFeedsDeps;

  constructor(deps: VirtualFeedsDeps) {
    this.#deps = deps;
  }

  /** The feed's values at the times, its stored sources read by `read`; null where it has no list. */
  async rows(feed: Feed, times: readonly number[], read: ReadStored): Promise<Rows | null> {
    return await this.#rows(feed, times, { read, under: new Set(), done: new Map() });
  }

  /** What the list makes of the sources' newest values, as of now. */
  last(feed: Feed): LastValue {
    const time = this.#deps.clock.seconds();
    return { time, value: this.#lastValue(feed, time, new Set(), new Map()) };
  }

  /** The span of all the feed's sources together, at their shortest interval; undefined where there is none. */
  meta(feed: Feed): Pick<SeriesMeta, 'startTime' | 'endTime' | 'interval' | 'npoints'> | undefined {
    const metas = [...this.#stored(feed, new Set())].flatMap((id) => this.#deps.meta(id) ?? []);
    const filled = metas.filter(({ npoints }) => npoints > 0);
    if (filled.length === 0) return undefined;
    const startTime = Math.min(...filled.map((meta) => meta.startTime));
    const endTime = Math.max(...filled.map((meta) => meta.endTime));
    const interval = Math.max(1, Math.min(...filled.map((meta) => meta.interval)));
    return { startTime, endTime, interval, npoints: Math.floor((endTime - startTime) / interval) + 1 };
  }

  async #rows(feed: Feed, times: readonly number[], reading: Reading): Promise<Rows | null> {
    if (feed.processList === '') return null;
    const under = new Set(reading.under).add(feed.id);
    const sources = new Map<number, Rows['values']>();
    for (const id of sourcesOf(feed.processList)) {
      const values = await this.#source(feed, id, times, { ...reading, under });
      if (values) sources.set(id, values);
    }
    const steps = compileProcessList(feed.processList);
    const values = times.map((time, i) => this.#value(feed, steps, time, (id) => sources.get(id)?.[i] ?? null));
    return { times, values };
  }

  /** Each source is read once a request, one after another; one that leads back to the feed itself has no values. */
  async #source(feed: Feed, id: number, times: readonly number[], reading: Reading) {
    const source = this.#own(feed, id);
    if (!source || reading.under.has(id)) return undefined;
    const known = reading.done.get(id);
    if (known) return known;
    const rows = source.engine === 7 ? await this.#rows(source, times, reading) : await reading.read(source);
    if (rows) reading.done.set(id, rows.values);
    return rows?.values;
  }

  #lastValue(feed: Feed, time: number, under: ReadonlySet<number>, done: Map<number, number | null>): number | null {
    if (feed.processList === '' || under.has(feed.id)) return null;
    const known = done.get(feed.id);
    if (known !== undefined) return known;
    const below = new Set(under).add(feed.id);
    const value = this.#value(feed, compileProcessList(feed.processList), time, (id) => {
      const source = this.#own(feed, id);
      if (!source) return null;
      return source.engine === 7
        ? this.#lastValue(source, time, below, done)
        : (this.#deps.last(source.id)?.value ?? null);
    });
    done.set(feed.id, value);
    return value;
  }

  #value(feed: Feed, steps: readonly CompiledStep[], time: number, source: (id: number) => number | null) {
    const { value, broken } = run(steps, null, time, {
      timezone: this.#deps.households.account(feed.account)?.timezone ?? 'UTC',
      input: () => undefined,
      feed: () => undefined,
      state: () => undefined,
      source,
      inSchedule: (schedule, at) => this.#deps.schedules.holds(feed.account, schedule, at),
    });
    return broken ? null : value;
  }

  #stored(feed: Feed, seen: Set<number>): Set<number> {
    const stored = new Set<number>();
    if (seen.has(feed.id)) return stored;
    seen.add(feed.id);
    for (const id of sourcesOf(feed.processList)) {
      const source = this.#own(feed, id);
      if (source?.engine === 7) for (const inner of this.#stored(source, seen)) stored.add(inner);
      else if (source) stored.add(id);
    }
    return stored;
  }

  #own(feed: Feed, id: number): Feed | undefined {
    const source = this.#deps.find(id);
    return source?.account === feed.account ? source : undefined;
  }
}

interface Reading {
  readonly read: ReadStored;
  /** The feeds being computed, outermost first. */
  readonly under: ReadonlySet<number>;
  readonly done: Map<number, Rows['values']>;
}

/** The feeds a stored list of a virtual feed reads. */
function sourcesOf(list: string): Set<number> {
  const steps = decodeProcessList(list).filter(({ key }) => processByKey(key)?.group === 'Virtual');
  return new Set(steps.map(({ args }) => Number(args[0])));
}

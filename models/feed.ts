import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import { Mutex } from '../lib/mutex.ts';
import type { Database, FeedsTable } from './database.ts';
import { feedChanges } from './feed-apply.ts';
import { checkFields, checkWish, type FeedEngine, type FeedFields, type FeedWish } from './feed-rules.ts';
import type { Effect } from './process/effect.ts';
import type { Change, LastValue, Series, SeriesMeta } from './timeseries/series.ts';

/** A named series of a household, as MySQL keeps it. */
export interface Feed {
  readonly id: number;
  readonly account: number;
  readonly name: string;
  readonly tag: string | null;
  readonly unit: string;
  readonly public: boolean;
  /** Whether anybody chose `public` since the hub started; EmonCMS tells "no" from "never asked". */
  readonly publicChosen: boolean;
  readonly engine: FeedEngine;
  /** Seconds; 0 where the engine has no fixed one. */
  readonly interval: number;
  readonly processList: string;
}

/** Who is told of a new last value. */
export interface FeedListener {
  put(account: number, kind: 'feed', id: number, time: number, value: number | null): void;
  /** The feed is gone. */
  forget(account: number, kind: 'feed', id: number): void;
}

export interface FeedDeps {
  db: Database;
  series: Series;
  clock: Clock;
  live: FeedListener;
  /** Computes what a virtual feed says now. */
  virtual: { last(feed: Feed): LastValue };
}

/**
 * Every feed of every household. All are held in memory, so that no reading waits on MySQL; a change of a feed is in
 * MySQL before it is in memory.
 */
export class FeedModel {
  readonly #deps: FeedDeps;
  readonly #feeds = new Map<number, Feed>();
  readonly #ofAccount = new Map<number, Map<number, Feed>>();
  readonly #changing = new Mutex();
  readonly #measured = new Map<number, number>();

  constructor(deps: FeedDeps) {
    this.#deps = deps;
  }

  /** Reads all feeds. A feed whose creation was cut short by a crash gets its empty series now. */
  async load(): Promise<void> {
    const rows = await this.#deps.db.selectFrom('feeds').selectAll().orderBy('id').execute();
    this.#feeds.clear();
    this.#ofAccount.clear();
    for (const row of rows) this.#keep(parseFeedRow(row));
    for (const feed of this.#feeds.values()) {
      if (feed.engine !== 7 && !this.#deps.series.has(feed.id)) {
        await this.#deps.series.create(feed.id, feed.engine, feed.interval || 1);
      }
    }
  }

  /** The household's feeds in ascending id. */
  list(account: number): Feed[] {
    return [...(this.#ofAccount.get(account)?.values() ?? [])];
  }

  find(id: number): Feed | undefined {
    return this.#feeds.get(id);
  }

  /** The feed of this tag and name; with no tag given, the first of that name. */
  byName(account: number, tag: string | null | undefined, name: string): Feed | undefined {
    for (const feed of this.#ofAccount.get(account)?.values() ?? []) {
      if (feed.name === name && (tag === undefined || feed.tag === tag)) return feed;
    }
    return undefined;
  }

  /** The new feed's id. Throws HUB_FEED_EXISTS or what the rules refuse. A crash leaves the feed whole or absent. */
  create(account: number, wish: FeedWish): Promise<number> {
    const checked = checkWish(wish);
    return this.#changing.run(async () => {
      if (this.byName(account, checked.tag, checked.name)) throw new HubError('HUB_FEED_EXISTS');
      const { name, tag, unit, engine, interval } = checked;
      const created = this.#deps.clock.seconds();
      const inserted = await this.#deps.db
        .insertInto('feeds')
        .values({ account, name, tag, unit, engine, interval, created })
        .executeTakeFirstOrThrow();
      const id = Number(inserted.insertId);
      if (engine !== 7) await this.#makeSeries(id, engine, interval || 1);
      this.#keep({
        id,
        account,
        name,
        tag,
        unit,
        public: false,
        publicChosen: false,
        engine,
        interval,
        processList: '',
      });
      return id;
    });
  }

  /** Changes what is given. Throws HUB_FEED_NOT_FOUND, HUB_FEED_EXISTS for another feed's tag and name, or what the rules refuse. */
  set(id: number, fields: FeedFields): Promise<Feed> {
    checkFields(fields);
    return this.#changing.run(async () => {
      const feed = this.#must(id);
      const publicChosen = feed.publicChosen || fields.public !== undefined;
      const changed: Feed = { ...feed, ...fields, publicChosen };
      const twin = this.byName(feed.account, changed.tag, changed.name);
      if (twin && twin.id !== id) throw new HubError('HUB_FEED_EXISTS');
      await this.#deps.db.updateTable('feeds').set(toColumns(fields)).where('id', '=', id).execute();
      this.#keep(changed);
      return changed;
    });
  }

  /** Removes the feed and its data. After a crash the feed is gone or untouched. */
  remove(id: number): Promise<void> {
    return this.#changing.run(async () => {
      const feed = this.#must(id);
      await this.#deps.db.deleteFrom('feeds').where('id', '=', id).execute();
      this.#feeds.delete(id);
      this.#measured.delete(id);
      this.#deps.live.forget(feed.account, 'feed', id);
      this.#ofAccount.get(feed.account)?.delete(id);
      if (feed.engine !== 7) await this.#deps.series.remove(id);
    });
  }

  /** Empties the feed. Its last value reads 0 from then on, at the time it had. */
  async clear(id: number): Promise<void> {
    this.#must(id);
    const last = this.#deps.series.last(id);
    await this.#deps.series.clear(id);
    this.#measured.delete(id);
    if (last) await this.write(id, [{ kind: 'last', feed: id, time: last.time, value: 0 }]);
  }

  /** Drops what is before `startTime`, returning the bytes that remain. Throws RangeError outside the data. */
  trim(id: number, startTime: number): Promise<number> {
    this.#must(id);
    return this.#deps.series.trim(id, startTime);
  }

  /** The newest reading, its value to the 14 significant digits that EmonCMS keeps and its accumulating processes go on from. */
  last(id: number): LastValue | undefined {
    const feed = this.#feeds.get(id);
    if (feed?.engine === 7) return this.#deps.virtual.last(feed);
    const last = this.#deps.series.last(id);
    if (last === undefined || last.value === null || Number.isInteger(last.value)) return last;
    return { time: last.time, value: Number(last.value.toPrecision(14)) };
  }

  /** Undefined for a virtual or unknown feed. */
  meta(id: number): SeriesMeta | undefined {
    return this.#deps.series.meta(id);
  }

  /** Bytes of data; 0 for a virtual feed. */
  size(id: number): number {
    return this.#deps.series.has(id) ? this.#deps.series.size(id) : 0;
  }

  /** Measures the household's feeds, returning their bytes in all. `measuredSize` tells each one's until the next time. */
  measure(account: number): number {
    let total = 0;
    for (const { id } of this.list(account)) {
      const size = this.size(id);
      this.#measured.set(id, size);
      total += size;
    }
    return total;
  }

  /** The size as of the last `measure`; 0 before. EmonCMS lists feeds with this one. */
  measuredSize(id: number): number {
    return this.#measured.get(id) ?? 0;
  }

  /** Keeps one feed's changes and tells the listener of the newest reading. */
  async write(id: number, changes: readonly Change[]): Promise<void> {
    const feed = this.#must(id);
    await this.#deps.series.append(changes);
    const last = this.last(id);
    if (last) this.#deps.live.put(feed.account, 'feed', id, last.time, last.value);
  }

  /**
   * Keeps what processing asked for, in one append; effects on feeds of another account are dropped. Memory is
   * updated before the call returns; the promise resolves when the readings outlive a process kill.
   */
  async apply(account: number, effects: readonly Effect[]): Promise<void> {
    const changes = feedChanges(effects, (id) => {
      const feed = this.#feeds.get(id);
      return feed !== undefined && feed.account === account && feed.engine !== 7;
    });
    if (changes.length === 0) return;
    await this.#deps.series.append(changes);
    for (const change of changes) {
      if (change.kind === 'state') continue;
      this.#deps.live.put(account, 'feed', change.feed, change.time, change.value);
    }
  }

  /** A feed whose series cannot be made is not kept. */
  async #makeSeries(id: number, engine: 5 | 2, interval: number): Promise<void> {
    try {
      await this.#deps.series.create(id, engine, interval);
    } catch (error) {
      await this.#deps.db.deleteFrom('feeds').where('id', '=', id).execute();
      throw error;
    }
  }

  #must(id: number): Feed {
    const feed = this.#feeds.get(id);
    if (!feed) throw new HubError('HUB_FEED_NOT_FOUND');
    return feed;
  }

  #keep(feed: Feed): void {
    this.#feeds.set(feed.id, feed);
    const own = this.#ofAccount.get(feed.account) ?? new Map<number, Feed>();
    own.set(feed.id, feed);
    this.#ofAccount.set(feed.account, own);
  }
}

type FeedRow = { [K in keyof FeedsTable]: unknown };

function parseFeedRow(row: FeedRow): Feed {
  const engine = Number(row.engine);
  return {
    id: Number(row.id),
    account: Number(row.account),
    name: String(row.name),
    tag: row.tag === null ? null : String(row.tag),
    unit: String(row.unit),
    public: Number(row.public) === 1,
    publicChosen: Number(row.public) === 1,
    engine: engine === 2 || engine === 7 ? engine : 5,
    interval: Number(row.interval),
    processList: String(row.process_list),
  };
}

function toColumns(fields: FeedFields) {
  return {
    ...(fields.name === undefined ? {} : { name: fields.name }),
    ...(fields.tag === undefined ? {} : { tag: fields.tag }),
    ...(fields.unit === undefined ? {} : { unit: fields.unit }),
    ...(fields.public === undefined ? {} : { public: fields.public ? 1 : 0 }),
    ...(fields.processList === undefined ? {} : { process_list: fields.processList }),
  };
}

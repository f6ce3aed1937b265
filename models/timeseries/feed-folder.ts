import { join } from 'node:path';
import { HubError } from '../../lib/errors.ts';
import type { FeedFile } from './feed-file.ts';
import type { FileSystem } from './file.ts';
import { FixedFile } from './fixed.ts';
import { META_BYTES, parseMeta } from './meta.ts';
import { SummaryCaches } from './pyramid.ts';
import type { LastValue, SeriesEngine } from './series.ts';
import { VariableFile } from './variable.ts';
import { decodeRecords, RECORD } from './variable-record.ts';

export type Report = (file: string, offset: number, what: string) => void;

/** A feed as the engine knows it: its newest reading and states at once, its files when first asked for. */
export class Feed {
  readonly id: number;
  readonly #load: () => FeedFile | string;
  #file: FeedFile | null = null;
  /** Why the feed cannot be used; its files are left as they are. */
  damaged: string | null = null;
  /** NaN while unknown: then the file's last value counts. */
  lastTime = Number.NaN;
  lastValue = Number.NaN;
  readonly states = new Map<number, number>();

  constructor(id: number, load: () => FeedFile | string) {
    this.id = id;
    this.#load = load;
  }

  get file(): FeedFile | null {
    if (this.#file === null && this.damaged === null) {
      const loaded = this.#load();
      if (typeof loaded === 'string') this.damaged = loaded;
      else this.#file = loaded;
    }
    return this.#file;
  }

  /** The file if something has asked for it already. */
  get loaded(): FeedFile | null {
    return this.#file;
  }

  setLast(time: number, value: number): void {
    this.lastTime = time;
    this.lastValue = value;
  }

  last(): LastValue | undefined {
    if (Number.isNaN(this.lastTime)) return this.file?.lastValue();
    return { time: this.lastTime, value: Number.isNaN(this.lastValue) ? null : this.lastValue };
  }

  damage(): HubError {
    return new HubError('HUB_STORAGE', { cause: new Error(`feed ${this.id}: ${this.damaged}`) });
  }
}

/** The folder with the feeds' files, in EmonCMS's names. */
export class FeedFolder {
  readonly path: string;
  readonly #files: FileSystem;
  readonly #report: Report;
  readonly #caches = new SummaryCaches();

  constructor(path: string, files: FileSystem, report: Report) {
    this.path = path;
    this.#files = files;
    this.#report = report;
  }

  base(feed: number): string {
    return join(this.path, String(feed));
  }

  sums(feed: number): string {
    return `${this.base(feed)}.sum`;
  }

  records(feed: number): string {
    return join(this.path, `feed_${feed}.MYD`);
  }

  /** A feed whose files are looked at when first needed. */
  feed(id: number, engine: SeriesEngine): Feed {
    return new Feed(id, () => {
      try {
        return engine === 5 ? this.#loadFixed(id) : this.#loadVariable(id);
      } catch (error) {
        const what = `the files cannot be read: ${error instanceof Error ? error.message : String(error)}`;
        this.#report(engine === 5 ? `${this.base(id)}.dat` : this.records(id), 0, what);
        return what;
      }
    });
  }

  /** The feeds among the names in the folder. A data file without its meta counts as a damaged feed unless it is empty. */
  feeds(names: readonly string[]): Map<number, Feed> {
    const feeds = new Map<number, Feed>();
    for (const name of names) {
      const fixed = /^(\d+)\.meta$/.exec(name);
      const variable = /^feed_(\d+)\.MYD$/.exec(name);
      if (fixed) feeds.set(Number(fixed[1]), this.feed(Number(fixed[1]), 5));
      else if (variable && !feeds.has(Number(variable[1])))
        feeds.set(Number(variable[1]), this.feed(Number(variable[1]), 2));
    }
    for (const name of names) {
      const id = Number(/^(\d+)\.dat$/.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(id) || feeds.has(id) || this.#files.glance(join(this.path, name), 0, 0)?.size === 0) continue;
      const feed = this.feed(id, 5);
      feeds.set(id, feed);
      // Loads, and so reports, at once: nobody may ever ask for it.
      void feed.file;
    }
    return feeds;
  }

  #loadFixed(id: number): FixedFile | string {
    const base = this.base(id);
    const meta = parseMeta(this.#files.glance(`${base}.meta`, 0, META_BYTES)?.bytes ?? Buffer.alloc(0));
    if (!meta) {
      const what = 'the .meta is missing, short or without an interval; the feed takes no points';
      this.#report(`${base}.meta`, 0, what);
      return what;
    }
    const found = this.#files.glance(`${base}.dat`, 0, 0);
    const size = found?.size ?? 0;
    if (!found && meta.startTime > 0) {
      this.#report(`${base}.dat`, 0, 'the data file is missing; the feed begins anew');
    }
    const slots = Math.floor(size / 4);
    if (size % 4 !== 0) this.#report(`${base}.dat`, slots * 4, `${size % 4} bytes of a torn value ignored`);
    const last = slots > 0 ? this.#files.glance(`${base}.dat`, (slots - 1) * 4, 4)!.bytes.readFloatLE(0) : Number.NaN;
    return new FixedFile(this.#files, id, base, meta, slots, last, this.#caches);
  }

  #loadVariable(id: number): VariableFile {
    const path = this.records(id);
    const head = this.#files.glance(path, 0, RECORD);
    const size = head?.size ?? 0;
    const records = Math.floor(size / RECORD);
    if (size % RECORD !== 0) this.#report(path, records * RECORD, `${size % RECORD} bytes of a torn record ignored`);
    const first = decodeRecords(head?.bytes ?? Buffer.alloc(0));
    const last = records > 0 ? decodeRecords(this.#files.glance(path, (records - 1) * RECORD, RECORD)!.bytes) : first;
    return new VariableFile(this.#files, id, path, {
      records,
      first: first.times[0] ?? Number.NaN,
      last: last.times[0] ?? Number.NaN,
      lastValue: last.values[0] ?? Number.NaN,
    });
  }
}

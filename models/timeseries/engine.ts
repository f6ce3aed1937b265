import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { Mutex } from '../../lib/mutex.ts';
import { append } from './append.ts';
import type { FeedFile } from './feed-file.ts';
import type { Feed } from './feed-folder.ts';
import { replaceFile, syncFolder, writeFresh } from './file.ts';
import { flush, MAX_SEGMENTS, trimJournal } from './flush.ts';
import type { RecordBuffer } from './journal-record.ts';
import { encodeMeta } from './meta.ts';
import { removeFiles, replaceFiles } from './replace.ts';
import type { Change, LastValue, Series, SeriesEngine, SeriesHealth, SeriesMeta, Window } from './series.ts';
import { type Storage, storageError } from './storage.ts';

/** Between two attempts to write again on a disk that refused. */
const RETRY_MS = 3000;
/** Memory is relieved of this many values without waiting for the flusher. */
const MANY_WAITING = 2_000_000;

export type Damage = SeriesHealth['damages'][number];

/** The series over a folder of files and a journal. Made by `openSeries`. */
export class Engine implements Series {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #damages: Damage[];
  /** Held by whoever changes files. Appending and reading never wait for it. */
  readonly #work = new Mutex();
  readonly #listeners = new Set<(health: SeriesHealth) => void>();
  #lastAttempt = Number.NEGATIVE_INFINITY;
  #relieving = false;
  #closed: Promise<void> | null = null;

  constructor(storage: Storage, log: Log, damages: Damage[]) {
    this.#storage = storage;
    this.#clock = storage.clock;
    this.#log = log;
    this.#damages = damages;
  }

  create(feed: number, engine: SeriesEngine, interval: number): Promise<void> {
    if (!Number.isInteger(interval) || interval < 1) return Promise.reject(new RangeError('no such interval'));
    return this.#work.run(async () => {
      const { storage, files, folder } = this.#parts();
      if (this.#closed) throw storageError(new Error('the series are closed'));
      if (storage.feeds.has(feed)) throw new Error(`feed ${feed} has a series already`);
      // The journal must not remove the new files for the sake of the old ones.
      if (storage.removed.has(feed)) await this.#forgetRemovals();
      try {
        if (engine === 5) {
          if (files.glance(folder.sums(feed), 0, 0)) await files.remove(folder.sums(feed));
          await writeFresh(files, `${folder.base(feed)}.dat`, Buffer.alloc(0));
          await replaceFile(files, `${folder.base(feed)}.meta`, encodeMeta({ interval, startTime: 0 }));
        } else {
          await writeFresh(files, folder.records(feed), Buffer.alloc(0));
        }
        await syncFolder(files, folder.path);
      } catch (error) {
        throw storageError(error);
      }
      storage.feeds.set(feed, folder.feed(feed, engine));
    });
  }

  remove(feed: number): Promise<void> {
    return this.#change(feed, async (known) => {
      const { storage, folder } = this.#parts();
      const base = folder.base(feed);
      await removeFiles(storage, known, [`${base}.meta`, `${base}.dat`, folder.sums(feed), folder.records(feed)]);
    });
  }

  clear(feed: number): Promise<void> {
    return this.#change(feed, (known) => {
      const file = this.#fileOf(known);
      return replaceFiles(this.#storage, known, file, async (operation) => file.clear(operation));
    });
  }

  async trim(feed: number, startTime: number): Promise<number> {
    let bytes = 0;
    await this.#change(feed, async (known) => {
      const file = this.#fileOf(known);
      const meta = file.meta();
      if (meta.npoints === 0) throw new RangeError('Empty data file, nothing to trim.');
      if (startTime < meta.startTime || startTime > meta.endTime) throw new RangeError('New start time out of range');
      await replaceFiles(this.#storage, known, file, (operation) => file.trim(startTime, operation));
      bytes = file.size() - (file.engine === 5 ? 16 : 0);
    });
    return bytes;
  }

  has(feed: number): boolean {
    return this.#storage.feeds.has(feed);
  }

  meta(feed: number): SeriesMeta | undefined {
    return this.#file(feed)?.meta();
  }

  size(feed: number): number {
    return this.#file(feed)?.size() ?? 0;
  }

  last(feed: number): LastValue | undefined {
    return this.#storage.feeds.get(feed)?.last();
  }

  state(feed: number, slot: number): number | undefined {
    return this.#storage.feeds.get(feed)?.states.get(slot);
  }

  append(changes: readonly Change[]): Promise<void> {
    const kept = append(this.#storage, changes);
    if (this.#storage.waiting > MANY_WAITING) this.#relieve();
    return kept;
  }

  async samples(feed: number, times: readonly number[], mode: 'slot' | 'nearest' = 'slot'): Promise<(number | null)[]> {
    return this.#file(feed)?.samples(times, mode) ?? times.map(() => null);
  }

  async windows(feed: number, edges: readonly number[]): Promise<Window[]> {
    const none = () => edges.slice(1).map(() => ({ min: Number.NaN, max: Number.NaN, sum: 0, count: 0 }));
    return this.#file(feed)?.windows(edges) ?? none();
  }

  async scan(
    feed: number,
    from: number,
    to: number,
    chunk: (times: Float64Array, values: Float64Array) => void,
  ): Promise<void> {
    await this.#file(feed)?.scan(from, to, chunk);
  }

  async *bytes(feed: number, offset: number): AsyncIterable<Buffer> {
    const file = this.#file(feed);
    if (file) yield* file.bytes(offset);
  }

  flush(mode: 'due' | 'all'): Promise<void> {
    return this.#work.run(async () => {
      await this.#resume();
      await this.#orFail(() => flush(this.#storage, mode));
    });
  }

  async sync(): Promise<void> {
    if (this.#storage.journal.failure) await this.#work.run(() => this.#resume());
    else await this.#storage.journal.sync();
  }

  health(): SeriesHealth {
    const { journal, dirty } = this.#storage;
    const cause = journal.failure?.cause;
    return {
      degraded: journal.failure ? (cause instanceof Error ? cause.message : String(cause)) : null,
      damages: this.#damages,
      journalBytes: journal.bytes,
      pendingPoints: [...dirty].reduce((sum, file) => sum + file.waiting, 0),
    };
  }

  onHealth(listener: (health: SeriesHealth) => void): Disposer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#closed ??= this.#work.run(async () => {
      const { journal } = this.#storage;
      try {
        if (journal.failure) await this.#restart();
        await this.#emptyJournal();
      } catch (error) {
        this.#log.error(
          { err: error },
          'the series could not be put away; what the journal holds is read at the next start',
        );
      }
      this.#listeners.clear();
      await journal.close();
    });
    return this.#closed;
  }

  /** Begins the first segment; older ones stay until their values are in files. A disk that refuses leaves the engine degraded. */
  async begin(): Promise<void> {
    try {
      await this.#storage.journal.restart(() => undefined);
    } catch {
      this.announce();
    }
  }

  /** Tells the owner that the disk refuses, or takes again. */
  announce(): void {
    const health = this.health();
    if (health.degraded) this.#log.error({ cause: health.degraded }, 'readings cannot be stored; acknowledging stops');
    else this.#log.info('readings are stored again');
    for (const listener of this.#listeners) listener(health);
  }

  /** Keeps the number of segments down when points come faster than the flusher. */
  segmentBegun(): void {
    const { journal } = this.#storage;
    if (journal.sequence - journal.oldest >= MAX_SEGMENTS) this.#relieve();
  }

  /** Writes into a checkpoint what cannot be read from the files. */
  checkpoint(out: RecordBuffer): void {
    for (const feed of this.#storage.feeds.values()) {
      if (!Number.isNaN(feed.lastTime)) out.last(feed.id, feed.lastTime, feed.lastValue);
      for (const [slot, value] of feed.states) out.state(feed.id, slot, value);
    }
  }

  #parts() {
    const { files, folder } = this.#storage;
    return { storage: this.#storage, files, folder };
  }

  #file(feed: number): FeedFile | null | undefined {
    return this.#storage.feeds.get(feed)?.file;
  }

  #fileOf(feed: Feed): FeedFile {
    const { file } = feed;
    if (!file) throw feed.damage();
    return file;
  }

  /** Runs work that changes a feed's files; a feed that is not there has nothing to change. */
  #change(feed: number, work: (known: Feed) => Promise<void>): Promise<void> {
    return this.#work.run(async () => {
      const known = this.#storage.feeds.get(feed);
      if (!known) return;
      await this.#resume();
      try {
        await work(known);
      } catch (error) {
        throw error instanceof RangeError ? error : storageError(error);
      }
    });
  }

  async #orFail(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#storage.journal.fail(error);
      throw storageError(error);
    }
  }

  #relieve(): void {
    if (this.#relieving || this.#closed || this.#storage.journal.failure) return;
    this.#relieving = true;
    const done = () => {
      this.#relieving = false;
    };
    // A failure is announced by the journal.
    this.flush('due').then(done, done);
  }

  /** Throws HUB_STORAGE unless the journal takes records, having tried to make it do so. */
  async #resume(): Promise<void> {
    const { journal } = this.#storage;
    if (!journal.failure) return;
    const now = this.#clock.monotonic();
    if (this.#closed || now - this.#lastAttempt < RETRY_MS) throw journal.failure;
    this.#lastAttempt = now;
    await this.#restart();
    this.announce();
  }

  /** Writes the journal anew from memory. Until that has reached the disk, nothing of the old one is let go. */
  async #restart(): Promise<void> {
    const { journal, dirty, unfinished } = this.#storage;
    try {
      await journal.restart((out) => {
        for (const { record } of unfinished.values()) record(out);
        for (const file of dirty) file.dump(out);
      });
    } catch (error) {
      throw storageError(error);
    }
    for (const file of dirty) file.firstSegment = journal.sequence;
    await this.#orFail(async () => {
      for (const [feed, { finish }] of unfinished) {
        await finish();
        unfinished.delete(feed);
      }
      await trimJournal(this.#storage);
    });
  }

  async #forgetRemovals(): Promise<void> {
    await this.#emptyJournal();
    await this.#orFail(() => this.#storage.journal.syncRemovals());
  }

  async #emptyJournal(): Promise<void> {
    const { journal } = this.#storage;
    await flush(this.#storage, 'all');
    await journal.rotate();
    await trimJournal(this.#storage);
  }
}

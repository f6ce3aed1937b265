import { BlockCache } from './block-cache.ts';
import { type File, type FileSystem, readAll, withFile, writeAll } from './file.ts';
import { BUCKET_SLOTS, PAGE_BYTES, PAGE_SLOTS, type PageOf, SummaryPage } from './summary-page.ts';

/** A run of slots in the data file. */
export interface SlotRun {
  readonly from: number;
  /** The first slot after it. */
  readonly to: number;
}

/** What of all feeds' files is kept in memory for the next look at them. */
export class SummaryCaches {
  readonly pages = new BlockCache<SummaryPage>(6 * 1024 * 1024);
  /** Buckets' own values. */
  readonly values = new BlockCache<Float32Array>(6 * 1024 * 1024);
}

/** Pages read together. */
const TOGETHER = 64;

/**
 * The sums beside a feed's data file, `<id>.sum`. Never the truth: whatever is missing or does not hold is made again from
 * the data file. A page is written after its slots were synced, and taken back, durably, before one of them is written anew.
 */
export class Pyramid {
  readonly path: string;
  readonly #files: FileSystem;
  readonly #caches: SummaryCaches;
  #space: number;
  /** Grows whenever the data file changes. */
  epoch = 0;
  /** Whether a page of the disk has been compared with the data file since the feed was opened. */
  audited = false;
  #distrusted = false;
  /** Whole pages of the data file that have been seen to; the disk may hold them. */
  #settled: number;
  /** Pages to be written as soon as the data file has all of their slots. */
  readonly #due = new Set<number>();
  /** Pages that a reader had to make, to be written. */
  readonly #made = new Map<number, SummaryPage>();

  /** `slots`: how many the data file has. */
  constructor(files: FileSystem, path: string, caches: SummaryCaches, slots: number) {
    this.#files = files;
    this.path = path;
    this.#caches = caches;
    this.#space = caches.pages.space();
    this.#settled = Math.floor(slots / PAGE_SLOTS);
  }

  page(index: number): SummaryPage | undefined {
    return this.#caches.pages.get(this.#space, index);
  }

  /** A bucket's values as the file has them. */
  values(bucket: number): Float32Array | undefined {
    return this.#caches.values.get(this.#space, bucket);
  }

  keepPage(index: number, page: SummaryPage): void {
    this.#caches.pages.put(this.#space, index, page);
  }

  keepValues(bucket: number, values: Float32Array): void {
    this.#caches.values.put(this.#space, bucket, values);
  }

  /** Notes a whole page that had to be made, so that the next flush writes it. */
  noteMade(index: number, page: SummaryPage): void {
    this.#made.set(index, page);
  }

  /** The pages from `first` to before `end` that the disk holds; null where it does not. A failure is as good as nothing. */
  async read(first: number, end: number, of: (page: number) => PageOf): Promise<(SummaryPage | null)[]> {
    const pages: (SummaryPage | null)[] = [];
    if (this.#distrusted) return new Array(end - first).fill(null);
    try {
      await withFile(this.#files, this.path, 'read', async (file) => {
        for (let from = first; from < end; from += TOGETHER) {
          const bytes = new Uint8Array((Math.min(end, from + TOGETHER) - from) * PAGE_BYTES);
          const count = await readAll(file, bytes, from * PAGE_BYTES);
          for (let at = 0; at < bytes.length; at += PAGE_BYTES) {
            const own = bytes.slice(at, Math.max(at, Math.min(count, at + PAGE_BYTES)));
            pages.push(SummaryPage.parse(own, of(from + at / PAGE_BYTES)));
          }
        }
      });
    } catch {
      while (pages.length < end - first) pages.push(null);
    }
    return pages;
  }

  /** Nothing on the disk counts any more. */
  distrust(): void {
    this.#distrusted = true;
  }

  /** Must be done before these slots of the data file are written: no page on the disk speaks of them afterwards, whatever fails. */
  async retract(runs: readonly SlotRun[]): Promise<void> {
    const stale = [...pagesOf(runs)].filter((page) => page < this.#settled);
    if (stale.length === 0) return;
    for (const page of stale) {
      this.#made.delete(page);
      this.#due.add(page);
    }
    const size = this.#files.glance(this.path, 0, 0)?.size ?? 0;
    const written = stale.filter((page) => page * PAGE_BYTES < size);
    if (written.length === 0) return;
    await withFile(this.#files, this.path, 'write', async (file) => {
      for (const page of written) await writeAll(file, new Uint8Array(PAGE_BYTES), page * PAGE_BYTES);
      await file.sync();
    });
  }

  /** The data file has these slots now, and `filed` in all. */
  changed(runs: readonly SlotRun[], filed: number): void {
    this.epoch += 1;
    for (const page of pagesOf(runs)) {
      this.#caches.pages.drop(this.#space, page);
      this.#made.delete(page);
    }
    for (const { from, to } of runs) {
      for (let bucket = Math.floor(from / BUCKET_SLOTS); bucket * BUCKET_SLOTS < to; bucket++) {
        this.#caches.values.drop(this.#space, bucket);
      }
    }
    for (; (this.#settled + 1) * PAGE_SLOTS <= filed; this.#settled++) this.#due.add(this.#settled);
  }

  /** The data file is another one, of `slots` slots, and there is nothing on the disk to sum it up. */
  reset(slots: number): void {
    this.epoch += 1;
    this.#space = this.#caches.pages.space();
    this.#settled = Math.floor(slots / PAGE_SLOTS);
    this.#due.clear();
    this.#made.clear();
    this.#distrusted = false;
  }

  /**
   * Writes the pages that are due. Nothing waits for them to reach the disk: after a crash each is there whole or, by its
   * checksum, not at all. A refusal leaves them due.
   */
  async save(data: string, filed: number, of: (page: number) => PageOf): Promise<void> {
    const due = [...this.#due].filter((page) => (page + 1) * PAGE_SLOTS <= filed);
    if (this.#distrusted) await this.#discard();
    if (due.length === 0 && this.#made.size === 0) return;
    try {
      await withFile(this.#files, this.path, 'write', async (sums) => {
        for (const [index, page] of this.#made) {
          await writeAll(sums, page.bytes, index * PAGE_BYTES);
          this.#made.delete(index);
          this.#due.delete(index);
        }
        if (due.length > 0) await withFile(this.#files, data, 'read', (file) => this.#saveDue(due, file, sums, of));
      });
    } catch {
      // Whoever looks for them makes them from the data file.
    }
  }

  async #discard(): Promise<void> {
    try {
      await this.#files.remove(this.path);
      this.#distrusted = false;
    } catch {
      // It stays as untrusted as it was.
    }
  }

  async #saveDue(due: readonly number[], data: File, sums: File, of: (page: number) => PageOf): Promise<void> {
    for (const index of due) {
      if (!this.#due.has(index)) continue;
      const values = new Float32Array(PAGE_SLOTS);
      const count = await readAll(data, new Uint8Array(values.buffer), index * PAGE_SLOTS * 4);
      if (count < values.byteLength) return;
      await writeAll(sums, SummaryPage.of(values, of(index)).bytes, index * PAGE_BYTES);
      this.#due.delete(index);
    }
  }
}

function pagesOf(runs: readonly SlotRun[]): Set<number> {
  const pages = new Set<number>();
  for (const { from, to } of runs) {
    for (let page = Math.floor(from / PAGE_SLOTS); page * PAGE_SLOTS < to; page++) pages.add(page);
  }
  return pages;
}

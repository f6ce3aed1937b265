import type { Slots } from './fixed-read.ts';
import type { Pyramid } from './pyramid.ts';
import { type DataReader, reading } from './reading.ts';
import type { Window } from './series.ts';
import {
  addValues,
  BUCKET_SLOTS,
  emptyWindow,
  GROUP_SLOTS,
  PAGE_SLOTS,
  type PageOf,
  SummaryPage,
} from './summary-page.ts';

/** A fixed feed with its sums. */
export interface Summed extends Slots {
  readonly pyramid: Pyramid;
  pageOf(page: number): PageOf;
}

/** Buckets this near to one another are read together. */
const NEAR = 4;
/** Reads under way at once. */
const ABREAST = 32;

/**
 * The windows between ascending bounds, in slots, from sums wherever a bucket lies whole inside a window. What a call sees
 * is memory and file at one moment: files are only read beforehand, and again when a flush came between.
 */
export function readSummed(
  feed: Summed,
  open: () => Promise<DataReader>,
  bounds: () => readonly number[],
): Promise<Window[]> {
  return reading(open, async (data) => {
    const held = new Held(feed, data);
    for (;;) {
      data.check();
      held.begin();
      const adder = new Adder(feed, held);
      const edges = bounds();
      const windows = edges.slice(1).map((to, i) => adder.window(edges[i]!, to));
      if (!held.lacks) return windows;
      await held.fetch();
    }
  });
}

/** Adds slots up at one moment, noting what it would have needed from the file. */
class Adder {
  readonly #feed: Summed;
  readonly #held: Held;
  /** Buckets and groups whose sums are not what memory says. */
  readonly #buckets = new Set<number>();
  readonly #groups = new Set<number>();

  constructor(feed: Summed, held: Held) {
    this.#feed = feed;
    this.#held = held;
    for (const slot of feed.overlay.keys()) {
      this.#buckets.add(Math.floor(slot / BUCKET_SLOTS));
      this.#groups.add(Math.floor(slot / GROUP_SLOTS));
    }
  }

  window(from: number, to: number): Window {
    const window = emptyWindow();
    const { filed, tail } = this.#feed;
    const end = Math.min(to, filed);
    for (let at = from; at < end; ) at = this.#step(window, at, end);
    if (to > filed) tail.addTo(window, Math.max(from, filed) - filed, to - filed);
    return window;
  }

  #step(window: Window, at: number, end: number): number {
    if (at % BUCKET_SLOTS === 0 && at + BUCKET_SLOTS <= end) {
      const page = Math.floor(at / PAGE_SLOTS);
      const within = at % PAGE_SLOTS;
      if (at % GROUP_SLOTS === 0 && at + GROUP_SLOTS <= end && !this.#groups.has(at / GROUP_SLOTS)) {
        this.#held.page(page)?.addGroup(window, within / GROUP_SLOTS);
        return at + GROUP_SLOTS;
      }
      if (!this.#buckets.has(at / BUCKET_SLOTS)) {
        this.#held.page(page)?.addBucket(window, within / BUCKET_SLOTS);
        return at + BUCKET_SLOTS;
      }
    }
    const bucket = Math.floor(at / BUCKET_SLOTS);
    const first = bucket * BUCKET_SLOTS;
    const stop = Math.min(end, first + BUCKET_SLOTS);
    const values = this.#held.values(bucket);
    if (values) addValues(window, this.#laidOver(values, bucket), at - first, stop - first);
    return stop;
  }

  #laidOver(values: Float32Array, bucket: number): Float32Array {
    if (!this.#buckets.has(bucket)) return values;
    const first = bucket * BUCKET_SLOTS;
    const newest = values.slice();
    for (const [slot, value] of this.#feed.overlay.within(first, first + BUCKET_SLOTS)) newest[slot - first] = value;
    return newest;
  }
}

/** What of the file is in memory, for as long as the file stays as it is. */
class Held {
  readonly #feed: Summed;
  readonly #data: DataReader;
  readonly #pages = new Map<number, SummaryPage>();
  readonly #values = new Map<number, Float32Array>();
  readonly #lackingPages = new Set<number>();
  readonly #lackingValues = new Set<number>();
  #epoch = -1;
  #lastPage: SummaryPage | undefined;
  #lastIndex = -1;

  constructor(feed: Summed, data: DataReader) {
    this.#feed = feed;
    this.#data = data;
  }

  begin(): void {
    this.#lackingPages.clear();
    this.#lackingValues.clear();
    this.#lastIndex = -1;
    if (this.#epoch === this.#feed.pyramid.epoch) return;
    this.#epoch = this.#feed.pyramid.epoch;
    this.#pages.clear();
    this.#values.clear();
  }

  get lacks(): boolean {
    return this.#lackingPages.size + this.#lackingValues.size > 0;
  }

  page(index: number): SummaryPage | undefined {
    if (index === this.#lastIndex) return this.#lastPage;
    let page = this.#pages.get(index);
    if (!page) {
      page = this.#feed.pyramid.page(index);
      if (page) this.#pages.set(index, page);
      else this.#lackingPages.add(index);
    }
    this.#lastIndex = index;
    this.#lastPage = page;
    return page;
  }

  values(bucket: number): Float32Array | undefined {
    let values = this.#values.get(bucket);
    if (values) return values;
    values = this.#feed.pyramid.values(bucket);
    if (values) this.#values.set(bucket, values);
    else this.#lackingValues.add(bucket);
    return values;
  }

  async fetch(): Promise<void> {
    await this.#fetchPages();
    const runs = near([...this.#lackingValues]);
    for (let i = 0; i < runs.length; i += ABREAST) {
      await Promise.all(runs.slice(i, i + ABREAST).map((run) => this.#fetchValues(run)));
    }
  }

  async #fetchPages(): Promise<void> {
    const { pyramid, filed } = this.#feed;
    const lacking = [...this.#lackingPages];
    const whole = lacking.filter((page) => (page + 1) * PAGE_SLOTS <= filed);
    for (const { from, to } of runsOf(whole)) {
      const pages = await pyramid.read(from, to, (page) => this.#feed.pageOf(page));
      await this.#audit(from, pages);
      for (let i = 0; i < pages.length; i++) {
        const page = pages[i] ?? (await this.#make(from + i, filed));
        if (!this.#still) return;
        this.#keepPage(from + i, page);
        if (!pages[i]) pyramid.noteMade(from + i, page);
      }
    }
    for (const index of lacking) {
      if ((index + 1) * PAGE_SLOTS <= filed) continue;
      const page = await this.#make(index, filed);
      if (!this.#still) return;
      this.#keepPage(index, page);
    }
  }

  // Somebody may have put another data file in the place of this one while nobody looked: all sums go when the newest lies.
  async #audit(from: number, pages: (SummaryPage | null)[]): Promise<void> {
    if (this.#feed.pyramid.audited) return;
    const last = pages.findLastIndex((page) => page !== null);
    if (last < 0) return;
    const made = await this.#make(from + last, this.#feed.filed);
    if (!this.#still) return;
    this.#feed.pyramid.audited = true;
    if (Buffer.compare(made.bytes, pages[last]!.bytes) !== 0) {
      pages.fill(null);
      this.#feed.pyramid.distrust();
    }
  }

  async #make(index: number, filed: number): Promise<SummaryPage> {
    const from = index * PAGE_SLOTS;
    const values = await this.#read(from, Math.min(filed, from + PAGE_SLOTS));
    return SummaryPage.of(values, this.#feed.pageOf(index));
  }

  async #fetchValues({ from, to }: Span): Promise<void> {
    const { filed, pyramid } = this.#feed;
    const values = await this.#read(from * BUCKET_SLOTS, Math.min(filed, to * BUCKET_SLOTS));
    if (!this.#still) return;
    for (let bucket = from; bucket < to; bucket++) {
      const at = (bucket - from) * BUCKET_SLOTS;
      const own = values.slice(at, at + BUCKET_SLOTS);
      this.#values.set(bucket, own);
      pyramid.keepValues(bucket, own);
    }
  }

  async #read(from: number, to: number): Promise<Float32Array> {
    const values = new Float32Array(Math.max(0, to - from));
    const count = await this.#data.read(new Uint8Array(values.buffer), from * 4);
    if (count < values.byteLength) values.fill(Number.NaN, Math.floor(count / 4));
    return values;
  }

  #keepPage(index: number, page: SummaryPage): void {
    this.#pages.set(index, page);
    this.#feed.pyramid.keepPage(index, page);
  }

  get #still(): boolean {
    return this.#epoch === this.#feed.pyramid.epoch;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Neighbouring numbers as runs. */
function runsOf(numbers: readonly number[], apart = 1): Span[] {
  const runs: { from: number; to: number }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && number - last.to < apart) last.to = number + 1;
    else runs.push({ from: number, to: number + 1 });
  }
  return runs;
}

function near(buckets: readonly number[]): Span[] {
  return runsOf(buckets, NEAR);
}

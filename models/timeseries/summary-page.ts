import { crc32 } from 'node:zlib';
import type { Window } from './series.ts';

/** Slots that one entry of the lower level sums up. */
export const BUCKET_SLOTS = 256;
/** Slots that one entry of the upper level sums up: sixteen buckets. */
export const GROUP_SLOTS = 16 * BUCKET_SLOTS;
const GROUPS = 12;
const BUCKETS = GROUPS * 16;
/** Slots of one page. */
export const PAGE_SLOTS = GROUPS * GROUP_SLOTS;
/** A page fills a block of the disk. */
export const PAGE_BYTES = 4096;

const HEAD = 16;
const ENTRIES = BUCKETS + GROUPS;
/** Tells this layout from any other, and zeros from a page. */
const SEED = crc32('HearthSum1');

/** What a page on the disk has to be of. */
export interface PageOf {
  readonly page: number;
  /** The feed's start time and interval. */
  readonly start: number;
  readonly interval: number;
}

/** Smallest, largest, sum and number of the values in each bucket and each group of `PAGE_SLOTS` slots. */
export class SummaryPage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly byteLength = PAGE_BYTES;
  readonly #sums: Float64Array;
  readonly #mins: Float32Array;
  readonly #maxs: Float32Array;
  readonly #counts: Uint32Array;

  private constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    const { buffer, byteOffset } = bytes;
    const at = byteOffset + HEAD;
    this.#sums = new Float64Array(buffer, at, ENTRIES);
    this.#mins = new Float32Array(buffer, at + 8 * ENTRIES, ENTRIES);
    this.#maxs = new Float32Array(buffer, at + 12 * ENTRIES, ENTRIES);
    this.#counts = new Uint32Array(buffer, at + 16 * ENTRIES, ENTRIES);
  }

  /** The page in these bytes, or null when they are not a whole page of that place in that feed. */
  static parse(bytes: Uint8Array<ArrayBuffer>, of: PageOf): SummaryPage | null {
    if (bytes.length < PAGE_BYTES) return null;
    const head = new DataView(bytes.buffer, bytes.byteOffset, HEAD);
    const fits =
      head.getUint32(4, true) === of.page &&
      head.getUint32(8, true) === of.start &&
      head.getUint32(12, true) === of.interval;
    return fits && head.getUint32(0, true) === checksum(bytes) ? new SummaryPage(bytes) : null;
  }

  /** The page of these values, the last of which may be missing. */
  static of(values: Float32Array, of: PageOf): SummaryPage {
    const page = new SummaryPage(new Uint8Array(PAGE_BYTES));
    for (let bucket = 0; bucket * BUCKET_SLOTS < values.length; bucket++) {
      const from = bucket * BUCKET_SLOTS;
      const window = emptyWindow();
      addValues(window, values, from, Math.min(from + BUCKET_SLOTS, values.length));
      page.#put(bucket, window);
    }
    for (let group = 0; group * GROUP_SLOTS < values.length; group++) {
      const window = emptyWindow();
      for (let i = 0; i < 16; i++) page.addBucket(window, group * 16 + i);
      page.#put(BUCKETS + group, window);
    }
    const head = new DataView(page.bytes.buffer, 0, HEAD);
    head.setUint32(4, of.page, true);
    head.setUint32(8, of.start, true);
    head.setUint32(12, of.interval, true);
    head.setUint32(0, checksum(page.bytes), true);
    return page;
  }

  /** Adds a bucket, counted from the page's first, to the window. */
  addBucket(window: Window, bucket: number): void {
    const count = this.#counts[bucket]!;
    if (count === 0) return;
    const min = this.#mins[bucket]!;
    const max = this.#maxs[bucket]!;
    if (window.count === 0 || min < window.min) window.min = min;
    if (window.count === 0 || max > window.max) window.max = max;
    window.sum += this.#sums[bucket]!;
    window.count += count;
  }

  /** Adds a group, counted from the page's first, to the window. */
  addGroup(window: Window, group: number): void {
    this.addBucket(window, BUCKETS + group);
  }

  #put(entry: number, { min, max, sum, count }: Window): void {
    if (count === 0) return;
    this.#mins[entry] = min;
    this.#maxs[entry] = max;
    this.#sums[entry] = sum;
    this.#counts[entry] = count;
  }
}

export function emptyWindow(): Window {
  return { min: Number.NaN, max: Number.NaN, sum: 0, count: 0 };
}

/** Adds values from `from` up to before `to` to the window, leaving NaN out. */
export function addValues(window: Window, values: ArrayLike<number>, from: number, to: number): void {
  let { min, max, sum, count } = window;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    if (count === 0 || value < min) min = value;
    if (count === 0 || value > max) max = value;
    sum += value;
    count += 1;
  }
  window.min = min;
  window.max = max;
  window.sum = sum;
  window.count = count;
}

function checksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(4, PAGE_BYTES), SEED);
}

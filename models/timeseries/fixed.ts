import { type Batch, type FeedFile, preparedPath, type Replacement } from './feed-file.ts';
import type { FileSystem } from './file.ts';
import { boundsOf, type OpenSlots, readBytes, readSamples, readScan, readWindows, SlotReader } from './fixed-read.ts';
import { FloatTail } from './float-tail.ts';
import type { RecordBuffer } from './journal-record.ts';
import { encodeMeta, type Meta } from './meta.ts';
import { Overlay } from './overlay.ts';
import { Pyramid, type SummaryCaches } from './pyramid.ts';
import { CHUNK, DataReader } from './reading.ts';
import type { LastValue, SeriesMeta, Window } from './series.ts';
import type { PageOf } from './summary-page.ts';
import { readSummed, type Summed } from './summed-read.ts';

/** Slots in a 4 KB block. */
const BLOCK_SLOTS = 1024;
/** A point further ahead than this many slots is dropped, as EmonCMS drops it. */
const MAX_PADDING = 15_768_000;
/** Replay reads back at most this much of a file to lay old records over it in one piece. */
const MAX_REWIND = 1024 * BLOCK_SLOTS;

/** A feed with one value every `interval` seconds: EmonCMS's PHPFina, `<id>.meta` and `<id>.dat`. */
export class FixedFile implements FeedFile, Summed {
  readonly id: number;
  readonly engine = 5;
  readonly interval: number;
  readonly #files: FileSystem;
  readonly #base: string;
  waitingSince = 0;
  firstSegment = 0;
  generation = 0;
  replacing: Promise<void> | null = null;
  start: number;
  /** Slots in the synced data file. The ones from here on are in `tail`. */
  filed: number;
  tail = new FloatTail();
  /** Newer values of filed slots. */
  overlay = new Overlay();
  readonly pyramid: Pyramid;
  #lastSlotValue: number;
  #metaStale = false;

  /** `base`: path of the files without their extension. `slots`: whole slots in the data file, the last of value `lastSlotValue`. */
  constructor(
    files: FileSystem,
    id: number,
    base: string,
    meta: Meta,
    slots: number,
    lastSlotValue: number,
    caches: SummaryCaches,
  ) {
    this.#files = files;
    this.#base = base;
    this.id = id;
    this.interval = meta.interval;
    this.start = meta.startTime;
    this.filed = slots;
    this.#lastSlotValue = lastSlotValue;
    this.pyramid = new Pyramid(files, `${base}.sum`, caches, slots);
  }

  get slots(): number {
    return this.filed + this.tail.length;
  }

  get waiting(): number {
    return this.tail.length + this.overlay.size;
  }

  meta(): SeriesMeta {
    const npoints = this.slots;
    const startTime = npoints > 0 ? this.start : 0;
    const endTime = npoints > 0 ? this.start + this.interval * (npoints - 1) : 0;
    return { engine: 5, interval: this.interval, startTime, endTime, npoints };
  }

  size(): number {
    return 16 + this.slots * 4;
  }

  lastValue(): LastValue | undefined {
    if (this.slots === 0) return undefined;
    const value = this.#lastSlotValue;
    return { time: this.meta().endTime, value: Number.isNaN(value) ? null : value };
  }

  accept(time: number, value: number, join: boolean, out: RecordBuffer): boolean {
    const end = this.slots;
    if (end === 0) this.#beginAt(time);
    const slot = Math.floor((time - this.start) / this.interval);
    if (slot < 0 || slot - end > MAX_PADDING) return false;
    if (slot <= end) {
      this.#put(slot, value);
      out.point(this.id, time, value);
    } else {
      const before = join ? this.#lastSlotValue : Number.NaN;
      this.#line(end, before, slot, value);
      out.gap(this.id, time, value, slot - end, before);
    }
    return true;
  }

  redoPoint(time: number, value: number): void {
    if (this.slots === 0) this.#beginAt(time);
    this.#redo(Math.floor((time - this.start) / this.interval), value);
  }

  redoGap(time: number, value: number, skipped: number, before: number): void {
    const slot = Math.floor((time - this.start) / this.interval);
    const from = slot - skipped;
    if (this.slots === 0 || from < 0 || slot - this.slots > MAX_PADDING || skipped > MAX_PADDING) {
      this.redoPoint(time, value);
      return;
    }
    this.#rewind(from);
    // Slots whose own records are lost have no value; the line was written down whole.
    while (this.slots < from) this.#put(this.slots, Number.NaN);
    this.#line(from, before, slot, value);
  }

  redoSlots(start: number, first: number, values: Float32Array): void {
    if (this.slots === 0) this.#beginAt(start);
    const shift = Math.round((start - this.start) / this.interval) + first;
    for (let i = 0; i < values.length; i++) this.#redo(shift + i, values[i]!);
  }

  redoRecords(): void {}

  async batch(everything: boolean): Promise<Batch | null> {
    const end = everything ? this.slots : Math.floor(this.slots / BLOCK_SLOTS) * BLOCK_SLOTS;
    const from = this.filed;
    const tail = end > from ? this.tail.copy(0, end - from) : new Float32Array(0);
    const laid = everything ? this.overlay.runs() : [];
    if (tail.length === 0 && laid.length === 0) return null;
    const runs = laid.map((run) => ({ position: run.key * 4, bytes: bytesOf(run.values) }));
    if (tail.length > 0) runs.push({ position: from * 4, bytes: bytesOf(tail) });
    const meta = this.#metaStale ? { path: `${this.#base}.meta`, bytes: this.#metaBytes(this.start) } : null;
    const written = runs.map(({ position, bytes }) => ({ from: position / 4, to: (position + bytes.length) / 4 }));
    const filed = () => {
      for (const run of laid) this.overlay.forget(run);
      for (const index of this.tail.changedSince(tail)) this.overlay.put(from + index, this.tail.at(index));
      this.tail.drop(tail.length);
      this.filed = from + tail.length;
      this.pyramid.changed(written, this.filed);
      if (meta) this.#metaStale = false;
    };
    return { path: `${this.#base}.dat`, runs, meta, retract: () => this.pyramid.retract(written), filed };
  }

  dump(out: RecordBuffer): void {
    for (const run of this.overlay.runs()) out.slots(this.id, this.start, run.key, run.values);
    if (this.tail.length > 0) out.slots(this.id, this.start, this.filed, this.tail.copy(0, this.tail.length));
  }

  clear(operation: number): Replacement {
    return this.#replacement(operation, this.filed, 0, () => {
      this.filed = 0;
      this.tail = new FloatTail();
      this.overlay = new Overlay();
    });
  }

  async trim(startTime: number, operation: number): Promise<Replacement | null> {
    const cut = Math.ceil((startTime - this.start) / this.interval);
    if (cut < 0 || cut >= this.slots || cut > this.filed) return null;
    return this.#replacement(operation, cut, this.start + cut * this.interval, () => {
      this.filed -= cut;
      this.overlay = this.overlay.shifted(-cut);
    });
  }

  get derived(): string {
    return this.pyramid.path;
  }

  save(): Promise<void> {
    return this.pyramid.save(`${this.#base}.dat`, this.filed, (page) => this.pageOf(page));
  }

  pageOf(page: number): PageOf {
    return { page, start: this.start, interval: this.interval };
  }

  samples(times: readonly number[], mode: 'slot' | 'nearest'): Promise<(number | null)[]> {
    return readSamples(this.#open, times, mode);
  }

  windows(edges: readonly number[]): Promise<Window[]> {
    const bounds = () => boundsOf(edges, this.start, this.interval, this.slots);
    if (!isWide(bounds())) return readWindows(this.#open, edges);
    return readSummed(this, () => DataReader.open(this.#files, `${this.#base}.dat`, this), bounds);
  }

  scan(from: number, to: number, chunk: (times: Float64Array, values: Float64Array) => void): Promise<void> {
    return readScan(this.#open, from, to, chunk);
  }

  bytes(offset: number): AsyncIterable<Buffer> {
    return readBytes(this.#open, offset);
  }

  readonly #open: OpenSlots = () => SlotReader.open(this.#files, `${this.#base}.dat`, this);

  #beginAt(time: number): void {
    const start = Math.floor(time / this.interval) * this.interval;
    if (start !== this.start) this.#metaStale = true;
    this.start = start;
  }

  #put(slot: number, value: number): void {
    if (slot < this.filed) this.overlay.put(slot, value);
    else this.tail.put(slot - this.filed, value);
    if (slot >= this.slots - 1) this.#lastSlotValue = Math.fround(value);
  }

  #line(from: number, before: number, slot: number, value: number): void {
    const step = (value - before) / (slot - from + 1);
    for (let i = from; i < slot; i++) this.#put(i, before + step * (i - from + 1));
    this.#put(slot, value);
  }

  #redo(slot: number, value: number): void {
    if (slot < 0 || slot - this.slots > MAX_PADDING) return;
    this.#rewind(slot);
    if (slot > this.slots) this.#line(this.slots, Number.NaN, slot, value);
    else this.#put(slot, value);
  }

  // Old records mostly fall on the last blocks of the file: those come back to memory, to be written again in one piece.
  #rewind(slot: number): void {
    if (slot >= this.filed || this.filed - slot > MAX_REWIND) return;
    const from = Math.floor(slot / BLOCK_SLOTS) * BLOCK_SLOTS;
    const read = this.#files.glance(`${this.#base}.dat`, from * 4, (this.filed - from) * 4);
    if (!read || read.bytes.length < (this.filed - from) * 4) return;
    this.tail.prepend(new Float32Array(new Uint8Array(read.bytes).buffer));
    this.filed = from;
    for (const [key, value] of this.overlay.take(from)) this.tail.put(key - from, value);
  }

  #metaBytes(startTime: number): Buffer {
    return encodeMeta({ interval: this.interval, startTime });
  }

  #replacement(operation: number, keepFrom: number, start: number, switchOver: () => void): Replacement {
    const { filed } = this;
    const apply = () => {
      switchOver();
      this.start = start;
      this.#metaStale = false;
      this.pyramid.reset(this.filed);
    };
    return {
      parts: [
        { path: preparedPath(`${this.#base}.meta`, operation), bytes: this.#metaBytes(start) },
        { path: preparedPath(`${this.#base}.dat`, operation), from: keepFrom * 4, to: filed * 4 },
      ],
      apply,
    };
  }
}

// Windows narrower than this touch nearly every bucket's own values, which are then faster read in one piece.
const WIDE_SLOTS = 512;

function isWide(bounds: readonly number[]): boolean {
  const slots = (bounds.at(-1) ?? 0) - (bounds[0] ?? 0);
  return slots > CHUNK && slots / (bounds.length - 1) >= WIDE_SLOTS;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

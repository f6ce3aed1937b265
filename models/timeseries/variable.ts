import { type Batch, type FeedFile, preparedPath, type Replacement } from './feed-file.ts';
import type { FileSystem } from './file.ts';
import { FloatTail } from './float-tail.ts';
import type { RecordBuffer } from './journal-record.ts';
import { Overlay } from './overlay.ts';
import type { LastValue, SeriesMeta, Window } from './series.ts';
import { findTime, RecordReader, readBytes, readSamples, readScan, readWindows } from './variable-read.ts';
import { decodeRecords, encodeRecords, lowerBound, RECORD } from './variable-record.ts';

const BLOCK_BYTES = 4096;
/** Replay brings at most this many records back to memory to lay old ones over them in one piece. */
const MAX_REWIND = 65_536;

/** A feed whose records come when they come: EmonCMS's PHPTimeSeries, `feed_<id>.MYD`. */
export class VariableFile implements FeedFile {
  readonly id: number;
  readonly engine = 2;
  readonly derived = null;
  readonly #files: FileSystem;
  readonly #path: string;
  waitingSince = 0;
  firstSegment = 0;
  generation = 0;
  replacing: Promise<void> | null = null;
  /** Records in the synced file. The later ones are in `times` and `values`. */
  filed: number;
  times: number[] = [];
  values = new FloatTail();
  /** New values for times before the first waiting record; where the file has no such time they mean nothing. */
  overlay = new Overlay();
  /** Times of the first and last record and the last value, NaN while there is none. */
  #first: number;
  #last: number;
  #lastValue: number;

  constructor(
    files: FileSystem,
    id: number,
    path: string,
    found: { records: number; first: number; last: number; lastValue: number },
  ) {
    this.#files = files;
    this.#path = path;
    this.id = id;
    this.filed = found.records;
    this.#first = found.first;
    this.#last = found.last;
    this.#lastValue = found.lastValue;
  }

  get count(): number {
    return this.filed + this.times.length;
  }

  get waiting(): number {
    return this.times.length + this.overlay.size;
  }

  meta(): SeriesMeta {
    const npoints = this.count;
    if (npoints === 0) return { engine: 2, interval: 1, startTime: 0, endTime: 0, npoints };
    const interval = npoints < 2 ? 1 : (this.#last - this.#first) / (npoints - 1);
    return { engine: 2, interval, startTime: this.#first, endTime: this.#last, npoints };
  }

  size(): number {
    return this.count * RECORD;
  }

  lastValue(): LastValue | undefined {
    if (this.count === 0) return undefined;
    return { time: this.#last, value: Number.isNaN(this.#lastValue) ? null : this.#lastValue };
  }

  accept(time: number, value: number, _join: boolean, out: RecordBuffer): boolean {
    if (!this.#put(time, value)) return false;
    out.point(this.id, time, value);
    return true;
  }

  redoPoint(time: number, value: number): void {
    this.#rewind(time);
    this.#put(time, value);
  }

  redoGap(time: number, value: number): void {
    this.redoPoint(time, value);
  }

  redoSlots(): void {}

  redoRecords(times: Uint32Array, values: Float32Array): void {
    times.forEach((time, i) => {
      this.redoPoint(time, values[i]!);
    });
  }

  async batch(everything: boolean): Promise<Batch | null> {
    const end = everything ? this.count : Math.floor(this.#wholeBlocks() / RECORD);
    const from = this.filed;
    const count = Math.max(0, end - from);
    const times = this.times.slice(0, count);
    const values = this.values.copy(0, count);
    const entries = everything ? this.overlay.entries() : [];
    if (count === 0 && entries.length === 0) return null;
    const runs: { position: number; bytes: Uint8Array }[] = await this.#rewrites(entries);
    if (count > 0) runs.push({ position: from * RECORD, bytes: encodeRecords(times, values) });
    const filed = () => {
      for (const [key, value] of entries) this.overlay.forget({ key, values: Float32Array.of(value) });
      for (const index of this.values.changedSince(values)) this.overlay.put(times[index]!, this.values.at(index));
      this.times.splice(0, count);
      this.values.drop(count);
      this.filed = from + count;
    };
    return { path: this.#path, runs, meta: null, retract: null, filed };
  }

  dump(out: RecordBuffer): void {
    const entries = this.overlay.entries();
    if (entries.length > 0) {
      out.records(
        this.id,
        Uint32Array.from(entries, ([time]) => time),
        Float32Array.from(entries, ([, value]) => value),
      );
    }
    if (this.times.length > 0)
      out.records(this.id, Uint32Array.from(this.times), this.values.copy(0, this.times.length));
  }

  clear(operation: number): Replacement {
    return this.#replacement(operation, this.filed, () => {
      this.filed = 0;
      this.times = [];
      this.values = new FloatTail();
      this.overlay = new Overlay();
      this.#first = this.#last = this.#lastValue = Number.NaN;
    });
  }

  async trim(startTime: number, operation: number): Promise<Replacement | null> {
    const reader = await RecordReader.open(this.#files, this.#path, this);
    try {
      const cut = await findTime(reader, startTime);
      if (cut >= this.filed && cut >= this.count) return null;
      const first = (await reader.records(cut, cut + 1)).times[0]!;
      if (cut > this.filed) return null;
      return this.#replacement(operation, cut, () => {
        this.filed -= cut;
        this.#first = first;
      });
    } finally {
      await reader.close();
    }
  }

  async save(): Promise<void> {}

  samples(times: readonly number[], _mode: 'slot' | 'nearest'): Promise<(number | null)[]> {
    return readSamples(() => this.#reader(), times);
  }

  windows(edges: readonly number[]): Promise<Window[]> {
    return readWindows(() => this.#reader(), edges);
  }

  scan(from: number, to: number, chunk: (times: Float64Array, values: Float64Array) => void): Promise<void> {
    return readScan(() => this.#reader(), from, to, chunk);
  }

  bytes(offset: number): AsyncIterable<Buffer> {
    return readBytes(() => this.#reader(), offset);
  }

  #reader(): Promise<RecordReader> {
    return RecordReader.open(this.#files, this.#path, this);
  }

  #put(time: number, value: number): boolean {
    if (this.count === 0 || time > this.#last) {
      if (this.count === 0) this.#first = time;
      this.values.put(this.times.length, value);
      this.times.push(time);
      this.#last = time;
      this.#lastValue = Math.fround(value);
      return true;
    }
    if (time < this.#first) return false;
    if (time === this.#last) this.#lastValue = Math.fround(value);
    if (this.times.length === 0 || time < this.times[0]!) {
      this.overlay.put(time, value);
      return true;
    }
    const index = lowerBound(this.times, time);
    if (this.times[index] !== time) return false;
    this.values.put(index, value);
    return true;
  }

  #rewind(time: number): void {
    if (this.filed === 0 || time > this.#last || (this.times.length > 0 && time >= this.times[0]!)) return;
    const from = Math.max(0, this.filed - MAX_REWIND);
    const read = this.#files.glance(this.#path, from * RECORD, (this.filed - from) * RECORD);
    if (!read || read.bytes.length < (this.filed - from) * RECORD) return;
    const found = decodeRecords(read.bytes);
    const cut = lowerBound(found.times, time);
    if (cut === 0 && from > 0) return;
    this.times = [...found.times.subarray(cut), ...this.times];
    this.values.prepend(found.values.subarray(cut));
    this.filed = from + cut;
    for (const [key, value] of this.overlay.take(this.times[0] ?? time)) {
      const index = lowerBound(this.times, key);
      if (this.times[index] === key) this.values.put(index, value);
    }
  }

  #wholeBlocks(): number {
    return Math.floor((this.count * RECORD) / BLOCK_BYTES) * BLOCK_BYTES;
  }

  async #rewrites(entries: readonly [number, number][]): Promise<{ position: number; bytes: Uint8Array }[]> {
    const runs: { position: number; bytes: Uint8Array }[] = [];
    if (entries.length === 0) return runs;
    const reader = await this.#reader();
    try {
      for (const [time, value] of entries) {
        const index = await findTime(reader, time);
        if (index >= this.filed || (await reader.records(index, index + 1)).times[0] !== time) continue;
        runs.push({ position: index * RECORD, bytes: encodeRecords([time], Float32Array.of(value)) });
      }
    } finally {
      await reader.close();
    }
    return runs;
  }

  #replacement(operation: number, keepFrom: number, apply: () => void): Replacement {
    const from = keepFrom * RECORD;
    const to = this.filed * RECORD;
    return { parts: [{ path: preparedPath(this.#path, operation), from, to }], apply };
  }
}

import type { RecordBuffer } from './journal-record.ts';
import type { LastValue, SeriesEngine, SeriesMeta, Window } from './series.ts';

/** Values that go to a feed's data file in one flush, as they were when it began. */
export interface Batch {
  readonly path: string;
  /** Contiguous runs, each one write. */
  readonly runs: readonly { readonly position: number; readonly bytes: Uint8Array }[];
  /** A `.meta` that has to be in place before the data, or null. */
  readonly meta: { readonly path: string; readonly bytes: Buffer } | null;
  /** Takes back what derived files say of these values. To be done before they are written; null when nothing does. */
  readonly retract: (() => Promise<void>) | null;
  /** Lets the memory of these values go. To be called once the file is synced. */
  readonly filed: () => void;
}

/** Files that replace a feed's own when it is cleared or trimmed. */
export interface Replacement {
  /** What the new files hold: a meta as it is, or the data file's bytes from `from` to `to`. */
  readonly parts: readonly (
    | { readonly path: string; readonly bytes: Buffer }
    | { readonly path: string; readonly from: number; readonly to: number }
  )[];
  /** Switches memory over to the new files. */
  readonly apply: () => void;
}

/**
 * One feed: its files and what waits for them in memory. Memory holds every value that no synced file holds, so that
 * a journal can always be written anew from it.
 */
export interface FeedFile {
  readonly id: number;
  readonly engine: SeriesEngine;
  /** Values that wait in memory. */
  readonly waiting: number;
  /** Since when something waits, monotonic ms. */
  waitingSince: number;
  /** The oldest journal segment that may hold what waits; 0 while nothing does. */
  firstSegment: number;
  /** Grows whenever files were replaced; a reader that began before has to begin anew. */
  generation: number;
  /** While files are being replaced: resolves when reading is safe again, rejects when that will take a working disk. */
  replacing: Promise<void> | null;

  meta(): SeriesMeta;
  size(): number;
  lastValue(): LastValue | undefined;

  /** Takes a point into memory and writes its record, or returns false when the point is to be dropped. */
  accept(time: number, value: number, join: boolean, out: RecordBuffer): boolean;
  /** Does records again. */
  redoPoint(time: number, value: number): void;
  redoGap(time: number, value: number, skipped: number, before: number): void;
  redoSlots(start: number, first: number, values: Float32Array): void;
  redoRecords(times: Uint32Array, values: Float32Array): void;

  /** What a flush should write: whole blocks, or everything. Null when that is nothing. */
  batch(everything: boolean): Promise<Batch | null>;
  /** Writes records of everything that waits. */
  dump(out: RecordBuffer): void;
  clear(operation: number): Replacement;
  /** Null when `startTime` lies outside the data. */
  trim(startTime: number, operation: number): Promise<Replacement | null>;
  /** Writes what is derived from the data file and due. Nothing depends on it. */
  save(): Promise<void>;
  /** A file derived from the data file, which must go when that is replaced; null for none. */
  readonly derived: string | null;

  samples(times: readonly number[], mode: 'slot' | 'nearest'): Promise<(number | null)[]>;
  windows(edges: readonly number[]): Promise<Window[]>;
  scan(from: number, to: number, chunk: (times: Float64Array, values: Float64Array) => void): Promise<void>;
  bytes(offset: number): AsyncIterable<Buffer>;
}

/** The name under which a file waits to replace `path`. */
export function preparedPath(path: string, operation: number): string {
  return `${path}.${operation}.new`;
}

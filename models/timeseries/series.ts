import type { Disposer } from '../../lib/clock.ts';

/** EmonCMS's engine numbers: 5 fixed interval (PHPFina), 2 variable interval (PHPTimeSeries). */
export type SeriesEngine = 5 | 2;

export interface SeriesMeta {
  readonly engine: SeriesEngine;
  /** Seconds between slots; for the variable engine the mean distance of its records. */
  readonly interval: number;
  /** Unix seconds of the first value; 0 while empty. */
  readonly startTime: number;
  /** Unix seconds of the last value; 0 while empty. */
  readonly endTime: number;
  readonly npoints: number;
}

/** The newest reading as the feed's owner sees it: full double, time of the packet and not of the slot. */
export interface LastValue {
  readonly time: number;
  readonly value: number | null;
}

/** What one processing step wants kept. All changes handed over in one `append` call are kept or lost together. */
export type Change =
  /** `value` at `time` (Unix seconds). NaN is "no value". `join`: slots skipped since the last value are filled by a straight line. */
  | {
      readonly kind: 'point';
      readonly feed: number;
      readonly time: number;
      readonly value: number;
      readonly join?: boolean;
    }
  /** The feed's newest reading, where it is not simply the last point. */
  | { readonly kind: 'last'; readonly feed: number; readonly time: number; readonly value: number | null }
  /** A number a process needs next time (a counter's last reading), `slot` 0–255 chosen by the process. */
  | { readonly kind: 'state'; readonly feed: number; readonly slot: number; readonly value: number };

/** Smallest, largest, sum and number of the values in one window; count 0 leaves the others NaN, NaN, 0. */
export interface Window {
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** What the engine can tell the owner about its disk. */
export interface SeriesHealth {
  /** Null while readings are stored; else why acknowledging has stopped. */
  readonly degraded: string | null;
  /** Damage met when the files were opened: file, offset, what was done. */
  readonly damages: readonly { file: string; offset: number; what: string }[];
  readonly journalBytes: number;
  /** Points that wait in memory for their block. */
  readonly pendingPoints: number;
}

/**
 * The time series of every feed: fixed-interval and variable-interval files behind one journal.
 * Reads always see every appended point, whether it has reached its file or not.
 */
export interface Series {
  /** Makes an empty series. After a crash it exists whole or not at all. Throws when `feed` has one already. */
  create(feed: number, engine: SeriesEngine, interval: number): Promise<void>;
  /** Removes the series and what the journal holds of it. */
  remove(feed: number): Promise<void>;
  /** Empties the series, keeping engine, interval, states and the newest reading. */
  clear(feed: number): Promise<void>;
  /**
   * Drops everything before `startTime`, returning the bytes that remain in the data file. No reading moves: the series
   * then starts at the first slot or record at or after it. Throws RangeError outside the data.
   */
  trim(feed: number, startTime: number): Promise<number>;

  has(feed: number): boolean;
  meta(feed: number): SeriesMeta | undefined;
  /** Size in bytes as EmonCMS counts it: 16 + data file for the fixed engine, the data file for the variable one; waiting points included. */
  size(feed: number): number;
  last(feed: number): LastValue | undefined;
  state(feed: number, slot: number): number | undefined;

  /**
   * Keeps the changes. Memory is updated before the call returns; the promise resolves when a process kill can no longer
   * lose them (the journal write is done), and rejects with HUB_STORAGE while the disk does not take them.
   * A point for an unknown feed, or one that would pad more than 15,768,000 slots, is dropped; of the latter the feed's
   * newest reading remains. Points for a damaged feed are refused: the other changes are kept, and the promise rejects.
   */
  append(changes: readonly Change[]): Promise<void>;

  /** The value at each time: of the slot that holds it (fixed; null past the last slot's start), of the first record at or after it (variable). */
  samples(feed: number, times: readonly number[], mode?: 'slot' | 'nearest'): Promise<(number | null)[]>;
  /** For each i: over the slots from floor(edges[i]) to before floor(edges[i+1]) on the feed's own grid. `edges` ascends; one window fewer than edges. */
  windows(feed: number, edges: readonly number[]): Promise<Window[]>;
  /**
   * All values with from ≤ time ≤ to in ascending time, NaN slots included for the fixed engine, handed over in chunks. The arrays
   * of one chunk hold the next one as soon as `chunk` has returned.
   */
  scan(
    feed: number,
    from: number,
    to: number,
    chunk: (times: Float64Array, values: Float64Array) => void,
  ): Promise<void>;
  /** The data file's bytes from `offset` on, as they would be on disk after a flush. */
  bytes(feed: number, offset: number): AsyncIterable<Buffer>;

  /** Moves waiting points into their files in whole blocks and trims the journal. `all`: also part-filled blocks. */
  flush(mode: 'due' | 'all'): Promise<void>;
  /** Makes the journal safe from a power cut. Called every F seconds. */
  sync(): Promise<void>;
  health(): SeriesHealth;
  onHealth(listener: (health: SeriesHealth) => void): Disposer;
  /** Flushes all, syncs and lets go of the files. */
  close(): Promise<void>;
}

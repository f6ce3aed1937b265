import type { FileSystem } from './file.ts';
import type { FloatTail } from './float-tail.ts';
import type { Overlay } from './overlay.ts';
import { CHUNK, DataReader, type Movable, Moved, reading } from './reading.ts';
import type { Window } from './series.ts';
import { addValues, emptyWindow } from './summary-page.ts';
import { decodeRecords, encodeRecords, lowerBound, RECORD } from './variable-record.ts';

/** What a reader must know of a variable feed. */
export interface WaitingRecords extends Movable {
  readonly count: number;
  readonly filed: number;
  readonly times: readonly number[];
  readonly values: FloatTail;
  readonly overlay: Overlay;
}

interface Records {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

type Open = () => Promise<RecordReader>;

/** Records of one reach of the binary search that are read in one piece. */
const REACH = 512;

/** One feed's records, file and memory merged. */
export class RecordReader {
  readonly #data: DataReader;
  readonly #feed: WaitingRecords;
  readonly end: number;

  private constructor(data: DataReader, feed: WaitingRecords) {
    this.#data = data;
    this.#feed = feed;
    this.end = feed.count;
  }

  static async open(files: FileSystem, path: string, feed: WaitingRecords): Promise<RecordReader> {
    return new RecordReader(await DataReader.open(files, path, feed), feed);
  }

  /** Records `from` up to before `to`, both within 0 and `end`. */
  async records(from: number, to: number): Promise<Records> {
    this.#data.check();
    const { filed } = this.#feed;
    const times = new Float64Array(to - from);
    const values = new Float64Array(to - from);
    for (let i = Math.max(from, filed); i < to; i++) {
      times[i - from] = this.#feed.times[i - filed]!;
      values[i - from] = this.#feed.values.at(i - filed);
    }
    if (from < filed) {
      const newer = new Map(this.#feed.overlay.entries());
      const bytes = Buffer.alloc((Math.min(to, filed) - from) * RECORD);
      const count = await this.#data.read(bytes, from * RECORD);
      const found = decodeRecords(bytes.subarray(0, count));
      values.fill(Number.NaN, 0, bytes.length / RECORD);
      times.set(found.times);
      values.set(found.values);
      for (let i = 0; newer.size > 0 && i < found.times.length; i++) {
        values[i] = newer.get(found.times[i]!) ?? values[i]!;
      }
    }
    return { times, values };
  }

  close(): Promise<void> {
    return this.#data.close();
  }
}

/** Index of the first record at or after `time`; `end` when there is none. */
export async function findTime(reader: RecordReader, time: number): Promise<number> {
  let low = 0;
  let high = reader.end;
  while (high - low > REACH) {
    const middle = (low + high) >>> 1;
    if ((await reader.records(middle, middle + 1)).times[0]! < time) low = middle + 1;
    else high = middle;
  }
  return low + lowerBound((await reader.records(low, high)).times, time);
}

export function readSamples(open: Open, times: readonly number[]): Promise<(number | null)[]> {
  return reading(open, async (reader) => {
    const results: (number | null)[] = [];
    let from = 0;
    let piece: Records | null = null;
    // Times from this one to the first of the piece belong to the first record of the piece.
    let proven = Number.POSITIVE_INFINITY;
    for (const time of times) {
      let index = piece ? lowerBound(piece.times, time) : 0;
      if (!piece || time < proven || (index === piece.times.length && from + index < reader.end)) {
        from = await findTime(reader, time);
        piece = await reader.records(from, Math.min(reader.end, from + REACH));
        proven = time;
        index = 0;
      }
      const value = piece.values[index];
      results.push(value === undefined || Number.isNaN(value) ? null : value);
    }
    return results;
  });
}

export function readWindows(open: Open, edges: readonly number[]): Promise<Window[]> {
  return reading(open, async (reader) => {
    const windows: Window[] = edges.slice(1).map(emptyWindow);
    if (windows.length === 0) return windows;
    let at = await findTime(reader, edges[0]!);
    const last = await findTime(reader, edges.at(-1)!);
    let i = 0;
    while (at < last) {
      const { times, values } = await reader.records(at, Math.min(last, at + CHUNK));
      for (let j = 0; j < times.length; ) {
        while (edges[i + 1]! <= times[j]!) i++;
        let end = j + 1;
        while (end < times.length && times[end]! < edges[i + 1]!) end++;
        addValues(windows[i]!, values, j, end);
        j = end;
      }
      at += times.length;
    }
    return windows;
  });
}

export async function readScan(
  open: Open,
  from: number,
  to: number,
  chunk: (times: Float64Array, values: Float64Array) => void,
): Promise<void> {
  let next = from;
  await reading(open, async (reader) => {
    for (let at = await findTime(reader, next); at < reader.end; at += CHUNK) {
      const { times, values } = await reader.records(at, Math.min(reader.end, at + CHUNK));
      const count = lowerBound(times, Math.floor(to) + 1);
      if (count > 0) {
        next = times[count - 1]! + 1;
        chunk(times.subarray(0, count), values.subarray(0, count));
      }
      if (count < times.length) break;
    }
  });
}

/** Ends early when the feed is cleared or trimmed meanwhile: the rest would belong to another file. */
export async function* readBytes(open: Open, offset: number): AsyncGenerator<Buffer> {
  const reader = await open();
  try {
    for (let at = Math.floor(offset / RECORD); at < reader.end; at += CHUNK) {
      const { times, values } = await reader.records(at, Math.min(reader.end, at + CHUNK));
      const bytes = encodeRecords(times, Float32Array.from(values));
      yield at * RECORD < offset ? bytes.subarray(offset - at * RECORD) : bytes;
    }
  } catch (error) {
    if (!(error instanceof Moved)) throw error;
  } finally {
    await reader.close();
  }
}

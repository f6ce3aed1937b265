import type { FileSystem } from './file.ts';
import type { FloatTail } from './float-tail.ts';
import type { Overlay } from './overlay.ts';
import { breathe, CHUNK, DataReader, type Movable, Moved, reading } from './reading.ts';
import type { Window } from './series.ts';
import { addValues, emptyWindow } from './summary-page.ts';

/** What a reader must know of a fixed feed. */
export interface Slots extends Movable {
  readonly start: number;
  readonly interval: number;
  readonly slots: number;
  readonly filed: number;
  readonly tail: FloatTail;
  readonly overlay: Overlay;
}

export type OpenSlots = () => Promise<SlotReader>;

/** Slots this near to one another are read together: a call costs what copying 32 KB costs. */
const NEAR = 8192;

/** One feed's slots, file and memory merged, on the grid they had when the read began. */
export class SlotReader {
  readonly #data: DataReader;
  readonly #feed: Slots;
  readonly start: number;
  readonly interval: number;
  readonly end: number;

  private constructor(data: DataReader, feed: Slots) {
    this.#data = data;
    this.#feed = feed;
    this.start = feed.start;
    this.interval = feed.interval;
    this.end = feed.slots;
  }

  static async open(files: FileSystem, path: string, feed: Slots): Promise<SlotReader> {
    return new SlotReader(await DataReader.open(files, path, feed), feed);
  }

  /** The values of slots `from` up to before `to`, both within 0 and `end`. */
  async slots(from: number, to: number): Promise<Float32Array> {
    this.#data.check();
    const { filed, tail, overlay } = this.#feed;
    const values = new Float32Array(to - from);
    if (to > filed) {
      const first = Math.max(from, filed);
      values.set(tail.copy(first - filed, to - filed), first - from);
    }
    const laid = overlay.within(from, to);
    if (from < filed) {
      const bytes = new Uint8Array(values.buffer, 0, (Math.min(to, filed) - from) * 4);
      const count = await this.#data.read(bytes, from * 4);
      if (count < bytes.length) values.fill(Number.NaN, Math.floor(count / 4), bytes.length / 4);
    } else if (values.length > CHUNK / 2) {
      await breathe();
    }
    for (const [slot, value] of laid) values[slot - from] = value;
    return values;
  }

  close(): Promise<void> {
    return this.#data.close();
  }
}

export function readSamples(
  open: OpenSlots,
  times: readonly number[],
  mode: 'slot' | 'nearest',
): Promise<(number | null)[]> {
  return reading(open, async (reader) => {
    const shift = mode === 'nearest' ? 0.5 : 0;
    const slots = times.map((time) => {
      const place = (time - reader.start) / reader.interval;
      const slot = Math.floor(place + shift);
      // Half a slot before the first is outside: EmonCMS rounds halves away from zero.
      if (place <= -0.5 || slot < 0 || slot >= reader.end) return -1;
      const beyond = shift === 0 && time > reader.start + (reader.end - 1) * reader.interval;
      return beyond ? -1 : slot;
    });
    const results: (number | null)[] = new Array(slots.length).fill(null);
    let from = 0;
    let values: Float32Array = new Float32Array(0);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      if (slot < 0) continue;
      if (slot < from || slot >= from + values.length) {
        from = slot;
        values = await reader.slots(slot, runEnd(slots, i));
      }
      const value = values[slot - from]!;
      results[i] = Number.isNaN(value) ? null : value;
    }
    return results;
  });
}

// Where to stop a read that begins at slots[i]: as long as the next slots wanted lie close ahead.
function runEnd(slots: readonly number[], i: number): number {
  const from = slots[i]!;
  let last = from;
  for (let j = i + 1; j < slots.length; j++) {
    const slot = slots[j]!;
    if (slot < 0) continue;
    if (slot < last || slot - last > NEAR || slot - from >= CHUNK) break;
    last = slot;
  }
  return last + 1;
}

/** The slots at which windows begin and end. */
export function boundsOf(edges: readonly number[], start: number, interval: number, end: number): number[] {
  return edges.map((edge) => Math.min(Math.max(Math.floor((edge - start) / interval), 0), end));
}

export function readWindows(open: OpenSlots, edges: readonly number[]): Promise<Window[]> {
  return reading(open, async (reader) => {
    const bounds = boundsOf(edges, reader.start, reader.interval, reader.end);
    const windows = bounds.slice(1).map(emptyWindow);
    const last = bounds.at(-1) ?? 0;
    let i = 0;
    for (let from = bounds[0] ?? 0; from < last; from += CHUNK) {
      const to = Math.min(from + CHUNK, last);
      const values = await reader.slots(from, to);
      for (let slot = from; slot < to; ) {
        while (bounds[i + 1]! <= slot) i++;
        const end = Math.min(to, bounds[i + 1]!);
        addValues(windows[i]!, values, slot - from, end - from);
        slot = end;
      }
    }
    return windows;
  });
}

export async function readScan(
  open: OpenSlots,
  from: number,
  to: number,
  chunk: (times: Float64Array, values: Float64Array) => void,
): Promise<void> {
  let next = from;
  await reading(open, async (reader) => {
    const end = Math.min(reader.end, Math.floor((to - reader.start) / reader.interval) + 1);
    let slot = Math.max(0, Math.ceil((next - reader.start) / reader.interval));
    const room = Math.max(0, Math.min(CHUNK, end - slot));
    const [times, values] = [new Float64Array(room), new Float64Array(room)];
    const { start, interval } = reader;
    while (slot < end) {
      const stop = Math.min(end, slot + CHUNK);
      const count = stop - slot;
      values.set(await reader.slots(slot, stop));
      const begins = start + slot * interval;
      for (let i = 0; i < count; i++) times[i] = begins + i * interval;
      next = begins + count * interval;
      slot = stop;
      chunk(times.subarray(0, count), values.subarray(0, count));
    }
  });
}

/** Ends early when the feed is cleared or trimmed meanwhile: the rest would belong to another file. */
export async function* readBytes(open: OpenSlots, offset: number): AsyncGenerator<Buffer> {
  const reader = await open();
  try {
    for (let slot = Math.floor(offset / 4); slot < reader.end; slot += CHUNK) {
      const values = await reader.slots(slot, Math.min(reader.end, slot + CHUNK));
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      yield slot * 4 < offset ? bytes.subarray(offset - slot * 4) : bytes;
    }
  } catch (error) {
    if (!(error instanceof Moved)) throw error;
  } finally {
    await reader.close();
  }
}

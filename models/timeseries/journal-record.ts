/**
 * What the journal says, one method a record. Every record is a fact to be done again, not a request to be judged again:
 * doing all of them once more, in order, over files that hold some of them already ends in the same values.
 */
export interface RecordSink {
  /** A value put into its slot, or a record of the variable engine; also the feed's newest reading. */
  point(feed: number, time: number, value: number): void;
  /** The same, after the `skipped` slots before it were filled by a line from `before` in the slot ahead of them; NaN draws no line. */
  gap(feed: number, time: number, value: number, skipped: number, before: number): void;
  last(feed: number, time: number, value: number): void;
  state(feed: number, slot: number, value: number): void;
  /** Neighbouring slots of a feed that starts at `start`. */
  slots(feed: number, start: number, first: number, values: Float32Array): void;
  /** Records of the variable engine. */
  records(feed: number, times: Uint32Array, values: Float32Array): void;
  /** The feed's files gave way to the ones prepared under the number `operation`; nothing earlier counts. */
  replaced(feed: number, operation: number): void;
  removed(feed: number): void;
}

const POINT = 1;
const GAP = 2;
const LAST = 3;
const STATE = 4;
const SLOTS = 5;
const RECORDS = 6;
const REPLACED = 7;
const REMOVED = 8;

/** Encodes records into one growing buffer whose first `reserve` bytes are left for the frame around them. */
export class RecordBuffer implements RecordSink {
  readonly #reserve: number;
  #bytes: Buffer<ArrayBuffer>;
  #view: DataView;
  #length: number;

  constructor(reserve = 0, capacity = 64 * 1024) {
    this.#reserve = reserve;
    this.#bytes = Buffer.alloc(capacity);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, capacity);
    this.#length = reserve;
  }

  /** Bytes of records, without the reserve. */
  get size(): number {
    return this.#length - this.#reserve;
  }

  /** Reserve and records; valid until the next record. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  empty(): void {
    if (this.#bytes.length > KEEP_CAPACITY) {
      this.#bytes = Buffer.alloc(KEEP_CAPACITY);
      this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, KEEP_CAPACITY);
    }
    this.#length = this.#reserve;
  }

  point(feed: number, time: number, value: number): void {
    const at = this.#begin(POINT, feed, 17);
    this.#view.setUint32(at + 5, time, true);
    this.#view.setFloat64(at + 9, value, true);
  }

  gap(feed: number, time: number, value: number, skipped: number, before: number): void {
    const at = this.#begin(GAP, feed, 25);
    this.#view.setUint32(at + 5, time, true);
    this.#view.setFloat64(at + 9, value, true);
    this.#view.setUint32(at + 17, skipped, true);
    this.#view.setFloat32(at + 21, before, true);
  }

  last(feed: number, time: number, value: number): void {
    const at = this.#begin(LAST, feed, 21);
    this.#view.setFloat64(at + 5, time, true);
    this.#view.setFloat64(at + 13, value, true);
  }

  state(feed: number, slot: number, value: number): void {
    const at = this.#begin(STATE, feed, 14);
    this.#view.setUint8(at + 5, slot);
    this.#view.setFloat64(at + 6, value, true);
  }

  slots(feed: number, start: number, first: number, values: Float32Array): void {
    const at = this.#begin(SLOTS, feed, 17 + values.byteLength);
    this.#view.setUint32(at + 5, start, true);
    this.#view.setUint32(at + 9, first, true);
    this.#view.setUint32(at + 13, values.length, true);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at + 17);
  }

  records(feed: number, times: Uint32Array, values: Float32Array): void {
    const at = this.#begin(RECORDS, feed, 9 + times.length * 8);
    this.#view.setUint32(at + 5, times.length, true);
    for (let i = 0; i < times.length; i++) {
      this.#view.setUint32(at + 9 + i * 8, times[i]!, true);
      this.#view.setFloat32(at + 13 + i * 8, values[i]!, true);
    }
  }

  replaced(feed: number, operation: number): void {
    const at = this.#begin(REPLACED, feed, 9);
    this.#view.setUint32(at + 5, operation, true);
  }

  removed(feed: number): void {
    this.#begin(REMOVED, feed, 5);
  }

  #begin(kind: number, feed: number, size: number): number {
    const at = this.#length;
    if (at + size > this.#bytes.length) this.#grow(at + size);
    this.#view.setUint8(at, kind);
    this.#view.setUint32(at + 1, feed, true);
    this.#length = at + size;
    return at;
  }

  #grow(needed: number): void {
    const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset, larger.length);
  }
}

const KEEP_CAPACITY = 4 * 1024 * 1024;

/** Hands every record of a frame to the sink. Throws RangeError on bytes that are no records, having handed over those before. */
export function readRecords(bytes: Buffer, sink: RecordSink): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < bytes.length) {
    const feed = view.getUint32(at + 1, true);
    switch (view.getUint8(at)) {
      case POINT:
        sink.point(feed, view.getUint32(at + 5, true), view.getFloat64(at + 9, true));
        at += 17;
        break;
      case GAP: {
        const before = view.getFloat32(at + 21, true);
        const skipped = view.getUint32(at + 17, true);
        sink.gap(feed, view.getUint32(at + 5, true), view.getFloat64(at + 9, true), skipped, before);
        at += 25;
        break;
      }
      case LAST:
        sink.last(feed, view.getFloat64(at + 5, true), view.getFloat64(at + 13, true));
        at += 21;
        break;
      case STATE:
        sink.state(feed, view.getUint8(at + 5), view.getFloat64(at + 6, true));
        at += 14;
        break;
      case SLOTS: {
        const count = view.getUint32(at + 13, true);
        const values = floats(view, at + 17, count, 4);
        sink.slots(feed, view.getUint32(at + 5, true), view.getUint32(at + 9, true), values);
        at += 17 + count * 4;
        break;
      }
      case RECORDS: {
        const count = view.getUint32(at + 5, true);
        const values = floats(view, at + 13, count, 8);
        const times = new Uint32Array(count);
        for (let i = 0; i < count; i++) times[i] = view.getUint32(at + 9 + i * 8, true);
        sink.records(feed, times, values);
        at += 9 + count * 8;
        break;
      }
      case REPLACED:
        sink.replaced(feed, view.getUint32(at + 5, true));
        at += 9;
        break;
      case REMOVED:
        sink.removed(feed);
        at += 5;
        break;
      default:
        throw new RangeError(`no record begins with ${view.getUint8(at)}`);
    }
  }
}

function floats(view: DataView, at: number, count: number, step: number): Float32Array {
  if (at + (count - 1) * step + 4 > view.byteLength) throw new RangeError('the record is longer than its frame');
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(at + i * step, true);
  return values;
}

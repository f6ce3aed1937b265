import type { Window } from './series.ts';
import { addValues } from './summary-page.ts';

/** A growing run of float32 values that can lose its head. NaN is always the one byte pattern 00 00 c0 7f. */
export class FloatTail {
  #values: Float32Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 16) {
    this.#values = new Float32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  /** Overwrites, or appends where `index` is the length. */
  put(index: number, value: number): void {
    if (index >= this.#values.length) this.#grow(index + 1);
    // A calculated NaN may carry a sign bit; the literal does not.
    this.#values[index] = Number.isNaN(value) ? Number.NaN : value;
    if (index >= this.#length) this.#length = index + 1;
  }

  copy(from: number, to: number): Float32Array<ArrayBuffer> {
    return this.#values.slice(from, to);
  }

  /** Adds the values from `from` up to before `to` to the window. */
  addTo(window: Window, from: number, to: number): void {
    addValues(window, this.#values, from, to);
  }

  /** Indexes below `before.length` whose bits are no longer the ones in `before`. */
  changedSince(before: Float32Array<ArrayBuffer>): number[] {
    const old = new Uint32Array(before.buffer, before.byteOffset, before.length);
    const now = new Uint32Array(this.#values.buffer);
    const changed: number[] = [];
    for (let i = 0; i < old.length; i++) if (old[i] !== now[i]) changed.push(i);
    return changed;
  }

  /** Forgets the first `count` values. */
  drop(count: number): void {
    const left = this.#length - count;
    if (this.#values.length > 64 && left * 4 < this.#values.length) {
      const smaller = new Float32Array(Math.max(16, left * 2));
      smaller.set(this.#values.subarray(count, this.#length));
      this.#values = smaller;
    } else {
      this.#values.copyWithin(0, count, this.#length);
    }
    this.#length = left;
  }

  /** Puts values before the first one. */
  prepend(values: Float32Array): void {
    const count = values.length;
    const larger = new Float32Array(Math.max(16, (count + this.#length) * 2));
    larger.set(values);
    larger.set(this.#values.subarray(0, this.#length), count);
    this.#values = larger;
    this.#length += count;
  }

  #grow(needed: number): void {
    const larger = new Float32Array(Math.max(needed, this.#values.length * 2));
    larger.set(this.#values.subarray(0, this.#length));
    this.#values = larger;
  }
}

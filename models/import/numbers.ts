/** Gives each thing the number it had, unless that is taken: then one beyond all that are taken or wanted. */
export class Numbers {
  readonly #taken: Set<number>;
  readonly #given = new Map<number, number>();
  #next: number;

  constructor(taken: Iterable<number>, wanted: Iterable<number>) {
    this.#taken = new Set(taken);
    this.#next = [...this.#taken, ...wanted].reduce((most, one) => Math.max(most, one), 0) + 1;
  }

  give(old: number): number {
    const own = old < 1 || this.#taken.has(old) ? this.#next++ : old;
    this.#taken.add(own);
    this.#given.set(old, own);
    return own;
  }

  /** Lets `old` stand for something that is there already. */
  point(old: number, existing: number): void {
    this.#given.set(old, existing);
  }

  /** The number given to `old`; undefined where it did not come over. */
  of(old: number): number | undefined {
    return this.#given.get(old);
  }
}

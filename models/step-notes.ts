/** What steps of process lists noted for their next run, by input and place in its list. Kept in memory only. */
export class StepNotes {
  readonly #notes = new Map<number, Map<number, number>>();

  get(input: number, step: number): number | undefined {
    return this.#notes.get(input)?.get(step);
  }

  set(input: number, step: number, value: number): void {
    const own = this.#notes.get(input) ?? new Map<number, number>();
    this.#notes.set(input, own.set(step, value));
  }

  /** The input is gone or has another list. */
  forget(input: number): void {
    this.#notes.delete(input);
  }
}

/** Entries of a device that are remembered to know them again. */
const MOST = 1000;

/** What each device has sent of late, so that what is sent again counts once. */
export class Repeats {
  readonly #known = new Map<number, Set<string>>();

  has(device: number, print: string): boolean {
    return this.#known.get(device)?.has(print) === true;
  }

  add(device: number, print: string): void {
    const prints = this.#known.get(device) ?? new Set<string>();
    this.#known.set(device, prints.add(print));
    for (const oldest of prints) {
      if (prints.size <= MOST) break;
      prints.delete(oldest);
    }
  }

  forget(device: number): void {
    this.#known.delete(device);
  }
}

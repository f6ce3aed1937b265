import type { Period } from '../../../models/planner/problem.ts';
import { figure } from '../shared/ratio.ts';

const MINUTE = 60;

/** How many run and how many start in each minute. */
export class Tally {
  readonly #load = new Map<number, number>();
  readonly #starts = new Map<number, number>();

  add([start, end]: Period): void {
    const [first, last] = [Math.floor(start / MINUTE), Math.floor(end / MINUTE)];
    this.#starts.set(first, (this.#starts.get(first) ?? 0) + 1);
    for (let at = first; at < last; at += 1) this.#load.set(at, (this.#load.get(at) ?? 0) + 1);
  }

  told(homes: number): string {
    const most = (counts: ReadonlyMap<number, number>) => figure((100 * Math.max(0, ...counts.values())) / homes, 1);
    return `at most ${most(this.#load)} % charge at once, at most ${most(this.#starts)} % start in one minute`;
  }
}

import { z } from 'zod';
import type { Series } from '../timeseries/series.ts';

/** W from which a device counts as on, and below which as off again. */
export interface Thresholds {
  readonly on: number;
  readonly off: number;
}

/** What devices without thresholds of their own are counted by. */
export const USUAL_THRESHOLDS: Thresholds = { on: 2, off: 1 };

const watts = z.number().min(0).max(100_000);
const thresholds = z.object({ on: watts, off: watts }).refine(({ on, off }) => off <= on);

/** Thresholds as they may be set, off no higher than on; undefined for anything else. */
export function parseThresholds(value: unknown): Thresholds | undefined {
  return thresholds.safeParse(value).data;
}

/**
 * Counts how often power rose to the one threshold and fell below the other again, with the moment of the fall. A device that is
 * still on has not been counted yet; what lies between the thresholds changes nothing, and gaps are passed over.
 */
export class PowerOnCounter {
  readonly #thresholds: Thresholds;
  readonly #fell: (time: number) => void;
  #isOn = false;

  constructor(thresholds: Thresholds, fell: (time: number) => void) {
    this.#thresholds = thresholds;
    this.#fell = fell;
  }

  add(time: number, watts: number): void {
    if (!Number.isFinite(watts)) return;
    if (watts >= this.#thresholds.on) this.#isOn = true;
    else if (this.#isOn && watts < this.#thresholds.off) {
      this.#isOn = false;
      this.#fell(time);
    }
  }
}

/** Of each stretch between two of the edges, how often the power feed's device had been on. Edges ascend. */
export async function powerOns(
  series: Pick<Series, 'scan'>,
  feed: number,
  edges: readonly number[],
  thresholds: Thresholds,
): Promise<number[]> {
  const counts = edges.slice(1).map(() => 0);
  let at = 0;
  const counter = new PowerOnCounter(thresholds, (time) => {
    while (time >= (edges[at + 1] ?? Number.POSITIVE_INFINITY)) at += 1;
    if (at < counts.length) counts[at] = (counts[at] ?? 0) + 1;
  });
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  await series.scan(feed, first, last - 1, (times, values) => {
    for (let index = 0; index < times.length; index += 1) counter.add(times[index] as number, values[index] as number);
  });
  return counts;
}

import type { Series } from './timeseries/series.ts';

/**
 * Energy in kWh of a power feed from `start` to before `end`; null where it has no value there. Each value counts for its own
 * slot, and on to the next value where that comes within two slots: a meter that reports every 12 s leaves holes in 10 s slots.
 * Longer gaps count as nothing, because nobody knows what was used in them.
 */
export async function energyBetween(
  series: Pick<Series, 'meta' | 'scan'>,
  feed: number,
  start: number,
  end: number,
): Promise<number | null> {
  const interval = series.meta(feed)?.interval ?? 0;
  if (!(interval > 0)) return null;
  const sum = new Sum(interval);
  await series.scan(feed, start, end - 1, (times, values) => sum.add(times, values));
  return sum.kwh(end);
}

/** Slots a value may stand for when the next one is late. */
const REACH = 2;

class Sum {
  readonly #interval: number;
  #wattSeconds = 0;
  #time: number | null = null;
  #value = 0;

  constructor(interval: number) {
    this.#interval = interval;
  }

  add(times: Float64Array, values: Float64Array): void {
    for (let at = 0; at < times.length; at += 1) {
      const value = values[at] as number;
      if (Number.isNaN(value)) continue;
      this.#close(times[at] as number);
      this.#time = times[at] as number;
      this.#value = value;
    }
  }

  kwh(end: number): number | null {
    if (this.#time === null) return null;
    this.#close(Math.min(end, this.#time + this.#interval));
    return this.#wattSeconds / 3_600_000;
  }

  #close(next: number): void {
    if (this.#time === null) return;
    const gap = next - this.#time;
    this.#wattSeconds += this.#value * (gap <= REACH * this.#interval ? gap : this.#interval);
  }
}

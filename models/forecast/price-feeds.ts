import { priceFeeds } from '../tariff/price.ts';
import type { Tariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { FINEST, type PriceSlots } from './tariff-spans.ts';

const BEHIND = 2 * 86_400;
const AHEAD = 8 * 86_400;

/** What the feeds of prices say from two days ago to a week ahead, in memory, so that a plan never waits for a file. */
export class PriceFeeds {
  readonly #series: Pick<Series, 'meta' | 'samples'>;
  readonly #slots = new Map<number, PriceSlots>();

  constructor(series: Pick<Series, 'meta' | 'samples'>) {
    this.#series = series;
  }

  readonly of = (feed: number): PriceSlots | undefined => this.#slots.get(feed);

  /** Reads them again; true where anything that was known has changed or something new came. */
  async read(tariff: Tariff, now: number): Promise<boolean> {
    let changed = false;
    for (const feed of priceFeeds(tariff)) {
      const slots = await this.#read(feed, now);
      changed = differs(this.#slots.get(feed), slots) || changed;
      this.#slots.set(feed, slots);
    }
    return changed;
  }

  async #read(feed: number, now: number): Promise<PriceSlots> {
    const meta = this.#series.meta(feed);
    const interval = Math.max(FINEST, meta?.interval ?? FINEST);
    const start = Math.floor((now - BEHIND) / interval) * interval;
    if (!meta || !(meta.interval > 0)) return { start, interval, values: [] };
    const own = (time: number) => Math.floor((time - meta.startTime) / meta.interval) * meta.interval + meta.startTime;
    const count = Math.ceil((BEHIND + AHEAD) / interval);
    const times = Array.from({ length: count }, (_, at) => own(start + at * interval));
    const values = await this.#series.samples(feed, times);
    return { start, interval, values: values.slice(0, values.findLastIndex((value) => value !== null) + 1) };
  }
}

/** Slots that have gone out of sight do not count. */
function differs(before: PriceSlots | undefined, after: PriceSlots): boolean {
  if (!before || before.interval !== after.interval) return true;
  const moved = (after.start - before.start) / after.interval;
  if (!Number.isInteger(moved) || before.values.length - moved !== after.values.length) return true;
  return after.values.some((value, at) => value !== before.values[at + moved]);
}

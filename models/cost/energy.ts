import type { Series } from '../timeseries/series.ts';

/** Energy of each slice in whole joules, and the seconds of it that readings speak for. Where there are none, both are 0. */
export interface Energies {
  readonly joules: Float64Array;
  readonly covered: Float64Array;
}

/** Where a meter's energy is read: its total in kWh, or its power. */
export interface EnergySource {
  readonly kind: 'power' | 'total';
  readonly feed: number;
}

/** Time that is counted as one, `start` to before `end` in Unix seconds. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** What the source says of the slices, which follow one another without a hole. */
export async function energiesOf(
  series: Pick<Series, 'meta' | 'scan' | 'windows'>,
  { kind, feed }: EnergySource,
  slices: readonly Stretch[],
): Promise<Energies> {
  const interval = series.meta(feed)?.interval ?? 0;
  if (slices.length === 0 || !(interval > 0)) return none(slices.length);
  if (kind === 'total') return await rises(series, feed, slices);
  const spread = new Spread(slices, interval);
  const { start } = slices[0] as Stretch;
  const { end } = slices.at(-1) as Stretch;
  const reach = REACH * interval;
  // What was said just before counts on into the first slice, and what was said just after tells how far the last value counts.
  await series.scan(feed, start - reach, end + reach, (times, values) => spread.add(times, values));
  return spread.finish();
}

/** Slots a value may stand for when the next one is late. */
const REACH = 2;

/** Each value counts until the next where that is within two slots, else for its own slot. Nobody knows what was used in longer gaps. */
class Spread {
  readonly #slices: readonly Stretch[];
  readonly #interval: number;
  readonly #energies: Energies;
  #at = 0;
  /** NaN before the first value. */
  #time = Number.NaN;
  #value = 0;

  constructor(slices: readonly Stretch[], interval: number) {
    this.#slices = slices;
    this.#interval = interval;
    this.#energies = none(slices.length);
  }

  add(times: Float64Array, values: Float64Array): void {
    const begins = this.#slices[0]?.start ?? 0;
    for (let index = 0; index < times.length; index += 1) {
      const value = values[index] as number;
      if (!Number.isFinite(value)) continue;
      const time = times[index] as number;
      const seconds = time - this.#time;
      const end = this.#slices[this.#at]?.end ?? 0;
      // A year of values comes by here, and nearly all of them count within one slice.
      if (seconds <= REACH * this.#interval && this.#time >= begins && time <= end) this.#count(seconds);
      else this.#close(time);
      this.#time = time;
      this.#value = value;
    }
  }

  finish(): Energies {
    this.#close(Number.POSITIVE_INFINITY);
    const { joules } = this.#energies;
    for (let at = 0; at < joules.length; at += 1) joules[at] = Math.round(joules[at] as number);
    return this.#energies;
  }

  #close(next: number): void {
    if (Number.isNaN(this.#time)) return;
    const reach = next - this.#time <= REACH * this.#interval ? next : this.#time + this.#interval;
    let from = Math.max(this.#time, this.#slices[0]?.start ?? 0);
    while (from < reach) {
      const slice = this.#slices[this.#at];
      if (!slice) return;
      const to = Math.min(reach, slice.end);
      if (to > from) this.#count(to - from);
      from = Math.max(from, to);
      if (from >= slice.end) this.#at += 1;
    }
  }

  #count(seconds: number): void {
    const { joules, covered } = this.#energies;
    joules[this.#at] = (joules[this.#at] as number) + this.#value * seconds;
    covered[this.#at] = (covered[this.#at] as number) + seconds;
  }
}

/** What a total rose while it was not heard counts where it is heard again: nobody knows when it was used. */
async function rises(
  series: Pick<Series, 'meta' | 'windows'>,
  feed: number,
  slices: readonly Stretch[],
): Promise<Energies> {
  const { start } = slices[0] as Stretch;
  const energies = none(slices.length);
  const edges = [start - LOOK_BACK_S, start, ...slices.map(({ end }) => end)];
  // A slot counts where its beginning does, so that one that is still being filled is told of at once.
  const { interval, startTime } = series.meta(feed) ?? { interval: 1, startTime: 0 };
  const onSlots = edges.map((edge) => startTime + Math.ceil((edge - startTime) / interval) * interval);
  const [before, ...windows] = await series.windows(feed, onSlots);
  let stood = before && before.count > 0 ? Math.round(before.max * JOULES_A_KWH) : null;
  for (const [at, { count, min, max }] of windows.entries()) {
    const slice = slices[at];
    if (count === 0 || !slice || !Number.isFinite(max - min)) continue;
    const top = Math.round(max * JOULES_A_KWH);
    energies.joules[at] = Math.max(0, top - (stood ?? Math.round(min * JOULES_A_KWH)));
    energies.covered[at] = slice.end - slice.start;
    stood = top;
  }
  return energies;
}

function none(length: number): Energies {
  return { joules: new Float64Array(length), covered: new Float64Array(length) };
}

const JOULES_A_KWH = 3_600_000;
/** A total that has not moved for longer than this is taken to begin with its next value. */
const LOOK_BACK_S = 7 * 86_400;

import { DateTime } from 'luxon';
import { AGILE, AGILE_START } from '../../../test/planner/agile-day.ts';

export const SLOT_S = 1800;
export const ZONE = 'Europe/London';
const VAT = 1.05;
/** What the recorded day has on top from 16:00 to 19:00, and its bounds, pence a kWh before VAT. */
const PEAK = 12;
const CAP = 100;
const FLOOR = -20;
const DAY_S = 86_400;

/** What is known at some moment of some half-hours. */
interface Publication {
  /** Unix seconds. */
  readonly at: number;
  readonly values: readonly (readonly [slot: number, pence: number])[];
}

export interface PriceCounts {
  readonly slots: number;
  readonly negative: number;
  readonly late: number;
  readonly revised: number;
  readonly missing: number;
  /** Of local days: those of 46 and of 50 half-hours. */
  readonly odd: number;
}

/**
 * Half-hourly prices by a stated generator. The shape of a day is the recorded Octopus Agile day's without its peak addition,
 * divided by its mean, and mixed half and half with flat. It is multiplied by a level: of the season (dearest in January), of the weekday (weekends
 * 8 % less), and of the weather, which remembers seven tenths from day to day; noise follows half-hour by half-hour. From 16:00 to 19:00
 * 12 p come on top, as in the recorded day. On every twelfth day or so wind makes some hours of the night or noon cheaper than nothing. A day,
 * from 23:00 to 23:00 in London, is published between 16:00 and 18:00 of the day before.
 */
export class Prices {
  readonly counts: PriceCounts;
  readonly #finals = new Map<number, number>();
  readonly #publications: Publication[] = [];

  /** Of `days` days from the local day on which `from` lies, and of two on either side. */
  constructor(from: number, days: number, chance: () => number) {
    const first = DateTime.fromSeconds(from, { zone: ZONE }).startOf('day').minus({ days: 2 });
    const counts = { slots: 0, negative: 0, late: 0, revised: 0, missing: 0, odd: 0 };
    let weather = 0;
    for (let n = 0; n < days + 4; n += 1) {
      const day = first.plus({ days: n });
      weather = 0.7 * weather + 0.25 * normal(chance);
      const prices = pricesOfDay(day, weather, chance);
      this.#publish(day, prices, chance, counts);
      counts.slots += prices.length;
      counts.negative += prices.filter(([, pence]) => pence < 0).length;
      if (prices.length !== 48) counts.odd += 1;
    }
    this.#publications.sort((a, b) => a.at - b.at);
    this.counts = counts;
  }

  /** What a kWh cost in the end, pence before VAT; undefined outside of the replay. */
  final(slot: number): number | undefined {
    return this.#finals.get(slot);
  }

  /** What a kWh costs at a moment, in pounds with VAT. */
  poundsAt(time: number): number {
    return ((this.final(Math.floor(time / SLOT_S)) ?? 0) * VAT) / 100;
  }

  /** Pounds a kWh of each half-hour in [from, to), as published while it mattered: null where nobody could know it. */
  profile(from: number, to: number): { start: number; profile: (number | null)[] } {
    const [first, last] = [Math.floor(from / SLOT_S), Math.ceil(to / SLOT_S)];
    const known = this.published(from, to, to);
    const profile = Array.from({ length: last - first }, (_, at) => {
      const pence = known.get(first + at) === undefined ? undefined : this.final(first + at);
      return pence === undefined ? null : (pence * VAT) / 100;
    });
    return { start: first * SLOT_S, profile };
  }

  /** From when on all that was ever said of the half-hours in [from, to) was known, as it stays; `from` where it was by then. */
  outBy(from: number, to: number): number {
    const concerns = ({ at, values }: Publication) =>
      at > from && at < to && values.some(([slot]) => (slot + 1) * SLOT_S > from && slot * SLOT_S < to);
    return this.#publications.filter(concerns).reduce((last, { at }) => Math.max(last, at), from);
  }

  /** What has been said until `now` of the half-hours in [from, to). */
  published(from: number, to: number, now: number): Map<number, number> {
    const known = new Map<number, number>();
    for (const { at, values } of this.#publications) {
      if (at > now || at < from - 3 * DAY_S) continue;
      for (const [slot, pence] of values) if ((slot + 1) * SLOT_S > from && slot * SLOT_S < to) known.set(slot, pence);
    }
    return known;
  }

  #publish(
    day: DateTime,
    prices: readonly (readonly [number, number])[],
    chance: () => number,
    counts: { late: number; revised: number; missing: number },
  ): void {
    for (const [slot, pence] of prices) this.#finals.set(slot, pence);
    const before = day.minus({ days: 1 });
    const usual = before.set({ hour: 16 }).toSeconds() + Math.floor(chance() * 2 * 3600);
    const luck = chance();
    if (luck < 0.06) counts.late += 1;
    // Late is in the evening; one late day in six comes only after its midnight.
    const at =
      luck < 0.01 ? day.set({ hour: 1 }).toSeconds() : luck < 0.06 ? usual + 3600 + chance() * 4 * 3600 : usual;
    const isRevised = chance() < 0.05;
    const lost =
      chance() < 0.03 ? new Set([0, 1, 2].map(() => Math.floor(chance() * prices.length))) : new Set<number>();
    if (isRevised) counts.revised += 1;
    if (lost.size > 0) counts.missing += 1;
    const first = prices.map(([slot, pence], n): [number, number] => [
      slot,
      isRevised && Math.floor(n / 8) === 1 ? pence + 6 * (chance() - 0.5) : pence,
    ]);
    this.#publications.push({ at: Math.round(at), values: first.filter((_, n) => !lost.has(n)) });
    const told = prices.filter((_, n) => !lost.has(n));
    if (isRevised) this.#publications.push({ at: Math.round(at) + 5400, values: told });
  }
}

/** The recorded day's half-hours from midnight, without its peak addition, its mean 1. */
const SHAPE = shapeOf();

function shapeOf(): number[] {
  const slots = Array.from({ length: 48 }, () => 0);
  AGILE.forEach((pence, at) => {
    const hours = DateTime.fromSeconds(AGILE_START + at * SLOT_S, { zone: ZONE });
    const slot = hours.hour * 2 + (hours.minute >= 30 ? 1 : 0);
    slots[slot] = pence / VAT - (isPeak(hours.hour) ? PEAK : 0);
  });
  const mean = slots.reduce((sum, one) => sum + one, 0) / slots.length;
  return slots.map((one) => one / mean);
}

function isPeak(hour: number): boolean {
  return hour >= 16 && hour < 19;
}

/** From 23:00 of the day before to 23:00. */
function pricesOfDay(day: DateTime, weather: number, chance: () => number): [number, number][] {
  const from = day.minus({ hours: 1 }).toSeconds();
  const to = day.plus({ days: 1 }).minus({ hours: 1 }).toSeconds();
  const season = 14 + 4 * Math.cos((2 * Math.PI * (day.ordinal - 15)) / 365);
  const level = season * (day.weekday > 5 ? 0.92 : 1) * Math.exp(weather);
  const plunge = chance() < 1 / 12 ? { from: Math.floor(chance() * 28), slots: 4 + Math.floor(chance() * 8) } : null;
  let noise = 0;
  return Array.from({ length: Math.round((to - from) / SLOT_S) }, (_, at): [number, number] => {
    const slot = from / SLOT_S + at;
    const local = DateTime.fromSeconds(slot * SLOT_S, { zone: ZONE });
    noise = 0.6 * noise + 0.09 * normal(chance);
    const shape = 0.5 + 0.5 * (SHAPE[local.hour * 2 + (local.minute >= 30 ? 1 : 0)] ?? 1);
    const isPlunge = plunge && at >= plunge.from && at < plunge.from + plunge.slots;
    const pence = level * shape * (1 + noise) + (isPeak(local.hour) ? PEAK : 0) - (isPlunge ? level + 6 * chance() : 0);
    return [slot, Math.round(100 * Math.min(CAP, Math.max(FLOOR, pence))) / 100];
  });
}

function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}

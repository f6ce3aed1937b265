import { DateTime } from 'luxon';
import type { EnergySource } from '../../../models/cost/energy.ts';
import type { Band, Price } from '../../../models/tariff/tariff.ts';
import { type History, PRICES, type Recorded } from './history.ts';

/** What the household owes, told without anything the hub bills with. Costs in 1/36,000,000,000 of a millionth. */
export interface Owed {
  cost: bigint;
  joules: number;
  unpriced: number;
  unmetered: number;
  missing: number;
  standing: bigint;
}

/** Walks the history minute by minute with a calendar in hand. */
export function walkMinutes(history: History): Owed {
  const { from, to, zone, tariff, feeds, house, devices } = history;
  const owed: Owed = { cost: 0n, joules: 0, unpriced: 0, unmetered: 0, missing: 0, standing: 0n };
  const meter = house && minutesOf(feeds, house, from, to);
  const each = devices.map((source) => minutesOf(feeds, source, from, to));
  const turns = turnsOf(history);
  let slice: Slice | null = null;
  let before: DateTime | null = null;
  for (let time = from; time < to; time += 60) {
    const at = DateTime.fromSeconds(time, { zone });
    const minute = at.hour * 60 + at.minute;
    const yesterday = before ?? DateTime.fromSeconds(time - 1, { zone });
    const newDay = at.toISODate() !== yesterday.toISODate();
    const version = tariff.versions.findLast((one) => one.from <= (at.toISODate() ?? ''));
    if (newDay && version) owed.standing += BigInt(version.standing) * vatOf(version.vat) * 3_600_000n;
    if (!slice || newDay || at.offset !== before?.offset || turns.minutes.has(minute) || time % turns.step === 0) {
      if (slice) settle(owed, slice, house?.kind ?? null);
      const rate = (price: Price | null | undefined) => {
        if (!version || price === undefined) return null;
        const micro = price ? microAt(price, at, minute, feeds.get(PRICES), time) : 0;
        return micro === null ? null : BigInt(micro) * vatOf(version.vat);
      };
      slice = { taken: rate(version?.import), given: rate(version?.export), house: 0, heard: 0, told: 0, minutes: 0 };
    }
    const heard = meter?.get(time);
    slice.house += heard ?? 0;
    slice.heard += heard === undefined ? 0 : 1;
    slice.minutes += 1;
    for (const device of each) slice.told += device.get(time) ?? 0;
    before = at;
  }
  if (slice) settle(owed, slice, house?.kind ?? null);
  return owed;
}

interface Slice {
  readonly taken: bigint | null;
  readonly given: bigint | null;
  house: number;
  heard: number;
  told: number;
  minutes: number;
}

function settle(owed: Owed, slice: Slice, kind: EnergySource['kind'] | null): void {
  const joules = slice.heard > 0 ? slice.house : slice.told;
  const rate = joules < 0 ? slice.given : slice.taken;
  const heard = kind === 'total' && slice.heard > 0 ? slice.minutes : slice.heard;
  owed.joules += joules;
  owed.missing += (slice.minutes - heard) * 60;
  if (slice.heard === 0) owed.unmetered += slice.told;
  if (rate === null) owed.unpriced += joules;
  else owed.cost += BigInt(joules) * rate;
}

/** Joules of each minute that a reading speaks for. */
function minutesOf(feeds: History['feeds'], { kind, feed }: EnergySource, from: number, to: number) {
  const { values, interval, startTime } = feeds.get(feed) as Recorded;
  const minutes = new Map<number, number>();
  const known = values.flatMap((value, at) =>
    Number.isNaN(value) ? [] : [{ value, time: startTime + at * interval }],
  );
  if (kind === 'total') {
    let stood: number | null = null;
    for (const { value, time } of known) {
      const joules = Math.round(value * 3_600_000);
      if (time >= from && time < to) minutes.set(time, joules - (stood ?? joules));
      stood = joules;
    }
    return minutes;
  }
  const within = known.filter(({ time }) => time >= from && time < to);
  for (const [at, { value, time }] of within.entries()) {
    const next = within[at + 1]?.time ?? Number.POSITIVE_INFINITY;
    const until = next - time <= 2 * interval ? next : time + interval;
    for (let minute = time; minute < Math.min(until, to); minute += 60) minutes.set(minute, value * 60);
  }
  return minutes;
}

function microAt(price: Price, at: DateTime, minute: number, prices: Recorded | undefined, time: number) {
  if (price.kind === 'flat') return price.price;
  if (price.kind === 'bands') return price.bands.find((band) => covers(band, at, minute))?.price ?? price.otherwise;
  const value = prices?.values[Math.floor((time - prices.startTime) / prices.interval)] ?? Number.NaN;
  return Number.isNaN(value) ? null : Math.round(value * price.scale);
}

function covers({ from, to, days, season }: Band, at: DateTime, minute: number): boolean {
  const [begin, end] = [from, to].map((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) as [
    number,
    number,
  ];
  let date = at;
  if (begin < end) {
    if (minute < begin || minute >= end) return false;
  } else if (minute < begin) {
    if (minute >= end) return false;
    date = at.minus({ days: 1 });
  }
  if (days && !days.includes(date.weekday)) return false;
  if (!season) return true;
  const text = date.toFormat('MM-dd');
  const [after, until] = [text >= season.from, text <= season.to];
  return season.from <= season.to ? after && until : after || until;
}

/** When a price may change: minutes of the wall clock, and the beat of the prices' feed. */
function turnsOf({ tariff, feeds }: History): { minutes: Set<number>; step: number } {
  const minutes = new Set(Array.from({ length: 48 }, (_, index) => index * 30));
  let step = Number.POSITIVE_INFINITY;
  for (const price of tariff.versions.flatMap((version) => [version.import, version.export])) {
    if (price?.kind === 'feed') step = feeds.get(PRICES)?.interval ?? step;
    for (const band of price?.kind === 'bands' ? price.bands : [])
      for (const clock of [band.from, band.to]) minutes.add(Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
  }
  return { minutes, step };
}

function vatOf({ rate, included }: { rate: number; included: boolean }): bigint {
  return included ? 10_000n : 10_000n + BigInt(rate);
}

import { DateTime } from 'luxon';
import type { EnergySource } from '../../../models/cost/energy.ts';
import type { Band, Price } from '../../../models/tariff/tariff.ts';
import { type Charged, partOf, type Stretch, Sums, vatOf } from './charges.ts';
import { CARBON, type History, LOCAL, PRICES, type Recorded } from './history.ts';

/** What the household owes, told without anything the hub bills with. Costs in 1/36,000,000,000 of a millionth. */
export interface Owed extends Charged {
  joules: number;
  unmetered: number;
  missing: number;
  standing: bigint;
  /** Of each device. */
  readonly devices: bigint[];
}

/** Walks the history minute by minute with a calendar in hand. */
export function walkMinutes(history: History): Owed {
  const { from, to, zone, house, devices, feeds } = history;
  const start = leadIn(history);
  const meter = house && minutesOf(feeds, house, start, to);
  const each = devices.map((source) => minutesOf(feeds, source, start, to));
  const turns = turnsOf(history);
  const books = new Books(history);
  let offset: number | null = null;
  let date = DateTime.fromSeconds(start - 1, { zone }).toISODate();
  let quarter = quarterAt(start, zone);
  for (let time = start; time < to; time += 60) {
    if (time % QUARTER_S === 0) quarter = quarterAt(time, zone);
    const minute = quarter.minute + (time - quarter.time) / 60;
    const newDay = quarter.date !== date;
    const turned = time === from || newDay || quarter.offset !== offset || turns.minutes.has(minute);
    if (turned || turns.steps.some((step) => time % step === 0))
      books.open(stretchAt(history, DateTime.fromSeconds(time, { zone }), minute, time), newDay);
    books.count(
      meter?.get(time),
      each.map((device) => device.get(time) ?? 0),
    );
    [date, offset] = [quarter.date, quarter.offset];
  }
  return books.close();
}

/** No clock changes and no day begins within a quarter of an hour of Unix time, in any zone of the histories. */
const QUARTER_S = 900;

function quarterAt(time: number, zone: string) {
  const begun = time - (time % QUARTER_S);
  const at = DateTime.fromSeconds(begun, { zone });
  return { time: begun, minute: at.hour * 60 + at.minute, date: at.toISODate(), offset: at.offset };
}

/** What was used since the day began on which the first meter spoke may count towards tiers, caps and local shares. */
function leadIn({ from, zone, tariff, feeds }: History): number {
  if (!tariff.versions.some(({ tiers, mostMonth, community }) => tiers || mostMonth !== null || community)) return from;
  const meters = [...feeds].filter(([id]) => id < PRICES).map(([, { startTime }]) => startTime);
  const first = DateTime.fromSeconds(Math.min(from, ...meters), { zone })
    .startOf('day')
    .toSeconds();
  return first - 3600 - (first % 1800);
}

/** The stretch under way and what those before it came to. */
class Books {
  readonly #history: History;
  readonly #sums = new Sums();
  readonly #owed: Owed;
  #stretch: Stretch | null = null;
  #house = 0;
  #heard = 0;
  #minutes = 0;
  #used: number[] = [];

  constructor(history: History) {
    this.#history = history;
    const charged = { cost: 0n, unpriced: 0, carbon: 0n, unweighed: 0 };
    const devices = history.devices.map(() => 0n);
    this.#owed = { ...charged, joules: 0, unmetered: 0, missing: 0, standing: 0n, devices };
  }

  open(stretch: Stretch, newDay: boolean): void {
    this.#settle();
    this.#stretch = stretch;
    [this.#house, this.#heard, this.#minutes] = [0, 0, 0];
    this.#used = this.#history.devices.map(() => 0);
    const { version, time } = stretch;
    if (newDay && version && time >= this.#history.from)
      this.#owed.standing += BigInt(version.standing) * vatOf(version) * 3_600_000n;
  }

  count(heard: number | undefined, used: readonly number[]): void {
    this.#house += heard ?? 0;
    this.#heard += heard === undefined ? 0 : 1;
    this.#minutes += 1;
    this.#used = this.#used.map((joules, at) => joules + (used[at] ?? 0));
  }

  close(): Owed {
    this.#settle();
    return this.#owed;
  }

  #settle(): void {
    const stretch = this.#stretch;
    if (!stretch) return;
    const told = this.#used.reduce((sum, joules) => sum + joules, 0);
    const joules = this.#heard > 0 ? this.#house : told;
    const charged = this.#sums.charge(stretch, joules);
    if (stretch.time < this.#history.from) return;
    const owed = this.#owed;
    const heard = this.#history.house?.kind === 'total' && this.#heard > 0 ? this.#minutes : this.#heard;
    owed.joules += joules;
    owed.missing += (this.#minutes - heard) * 60;
    if (this.#heard === 0) owed.unmetered += told;
    owed.cost += charged.cost;
    owed.carbon += charged.carbon;
    owed.unpriced += charged.unpriced;
    owed.unweighed += charged.unweighed;
    for (const [at, used] of this.#used.entries())
      owed.devices[at] = (owed.devices[at] ?? 0n) + partOf(stretch, charged.cost, used, joules);
  }
}

function stretchAt({ tariff, feeds }: History, at: DateTime, minute: number, time: number): Stretch {
  const version = tariff.versions.findLast((one) => one.from <= (at.toISODate() ?? ''));
  const rate = (price: Price | null | undefined) => {
    if (!version || price === undefined) return null;
    const micro = price ? microAt(price, at, minute, feeds.get(PRICES), time) : 0;
    return micro === null ? null : BigInt(micro) * vatOf(version);
  };
  const local = version?.community;
  const kWh = valueAt(feeds.get(LOCAL), time) ?? 0;
  const share = local?.allowance.kind === 'flat' ? local.allowance.wh * 3600 : (local?.allowance.part ?? 0) * kWh * 360;
  const source = tariff.carbon;
  const grams = source === null ? 0 : source.kind === 'flat' ? source.grams : valueAt(feeds.get(CARBON), time);
  return {
    version,
    at,
    time,
    taken: rate(version?.import),
    given: rate(version?.export),
    local: rate(local?.price),
    allowance: Math.round(share),
    carbon: grams === null ? null : BigInt(Math.round(grams * 1000)),
  };
}

function valueAt(recorded: Recorded | undefined, time: number): number | null {
  if (!recorded) return null;
  const value = recorded.values[Math.floor((time - recorded.startTime) / recorded.interval)] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
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
  for (const [at, { value, time }] of known.entries()) {
    const next = known[at + 1]?.time ?? Number.POSITIVE_INFINITY;
    const until = next - time <= 2 * interval ? next : time + interval;
    for (let minute = time; minute < Math.min(until, to); minute += 60) minutes.set(minute, value * 60);
  }
  return minutes;
}

function microAt(price: Price, at: DateTime, minute: number, prices: Recorded | undefined, time: number) {
  if (price.kind === 'flat') return price.price;
  if (price.kind === 'bands') return price.bands.find((band) => covers(band, at, minute))?.price ?? price.otherwise;
  const value = valueAt(prices, time);
  return value === null ? null : Math.round(value * price.scale);
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

/** When a price may change: minutes of the wall clock, and the beats of the feeds. */
function turnsOf({ tariff, feeds }: History): { minutes: Set<number>; steps: number[] } {
  const minutes = new Set(Array.from({ length: 48 }, (_, index) => index * 30));
  const steps: number[] = [];
  const beat = (feed: number) => steps.push(feeds.get(feed)?.interval ?? 60);
  for (const price of tariff.versions.flatMap((one) => [one.import, one.export, one.community?.price])) {
    if (price?.kind === 'feed') beat(PRICES);
    for (const band of price?.kind === 'bands' ? price.bands : [])
      for (const clock of [band.from, band.to]) minutes.add(Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
  }
  if (tariff.versions.some(({ community }) => community)) steps.push(1800);
  if (tariff.carbon?.kind === 'feed') beat(CARBON);
  return { minutes, steps };
}

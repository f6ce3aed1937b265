import { DateTime } from 'luxon';
import type { EnergySource } from '../../../models/cost/energy.ts';
import { type Price, parseTariff, type Tariff, type TariffVersion } from '../../../models/tariff/tariff.ts';

/** One feed's values, a slot each; NaN is a gap. */
export interface Recorded {
  readonly values: readonly number[];
  readonly interval: number;
  readonly startTime: number;
}

export interface History {
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  readonly tariff: Tariff;
  readonly feeds: ReadonlyMap<number, Recorded>;
  readonly house: EnergySource | null;
  readonly devices: readonly EnergySource[];
}

/** The feed that prices come from. */
export const PRICES = 90;
/** The feed of local generation, kWh of each half-hour. */
export const LOCAL = 91;
/** The feed of carbon intensity. */
export const CARBON = 92;

const DAYS: readonly (readonly [zone: string, date: string])[] = [
  ['Europe/London', '2025-03-30'],
  ['Europe/London', '2025-10-26'],
  ['Europe/Berlin', '2025-12-31'],
  ['America/New_York', '2025-03-09'],
  ['America/New_York', '2025-11-02'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-17'],
  ['Atlantic/Azores', '2025-10-26'],
  ['Australia/Lord_Howe', '2025-04-06'],
  ['Australia/Lord_Howe', '2025-10-05'],
  ['Asia/Kathmandu', '2024-02-29'],
];

/** A day or so of a household around a day that is hard to bill. */
export function randomHistory(chance: () => number): History {
  const whole = (least: number, most: number) => least + Math.floor(chance() * (most - least + 1));
  const one = <T>(list: readonly T[]): T => list[whole(0, list.length - 1)] as T;
  const [zone, date] = one(DAYS);
  const noon = DateTime.fromISO(date, { zone }).toSeconds();
  const from = noon + whole(-1200, 0) * 60;
  const to = from + whole(30, 36 * 60) * 60;
  const feeds = new Map<number, Recorded>();
  const record = (id: number, recorded: Recorded): number => {
    feeds.set(id, recorded);
    return id;
  };
  // What was used in the days before counts towards tiers and caps.
  const earliest = chance() < 0.6 ? -120 : -1500;
  const power = (id: number, low: number, high: number): EnergySource => {
    const interval = one([60, 120, 300]);
    const startTime = Math.ceil((from + whole(earliest, 60) * 60) / interval) * interval;
    const values = gappy(Math.ceil((to - startTime) / interval), chance, () => whole(low, high));
    return { kind: 'power', feed: record(id, { values, interval, startTime }) };
  };
  const total = (id: number): EnergySource => {
    let joules = whole(0, 10 ** 9);
    const startTime = from + whole(earliest - 180, 60) * 60;
    const next = () => {
      joules += whole(0, 200_000);
      return joules / 3_600_000;
    };
    return {
      kind: 'total',
      feed: record(id, { values: gappy((to - startTime) / 60, chance, next), interval: 60, startTime }),
    };
  };
  const slots = (id: number, interval: number, value: () => number) => {
    const startTime = Math.floor((from - 4 * 86_400) / interval) * interval;
    record(id, { values: gappy(Math.ceil((to - startTime) / interval), chance, value), interval, startTime });
  };
  slots(PRICES, one([900, 1800, 3600]), () => whole(-900, 3500) / 100);
  slots(LOCAL, one([1800, 3600]), () => Math.max(0, whole(-500, 1500)) / 1000);
  slots(CARBON, one([900, 1800]), () => whole(0, 40_000) / 100);
  const house = chance() < 0.1 ? null : chance() < 0.2 ? total(1) : power(1, -3000, 6000);
  const devices = Array.from({ length: whole(0, 3) }, (_, at) =>
    chance() < 0.5 ? total(2 + at) : power(2 + at, 0, 3000),
  );
  return { zone, from, to, tariff: randomTariff(date, chance, whole, one), feeds, house, devices };
}

type Whole = (least: number, most: number) => number;
type One = <T>(list: readonly T[]) => T;

function randomTariff(date: string, chance: () => number, whole: Whole, one: One): Tariff {
  const days = [...new Set([whole(-40, 0), whole(-1, 1), whole(-1, 1)])].slice(0, whole(1, 3));
  const price = () => randomPrice(chance, whole, one);
  return parseTariff({
    currency: 'GBP',
    versions: days.map((day) => ({
      from: DateTime.fromISO(date, { zone: 'utc' }).plus({ days: day }).toISODate(),
      import: price(),
      export: chance() < 0.5 ? null : price(),
      standing: whole(0, 700_000),
      vat: { rate: one([0, 500, 1999]), included: chance() < 0.5 },
      ...(chance() < 0.5 ? {} : layers(chance, whole, one)),
    })),
    carbon: one([null, { kind: 'flat', grams: whole(0, 900) }, { kind: 'feed', feed: CARBON }]),
  });
}

/** Tiers, caps and local generation, some of them, small enough to be met within a day. */
function layers(chance: () => number, whole: Whole, one: One): Partial<TariffVersion> {
  let above = 0;
  const step = () => {
    above += whole(1, 20_000);
    return { above, more: whole(-100_000, 200_000) };
  };
  const has = () => chance() < 0.5;
  return {
    monthFrom: whole(1, 31),
    tiers: has() ? { per: one(['day', 'month']), steps: Array.from({ length: whole(1, 3) }, step) } : null,
    mostPrice: has() ? whole(50_000, 350_000) : null,
    mostMonth: has() ? whole(0, 6_000_000) : null,
    community: has()
      ? {
          price: randomPrice(chance, whole, one),
          allowance: has()
            ? { kind: 'flat', wh: whole(1, 1500) }
            : { kind: 'feed', feed: LOCAL, part: one([10_000, whole(1, 10_000)]) },
          carbon: whole(0, 50),
        }
      : null,
  };
}

function randomPrice(chance: () => number, whole: Whole, one: One): Price {
  const micro = () => whole(-50_000, 400_000);
  const kind = one(['flat', 'bands', 'bands', 'feed'] as const);
  if (kind === 'flat') return { kind, price: micro() };
  if (kind === 'feed') return { kind, feed: PRICES, scale: 10_000 };
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = () => `${two(whole(0, 23))}:${two(one([0, 30, whole(0, 59)]))}`;
  const monthDay = () => `${two(whole(1, 12))}-${two(whole(1, 28))}`;
  const bands = Array.from({ length: whole(1, 3) }, () => ({
    price: micro(),
    from: clock(),
    to: clock(),
    ...(chance() < 0.4 ? { days: [whole(1, 7), whole(1, 7), 7] } : {}),
    ...(chance() < 0.4 ? { season: { from: monthDay(), to: monthDay() } } : {}),
  }));
  return { kind, bands, otherwise: micro() };
}

/** Values with some missing, one by one and in long runs. */
function gappy(length: number, chance: () => number, value: () => number): number[] {
  let silent = 0;
  return Array.from({ length: Math.max(1, Math.floor(length)) }, () => {
    const made = value();
    if (silent > 0) silent -= 1;
    else if (chance() < 0.01) silent = Math.floor(chance() * 90);
    return silent > 0 || chance() < 0.05 ? Number.NaN : made;
  });
}

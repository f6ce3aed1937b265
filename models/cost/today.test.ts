import { expect, test } from 'vitest';
import { plainSeries } from '../../test/plain-series.ts';
import { parseTariff } from '../tariff/tariff.ts';
import type { Series } from '../timeseries/series.ts';
import { plannedDrawOf } from './planned-draw.ts';
import { readToday } from './today.ts';

const HOUR = 3600;
const MIDNIGHT = Date.UTC(2026, 0, 15) / 1000;
const NOON = MIDNIGHT + 12 * HOUR;
const START = MIDNIGHT - 7 * 86_400;
const tariff = parseTariff({
  currency: 'GBP',
  versions: [{ from: '2026-01-01', import: { kind: 'flat', price: 200_000 } }],
});

/** A week and half a day in half-hours: the house draws 300 W, its heater 1 kW more from 18:00 to 19:00. */
const heater = halfHours((hour) => (hour === 18 ? 1000 : 0));
const house = halfHours((hour) => (hour === 18 ? 1300 : 300));

test('the rest of the day goes as usual', async () => {
  const { soFar, toMidnight } = await readToday(series(), sources(), DAY, NOON);
  expect([kWh(soFar.house), kWh(toMidnight.house)]).toEqual([3.6, 8.2]);
  expect([kWh(toMidnight.devices[0]), kWh(toMidnight.rest)]).toEqual([1, 7.2]);
  expect(toMidnight.house.cost).toBe(29_520_000n * 200_000n * 10_000n);
});

test.each<[string, [number, number][], number]>([
  ['what is planned takes the place of what is usual', [[15, 17.5]], 5],
  ['what is planned for another day is not of this one', [[23, 26]], 2],
  ['nothing is planned for the rest of the day', [[30, 31]], 0],
  ['a run that is under way goes on', [[11, 12.25]], 0.5],
])('%s', async (_, hours, used) => {
  const periods = hours.map(([from, to]) => [MIDNIGHT + from * HOUR, MIDNIGHT + to * HOUR] as const);
  const { toMidnight } = await readToday(series(), sources(), DAY, NOON, [{ watts: 2000, periods }]);
  expect([kWh(toMidnight.devices[0]), kWh(toMidnight.rest)]).toEqual([used, 7.2]);
  expect(kWh(toMidnight.house)).toBeCloseTo(7.2 + used, 9);
});

test('a meter that hardly ever spoke is not believed against the devices', async () => {
  const deaf = house.map((_, at) => (at === 4 ? 1 : Number.NaN));
  const { toMidnight } = await readToday(series(deaf), sources(), DAY, NOON);
  expect(kWh(toMidnight.devices[0])).toBe(1);
  expect(kWh(toMidnight.house)).toBeCloseTo(1.011, 9);
});

test('a plan is of use where it tells times and the draw is known', () => {
  const smart = { mode: 'smart' } as never;
  const periods = [[1, 2]] as const;
  expect(plannedDrawOf({ schedule: smart, periods, powerW: 5 })).toEqual({ watts: 5, periods });
  expect(plannedDrawOf({ schedule: smart, periods, powerW: null })).toBeNull();
  expect(plannedDrawOf({ schedule: { mode: 'on' } as never, periods, powerW: 5 })).toBeNull();
  expect(plannedDrawOf({ schedule: null, periods, powerW: 5 })).toBeNull();
  expect(plannedDrawOf(undefined)).toBeNull();
});

const DAY = { start: MIDNIGHT, end: MIDNIGHT + 86_400 };

function halfHours(watts: (hour: number) => number): number[] {
  return Array.from({ length: (NOON - START) / 1800 }, (_, at) => watts(Math.floor(at / 2) % 24));
}

function kWh(line: { joules: number } | undefined): number {
  return (line?.joules ?? Number.NaN) / 3_600_000;
}

function sources() {
  const of = (feed: number) => ({ kind: 'power', feed }) as const;
  return { tariff, zone: 'UTC', house: of(1), devices: [of(2)] };
}

function series(meter = house): Pick<Series, 'meta' | 'samples' | 'scan' | 'windows'> {
  const of = (feed: number) => plainSeries(feed === 1 ? meter : heater, 1800, START);
  return {
    meta: (feed) => of(feed).meta(1),
    windows: (feed, edges) => of(feed).windows(1, edges),
    scan: (feed, from, to, chunk) => of(feed).scan(1, from, to, chunk),
    samples: (_, times) => Promise.resolve(times.map(() => null)),
  };
}

import { beforeEach, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { Advice } from '../../models/advice/advice.ts';
import type { Forecast } from '../../models/forecast/forecast.ts';
import type { ForecastSource } from '../../models/forecast/source.ts';
import type { Tariff } from '../../models/tariff/tariff.ts';
import { Advisor } from './advisor.ts';

const HOUR = 3600;
const NOON = Date.UTC(2026, 0, 15, 12);
const START = NOON / 1000 - 12 * HOUR;
const TARIFF = { name: 'tariff', unit: 'price', optimise: 'min' } as ForecastSource;

let clock: ManualClock;
let profile: number[];
let sources: ForecastSource[];
let said: [topic: string, payload: string][];
let changed: (account: number) => void;
let fails: boolean;

function advisor(): Advisor {
  const forecasts = {
    accounts: () => (sources.length > 0 ? [1] : []),
    sources: () => sources,
    zoneOf: () => 'Europe/London',
    one: () => ({ ...TARIFF, start: START, interval: HOUR, profile }) as unknown as Forecast,
    listen: (told: (account: number, source: string) => void) => {
      changed = (account) => told(account, 'tariff');
      return () => undefined;
    },
  };
  return new Advisor({
    ...{ advice: new Advice({ forecasts, clock }), forecasts, clock, log: createLog('silent') },
    tariffs: { get: () => ({ currency: 'GBP' }) as Tariff },
    publish: async (_account, topic, payload) => {
      if (fails) throw new Error('no store');
      said.push([topic, payload]);
    },
  });
}
const told = (topic: string) => said.filter(([one]) => one === `emon/advice/${topic}`).map(([, payload]) => payload);
const cheapest = (hours: number) => told(`cheapest/${hours}h`).map((payload) => JSON.parse(payload));

beforeEach(() => {
  clock = new ManualClock(NOON);
  profile = Array.from({ length: 72 }, (_, at) => ([2, 3, 4].includes(at % 24) ? 0.1 : at % 24 >= 19 ? 0.4 : 0.3));
  sources = [TARIFF];
  said = [];
  fails = false;
});

test('tells at once, and again only when something changes', () => {
  const service = advisor();
  service.start();
  expect(told('light')).toEqual(['amber']);
  expect(JSON.parse(told('now')[0] ?? '')).toMatchObject({
    light: 'amber',
    until: NOON / 1000 + 7 * HOUR,
    next: 'red',
  });
  expect(cheapest(2)).toEqual([
    expect.objectContaining({ hours: 2, before: NOON / 1000 + 20 * HOUR, currency: 'GBP', source: 'tariff' }),
  ]);
  expect(said).toHaveLength(10);
  clock.advance(HOUR * 1000);
  expect(said.filter(([topic]) => topic !== 'emon/advice/now')).toHaveLength(9);
  clock.advance(6 * HOUR * 1000);
  expect(told('light')).toEqual(['amber', 'red']);
  service.stop();
});

test('a plan stands until it is over, and then there is another one', () => {
  const service = advisor();
  service.start();
  clock.advance(19 * HOUR * 1000);
  expect(cheapest(3)).toHaveLength(1);
  clock.advance(2 * HOUR * 1000);
  const [first, second] = cheapest(3);
  expect(second.before - first.before).toBe(24 * HOUR);
  service.stop();
});

test('new prices are told soon, and what has passed of a plan counts', () => {
  const service = advisor();
  service.start();
  clock.advance(15 * HOUR * 1000 - 1000);
  profile = profile.map((price, at) => (at === 30 ? 0.01 : price));
  changed(1);
  clock.advance(1000);
  expect(cheapest(2)[1].pieces.periods).toEqual([
    [START + 26 * HOUR, START + 27 * HOUR],
    [START + 30 * HOUR, START + 31 * HOUR],
  ]);
  expect(cheapest(2)[1].block.periods).toEqual([[START + 26 * HOUR, START + 28 * HOUR]]);
  service.stop();
});

test('where nothing is known any more, what was retained is taken back', () => {
  const service = advisor();
  service.start();
  sources = [];
  changed(1);
  clock.advance(1000);
  expect(told('light')).toEqual(['amber', '']);
  expect(told('cheapest/8h').at(-1)).toBe('');
  service.stop();
});

test('what could not be told is told a minute later', async () => {
  fails = true;
  const service = advisor();
  service.start();
  await new Promise(setImmediate);
  fails = false;
  clock.advance(60_000);
  expect(told('light')).toEqual(['amber']);
  expect(cheapest(1)).toHaveLength(1);
  service.stop();
});

import { beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { DeviceTallies } from '../device-tallies.ts';
import { parseTariff } from '../tariff/tariff.ts';
import { CarbonRecorder } from './carbon-recorder.ts';
import { PowerOnCounter, USUAL_THRESHOLDS } from './power-on.ts';
import { thresholdsOf } from './quality.ts';

const stores = await testStores();
const NOON = Date.UTC(2026, 0, 15, 12);
const clock = new ManualClock(NOON);
let models: TestModels;
let account: number;

beforeAll(async () => {
  models = await openModels({ stores, folder: testFolder('quality'), clock });
  account = await addHousehold(stores.db, { timezone: 'UTC' });
  await models.users.load();
});

test.each<[string, number[], number]>([
  ['never on', [0, 1.9, 0], 0],
  ['on and off', [0, 5, 0], 1],
  ['still on is not counted yet', [0, 5, 5], 0],
  ['between the thresholds nothing changes', [0, 5, 1.5, 5, 1.5, 0], 1],
  ['twice', [5, 0, 2, 0.9], 2],
  ['gaps are passed over', [5, Number.NaN, 5, Number.NaN, 0], 1],
])('%s', (_, watts, count) => {
  let fell = 0;
  const counter = new PowerOnCounter(USUAL_THRESHOLDS, () => {
    fell += 1;
  });
  for (const [at, value] of watts.entries()) counter.add(at, value);
  expect(fell).toBe(count);
});

test('thresholds that came along from ISDL count, others are the usual', () => {
  const isdl = { powerOn: { on: 20, off: 10 } };
  expect(thresholdsOf({ settings: { isdl } })).toEqual({ on: 20, off: 10 });
  expect(thresholdsOf({ settings: { isdl, powerOn: { on: 5, off: 5 } } })).toEqual({ on: 5, off: 5 });
  expect(thresholdsOf({ settings: { isdl, powerOn: { on: 5, off: 6 } } })).toEqual({ on: 20, off: 10 });
  for (const settings of [{}, { isdl: { powerOn: null } }, { isdl: { powerOn: { on: 'much' } } }])
    expect(thresholdsOf({ settings })).toEqual({ on: 2, off: 1 });
});

test('tallies add up over flushes and restarts, and a MySQL that is away loses none', async () => {
  const tallies = new DeviceTallies({ db: stores.db, clock });
  for (const outcome of ['ok', 'ok', 'failed'] as const) tallies.count(7, outcome);
  await tallies.flush();
  tallies.count(7, 'invalid');
  const broken = {
    ...stores.db,
    insertInto: () => ({
      values: () => ({ onDuplicateKeyUpdate: () => ({ execute: () => Promise.reject(new Error('away')) }) }),
    }),
  };
  const away = new DeviceTallies({ db: broken as never, clock });
  away.count(8, 'ok');
  await expect(away.flush()).rejects.toThrow();
  tallies.count(7, 'ok');
  await tallies.flush();
  const now = NOON / 1000;
  const again = new DeviceTallies({ db: stores.db, clock });
  expect((await again.between([7, 9], now - 3600, now + 3600)).get(7)).toEqual({ ok: 3, failed: 1, invalid: 1 });
  expect((await again.between([7], now + 3600, now + 7200)).size).toBe(0);
});

test('a forecast of carbon becomes history, each slot once it has begun', async () => {
  const feed = await models.feeds.create(account, { name: 'carbon', tag: 'grid', engine: 5, interval: 1800 });
  await models.tariffs.set(
    account,
    parseTariff({
      currency: 'GBP',
      versions: [{ from: '2026-01-01', import: { kind: 'flat', price: 1 } }],
      carbon: { kind: 'feed', feed, source: 'grid' },
    }),
  );
  const told = {
    name: 'grid',
    unit: 'carbon',
    optimise: 'min',
    provenance: { source: '', fetched: null, stale: false, fault: null },
  } as const;
  const forecasts = {
    one: (_: number, __: string, from: number, to: number, interval = 1800) => {
      const profile = Array.from({ length: (to - from) / interval }, (_, at) =>
        (from / interval + at) % 5 === 0 ? null : 100 + at,
      );
      return { ...told, start: from, interval, profile };
    },
  };
  const recorder = new CarbonRecorder({ ...models, forecasts, clock });
  await recorder.record();
  await recorder.record();
  const last = models.series.last(feed)?.time ?? 0;
  expect(last).toBeGreaterThan(NOON / 1000 - 1801);
  expect(last).toBeLessThanOrEqual(NOON / 1000);
  expect(models.series.meta(feed)?.startTime).toBeGreaterThanOrEqual(NOON / 1000 - 2 * 86_400);
  const before = models.series.meta(feed)?.npoints ?? 0;
  clock.set(NOON + 3 * 1_800_000);
  await recorder.record();
  expect(models.series.meta(feed)?.npoints).toBeGreaterThan(before);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { parseTariff } from '../tariff/tariff.ts';
import { nodeFiles } from '../timeseries/file.ts';
import { ReportModel } from './report-model.ts';
import { reportSettingsSchema } from './report-settings.ts';

const stores = await testStores();
const DAY_MS = 86_400_000;
let clock: ManualClock;
let models: TestModels;
let account: number;
let folder: string;
let reports: ReportModel;

beforeEach(async () => {
  await stores.clear();
  clock = new ManualClock(Date.UTC(2026, 0, 15, 12));
  account = await addHousehold(stores.db, { timezone: 'Europe/London' });
  models = await openModels({ stores, folder: testFolder('reports'), clock });
  folder = testFolder('files');
  reports = new ReportModel({ ...models, db: stores.db, clock, files: nodeFiles, folder });
  const power = await models.feeds.create(account, { name: 'house', tag: 'meter', engine: 5, interval: 60, unit: 'W' });
  await models.users.setAccount(account, { powerFeed: power });
  const from = Date.UTC(2026, 0, 15) / 1000;
  const points = Array.from({ length: 5 * 1440 }, (_, at) => from + at * 60);
  await models.series.append(points.map((time) => ({ kind: 'point', feed: power, time, value: 1000 })));
});

async function wanted() {
  const versions = [{ from: '2026-01-01', import: { kind: 'flat', price: 200_000 } }];
  await models.tariffs.set(account, parseTariff({ currency: 'GBP', versions }));
  await reports.setSettings(account, reportSettingsSchema.parse({ daily: true, at: '06:00' }));
}

const lines = () =>
  readFileSync(join(folder, String(account), 'house_day.txt'), 'utf8')
    .trim()
    .split('\n');

test('nothing is reported before it is asked for, or without a tariff', async () => {
  clock.set(clock.now() + DAY_MS);
  expect(await reports.makeDue()).toBe(0);
  await reports.setSettings(account, reportSettingsSchema.parse({ daily: true }));
  clock.set(clock.now() + DAY_MS);
  expect(await reports.makeDue()).toBe(0);
});

test('a day is reported once, in MySQL and as text', async () => {
  await wanted();
  clock.set(Date.UTC(2026, 0, 16, 6, 1));
  expect(await reports.makeDue()).toBe(1);
  expect(await reports.makeDue()).toBe(0);
  const [report] = await reports.list(account);
  expect(report).toMatchObject({ kind: 'day', start: Date.UTC(2026, 0, 15, 6) / 1000, body: { currency: 'GBP' } });
  expect(report?.body.house).toMatchObject({ kWh: 24, cost: 4_800_000, missing: 0 });
  expect(lines()).toHaveLength(3);
  expect(lines()[2]).toContain('| 2026-01-15 06:00:00 - 2026-01-16 06:00:00 | 24.00 ');
  expect(await reports.find(account + 1, report?.id ?? 0)).toBe(undefined);
});

test('days of downtime are made up for, each exactly once, by a hub that starts anew', async () => {
  await wanted();
  clock.set(Date.UTC(2026, 0, 18, 12));
  const reborn = new ReportModel({ ...models, db: stores.db, clock, files: nodeFiles, folder });
  await reborn.load();
  expect(await reborn.makeDue()).toBe(3);
  await Promise.all([reports.makeDue(), reborn.makeDue()]);
  expect(await reborn.list(account)).toHaveLength(3);
  expect(lines()).toHaveLength(5);
});

test.each(['before', 'after'])('a crash %s the line was written adds neither none nor two', async (when) => {
  await wanted();
  clock.set(Date.UTC(2026, 0, 16, 7));
  if (when === 'before') {
    const files = { ...nodeFiles, rename: () => Promise.reject(new Error('no power')) };
    const dying = new ReportModel({ ...models, db: stores.db, clock, files, folder });
    await dying.load();
    await expect(dying.makeDue()).rejects.toThrow('no power');
    expect(readdirSync(join(folder, String(account))).filter((name) => name.endsWith('.txt'))).toEqual([]);
  } else {
    await reports.makeDue();
    await stores.db.updateTable('reports').set({ filed: 0 }).execute();
  }
  await reports.makeDue();
  expect(lines()).toHaveLength(3);
  expect(await reports.list(account)).toHaveLength(1);
});

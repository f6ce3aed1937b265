import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { projectRoot } from '../lib/project-root.ts';
import { systemRandom } from '../lib/random.ts';
import type { Database } from '../models/database.ts';
import { folderSource } from '../models/import/folder-source.ts';
import type { Source } from '../models/import/source.ts';
import type { TakeOverWish } from '../models/import/take-over.ts';
import { type TestStores, testFolder } from './stores.ts';

/** A small EmonCMS; its README says what is special about it. */
export const GOLDEN = join(projectRoot, 'test/data/emoncms');

export function golden(): Source {
  return folderSource({ folder: GOLDEN, records: null, dump: join(GOLDEN, 'emoncms.sql') });
}

export function file(...path: string[]): Buffer {
  return readFileSync(join(...path));
}

const SILENT = { step: () => undefined, bytes: () => undefined };
const WHOLE: TakeOverWish = { account: null, user: null, keys: false, writeKey: null };

/** An empty hub for each test to import into: emptied stores and a storage folder. */
export function importInto(stores: TestStores) {
  let storage = '';
  beforeEach(async () => {
    await stores.clear();
    storage = testFolder('import');
  });
  return {
    storage: () => storage,
    deps(source: Source, wish: Partial<TakeOverWish> = {}, db: Database = stores.db) {
      const folders = { feeds: join(storage, 'feeds'), journal: join(storage, 'journal') };
      const places = { db, ...folders, clock: systemClock, log: createLog('silent') };
      const rest = { storage, progress: SILENT, random: systemRandom, now: 1_700_000_000 };
      return { source, wish: { ...WHOLE, ...wish }, places, ...rest };
    },
    /** Everything an import may change. */
    async hub() {
      const { db } = stores;
      const columns = [
        'id',
        'account',
        'role',
        'username',
        'apikey_read',
        'apikey_write',
        'timezone',
        'language',
      ] as const;
      const users = await db.selectFrom('users').select(columns).orderBy('id').execute();
      const inputs = await db.selectFrom('inputs').selectAll().orderBy('id').execute();
      const feeds = await db.selectFrom('feeds').selectAll().orderBy('id').execute();
      const schedules = await db.selectFrom('schedules').selectAll().orderBy('id').execute();
      const devices = await db.selectFrom('devices').selectAll().orderBy('id').execute();
      const names = existsSync(join(storage, 'feeds')) ? readdirSync(join(storage, 'feeds')).sort() : [];
      const files = names.map((name) => [name, file(storage, 'feeds', name).toString('hex')]);
      return { users, inputs, feeds, schedules, devices, files };
    },
  };
}

/** What the golden folder comes to in an empty hub. */
export function expectGolden({
  users,
  inputs,
  feeds,
  schedules,
  devices,
}: Awaited<ReturnType<ReturnType<typeof importInto>['hub']>>) {
  expect(users).toEqual([
    {
      id: 1,
      account: 1,
      role: 'owner',
      username: 'megan',
      apikey_read: '0123456789abcdef0123456789abcde2',
      apikey_write: '0123456789abcdef0123456789abcde1',
      timezone: 'Europe/London',
      language: 'cy',
    },
    {
      id: 2,
      account: 2,
      role: 'owner',
      username: 'tomos',
      apikey_read: '0123456789abcdef0123456789abcde4',
      apikey_write: '0123456789abcdef0123456789abcde3',
      timezone: 'UTC',
      language: 'en',
    },
  ]);
  expect(
    inputs.map(({ id, account, node, name, process_list }) => [id, account, `${node}/${name}`, process_list]),
  ).toEqual([
    [1, 1, 'emontx/power1', '1:1,4:3'],
    [2, 1, 'emontx/power2', '2:0.5,11:1,1:2,71:15:3'],
    [3, 1, 'emontx/temp', '1:0,1:8,24:0,35:house/temp'],
    [4, 1, '5/odd', '99:3,1:1'],
    [5, 2, 'emontx/power1', '1:12,6:1'],
    [6, 1, 'emontx/peak', 'schedule__if_not_schedule_zero:3,1:7,6:0'],
  ]);
  expect(inputs.map(({ description }) => description)).toEqual(['grid', '', '', 'it\'s "odd"', '', '']);
  expect(
    feeds.map(({ id, account, tag, name, unit, public: open, engine, interval }) => [
      id,
      account,
      tag,
      name,
      unit,
      open,
      engine,
      interval,
    ]),
  ).toEqual([
    [1, 1, 'emontx', 'use', 'W', 1, 5, 10],
    [2, 1, 'Wärme', "Megan's heat pump", 'kW', 0, 5, 10],
    [3, 1, 'emontx', 'daily', 'kWh', 0, 2, 0],
    [4, 1, 'Virtual', 'both', 'kW', 0, 7, 0],
    [7, 1, null, 'not yet', '', 0, 5, 30],
    [8, 1, 'emontx', 'quick', '°C', 0, 5, 5],
    [9, 1, 'old', 'lost', '', 0, 5, 60],
    [12, 2, 'emontx', 'use', 'W', 0, 5, 10],
  ]);
  expect(feeds.find(({ id }) => id === 4)?.process_list).toBe('53:1,2:0.001,55:2,schedule__if_not_schedule_zero:3');
  expect(devices).toMatchObject([
    { id: 1, account: 1, node: 'emontx', name: 'Meter', type: 'emontx4/cm', devicekey: 'a1'.repeat(16) },
  ]);
  expect(schedules).toEqual([{ id: 3, account: 1, name: 'Peak', expression: 'Mon-Fri | 17:00-19:00', public: 0 }]);
}

/** The files of the golden folder as the hub must have them: whole values only. */
export function expectGoldenFiles(storage: string) {
  for (const id of [1, 2, 7, 8, 12]) {
    const source = file(GOLDEN, 'phpfina', `${id}.dat`);
    expect(file(storage, 'feeds', `${id}.dat`), `${id}.dat`).toEqual(source.subarray(0, source.length & ~3));
    expect(file(storage, 'feeds', `${id}.meta`), `${id}.meta`).toEqual(file(GOLDEN, 'phpfina', `${id}.meta`));
  }
  expect(file(storage, 'feeds', `feed_${3}.MYD`)).toEqual(file(GOLDEN, 'phptimeseries/feed_3.MYD').subarray(0, 45));
  expect(file(storage, 'feeds', `${9}.dat`)).toHaveLength(0);
}

/** What the owner of the golden folder has to be told. */
export const NOT_AS_IT_WAS = [
  ['not taken', 'feed 5 (old: ancient)', /MySQL/],
  ['not taken', 'feed 6 (old: broken)', /6\.meta is damaged: it ends at byte 8 of 16/],
  ['not taken', 'feed 13 (emontx: of nobody)', /nobody/],
  ['not taken', '20.dat', /no feed uses it/],
  ['not taken', '2 rows of dashboard', /own pages/],
  ['changed', '2.dat', /3 bytes of a torn value at offset 100/],
  ['changed', 'feed_3.MYD', /4 bytes of a torn value at offset 45/],
  ['changed', '9.dat', /missing/],
  ['changed', 'account tomos', /Mars\/Olympus/],
  ['changed', 'input emontx/temp', /feed 5, which did not come over/],
  ['changed', 'input 5/odd', /99, which Hearth does not know/],
  ['changed', 'input emontx/peak', /input 77/],
] as const;

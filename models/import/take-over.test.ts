import { createReadStream, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { cp, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import {
  expectGolden,
  expectGoldenFiles,
  file,
  GOLDEN,
  golden,
  importInto,
  NOT_AS_IT_WAS,
} from '../../test/emoncms-import.ts';
import { addHousehold, openModels } from '../../test/household.ts';
import { testStores } from '../../test/stores.ts';
import { folderSource } from './folder-source.ts';
import type { Source } from './source.ts';
import { dryRun, takeOver } from './take-over.ts';

const stores = await testStores();
const { storage, deps, hub } = importInto(stores);
test('everything comes over into an empty hub, under its own numbers', async () => {
  const { done, plan } = await takeOver(deps(golden()));
  expect(done).toBe('now');
  expectGolden(await hub());
  expectGoldenFiles(storage());
  const notes = plan?.notes ?? [];
  for (const [kind, what, why] of NOT_AS_IT_WAS) {
    expect(notes).toContainEqual({ kind, what, why: expect.stringMatching(why) });
  }
  expect(notes).toHaveLength(NOT_AS_IT_WAS.length);
  expect(existsSync(join(storage(), 'import', readdirSync(join(storage(), 'import'))[0] ?? 'none'))).toBe(false);
});

describe('afterwards', () => {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  test('the hub gives out the very bytes, keeps the times off the grid and goes on where EmonCMS was', async () => {
    await takeOver(deps(golden()));
    const { series, feeds, users } = await openModels({ stores, folder: storage(), clock: systemClock });
    open.push(series);
    for (const [id, name] of [
      [1, 'phpfina/1.dat'],
      [2, 'phpfina/2.dat'],
      [8, 'phpfina/8.dat'],
      [3, 'phptimeseries/feed_3.MYD'],
    ] as const) {
      const chunks: Buffer[] = [];
      for await (const chunk of series.bytes(id, 0)) chunks.push(Buffer.from(chunk));
      const source = file(GOLDEN, name);
      const whole = source.length - (source.length % (id === 3 ? 9 : 4));
      expect(Buffer.concat(chunks), name).toEqual(source.subarray(0, whole));
    }
    expect(series.meta(2)).toMatchObject({
      interval: 10,
      startTime: 1_700_000_003,
      npoints: 25,
      endTime: 1_700_000_243,
    });
    expect(series.meta(8)).toMatchObject({ interval: 5, npoints: 3000 });
    expect(feeds.last(1)).toEqual({ time: 1_700_000_390, value: Math.fround(234) });
    expect((await users.verify('megan', 'emonpi2016', '127.0.0.1')).ok).toBe(true);
    expect((await users.verify('tomos', 'wet sheep', '127.0.0.1')).ok).toBe(true);
    expect(users.byKey('0123456789ABCDEF0123456789ABCDE1')).toMatchObject({ account: 1, role: 'adult' });
    await series.append([{ kind: 'point', feed: 2, time: 1_700_000_253, value: 7 }]);
    await series.flush('all');
    expect(file(storage(), 'feeds/2.dat').readFloatLE(100)).toBe(7);
    expect(series.health().damages).toEqual([]);
  });
});

test('a packed dump is read as it is; one that is cut short is refused', async () => {
  const packed = gzipSync(file(GOLDEN, 'emoncms.sql'));
  const dump = join(storage(), 'dump.sql.gz');
  writeFileSync(dump, packed.subarray(0, packed.length - 20));
  const source = () => folderSource({ folder: GOLDEN, records: null, dump });
  await expect(takeOver(deps(source()))).rejects.toMatchObject({
    sentence: expect.stringMatching(/dump\.sql\.gz is damaged/),
  });
  writeFileSync(dump, packed);
  await takeOver(deps(source()));
  expectGolden(await hub());
});

test('a second time nothing is done', async () => {
  await takeOver(deps(golden()));
  const before = await hub();
  expect(await takeOver(deps(golden()))).toEqual({ done: 'before', plan: null });
  expect(await hub()).toEqual(before);
});

test('a dry run says the same and changes nothing', async () => {
  const before = await hub();
  const dry = await dryRun(deps(golden()));
  expect(await hub()).toEqual(before);
  expect(readdirSync(storage())).toEqual([]);
  const { plan } = await takeOver(deps(golden()));
  expect(dry.plan?.notes).toEqual(plan?.notes);
  expect(dry.plan?.feeds).toEqual(plan?.feeds);
});

test('the source is left as it was', async () => {
  const copy = join(storage(), 'source');
  await cp(GOLDEN, copy, { recursive: true, preserveTimestamps: true });
  await takeOver(deps(folderSource({ folder: copy, records: null, dump: join(copy, 'emoncms.sql') })));
  for (const name of readdirSync(GOLDEN, { recursive: true, withFileTypes: true })) {
    if (name.isFile())
      expect(file(name.parentPath.replace(GOLDEN, copy), name.name)).toEqual(file(name.parentPath, name.name));
  }
  const { inode, links } = await stats(join(copy, 'phpfina/1.dat'));
  expect(links).toBe(1);
  expect((await stats(join(storage(), 'feeds/1.dat'))).inode).not.toBe(inode);
});

async function stats(path: string) {
  const { ino, nlink } = await stat(path);
  return { inode: ino, links: nlink };
}

describe('into a household that is there', () => {
  test('numbers that are taken change, in lists too; what it has stays', async () => {
    const { db } = stores;
    const other = await addHousehold(db);
    const account = await addHousehold(db);
    await db
      .updateTable('users')
      .set({ username: 'Nain', apikey_write: 'f'.repeat(32) })
      .where('id', '=', account)
      .execute();
    const base = { unit: '', engine: 5, interval: 10, created: 0 };
    await db
      .insertInto('feeds')
      .values([
        { ...base, id: 1, account: other, name: 'x', tag: '' },
        { ...base, id: 3, account, name: 'use', tag: 'emontx' },
      ])
      .execute();
    await db
      .insertInto('inputs')
      .values([
        { id: 2, account, node: 'emontx', name: 'power1', process_list: '' },
        { id: 3, account, node: 'emontx', name: 'temp', process_list: '1:3' },
      ])
      .execute();
    const { plan } = await takeOver(deps(golden(), { account: 'nain', user: 'Megan' }));
    const { users, inputs, feeds } = await hub();
    expect(users).toHaveLength(2);
    expect(users.find(({ id }) => id === account)?.apikey_write).toBe('f'.repeat(32));
    expect(feeds.map(({ id, account: whose, name }) => [id, whose, name])).toEqual([
      [1, other, 'x'],
      [2, account, "Megan's heat pump"],
      [3, account, 'use'],
      [4, account, 'both'],
      [7, account, 'not yet'],
      [8, account, 'quick'],
      [9, account, 'lost'],
      [14, account, 'use 2'],
      [15, account, 'daily'],
    ]);
    expect(feeds.find(({ id }) => id === 4)?.process_list).toBe('53:14,2:0.001,55:2,schedule__if_not_schedule_zero:3');
    expect(inputs.map(({ id, node, name, process_list }) => [id, `${node}/${name}`, process_list])).toEqual([
      [2, 'emontx/power1', '1:14,4:15'],
      [3, 'emontx/temp', '1:3'],
      [4, '5/odd', '99:3,1:14'],
      [6, 'emontx/peak', 'schedule__if_not_schedule_zero:3,1:7,6:0'],
      [7, 'emontx/power2', '2:0.5,11:2,1:2,71:15:15'],
    ]);
    expect(inputs[0]?.description).toBe('grid');
    expect(plan?.notes).toContainEqual({
      kind: 'not taken',
      what: 'the process list of input emontx/temp',
      why: expect.any(String),
    });
    expect(plan?.notes).toContainEqual({ kind: 'not taken', what: 'account tomos', why: expect.any(String) });
    expect(file(storage(), 'feeds/14.dat')).toEqual(file(GOLDEN, 'phpfina/1.dat'));
    expect(file(storage(), 'feeds/feed_15.MYD')).toEqual(file(GOLDEN, 'phptimeseries/feed_3.MYD').subarray(0, 45));
  });

  test('--keys takes the keys, and a second person of the dump can follow', async () => {
    const account = await addHousehold(stores.db);
    await stores.db.updateTable('users').set({ username: 'nain' }).execute();
    await takeOver(deps(golden(), { account: 'nain', keys: true }));
    await takeOver(deps(golden(), { account: 'nain', user: 'tomos' }));
    const { users, feeds } = await hub();
    expect(users).toMatchObject([{ id: account, apikey_write: '0123456789abcdef0123456789abcde1' }]);
    expect(feeds.map(({ id, name }) => [id, name])).toContainEqual([12, 'use 2']);
    expect(feeds).toHaveLength(8);
  });

  test('a folder without a dump belongs to the only one', async () => {
    const account = await addHousehold(stores.db);
    const { plan } = await takeOver(
      deps(folderSource({ folder: join(GOLDEN, 'phpfina'), records: join(GOLDEN, 'phptimeseries'), dump: null })),
    );
    const { feeds } = await hub();
    expect(feeds.map(({ id, account: whose, tag, name }) => [id, whose, tag, name])).toEqual(
      [1, 2, 3, 7, 8, 9, 12, 20].map((id) => [id, account, 'emoncms', `feed ${id}`]),
    );
    expectGoldenFiles(storage());
    expect(plan?.notes.filter(({ kind }) => kind === 'not taken')).toHaveLength(1);
  });
});

describe('broken off', () => {
  /** A source that gives out so many bytes in all and then dies. */
  function dying(after: number): Source {
    const source = golden();
    let left = after;
    return {
      ...source,
      fetch: (wanted, keep, partOf) =>
        source.fetch(wanted, (wish, from, bytes) => keep(wish, from, cutting(bytes)), partOf),
    };
    async function* cutting(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of bytes) {
        const rest = chunk.subarray(0, left);
        left -= rest.length;
        yield rest;
        if (left <= 0) throw new Error('the card was pulled');
      }
    }
  }

  test('while it takes data it goes on where it was', async () => {
    for (const after of [1, 170, 5000, 12_000]) {
      await expect(takeOver(deps(dying(after)))).rejects.toThrow('pulled');
      expect((await hub()).feeds).toEqual([]);
    }
    let fetched = 0;
    const source = golden();
    const counting: Source = {
      ...source,
      fetch: (wanted, keep, partOf) => {
        fetched = wanted.length;
        return source.fetch(wanted, keep, partOf);
      },
    };
    await takeOver(deps(counting));
    expect(fetched).toBeLessThan(6);
    expectGolden(await hub());
    expectGoldenFiles(storage());
  });

  test('while it hands over, the hub is as it was, also when it runs meanwhile', async () => {
    const { db } = stores;
    const broken = new Proxy(db, {
      get(target, name) {
        if (name === 'transaction') return () => ({ execute: () => Promise.reject(new Error('the power failed')) });
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(takeOver(deps(golden(), {}, broken))).rejects.toThrow('power');
    expect((await hub()).feeds).toEqual([]);
    // The draft of a file, as a death in the middle leaves it.
    writeFileSync(join(storage(), 'feeds/8.meta.tmp'), 'x');
    writeFileSync(join(storage(), 'feeds/12.sum'), 'x');
    const models = await openModels({ stores, folder: storage(), clock: systemClock });
    const account = await addHousehold(db);
    const wish = { tag: 'own', engine: 5, interval: 10 };
    let own = 0;
    for (let i = 0; own === 0 && i < 20; i += 1)
      own = await models.feeds.create(account, { ...wish, name: 'mine' }).catch(() => 0);
    await models.feeds.write(own, [{ kind: 'point', feed: own, time: 1_700_000_000, value: 42 }]);
    await models.series.close();

    const { done } = await takeOver(deps(golden()));
    expect(done).toBe('now');
    const { feeds } = await hub();
    const mine = feeds.find(({ name }) => name === 'mine');
    expect(file(storage(), `feeds/${mine?.id}.dat`).readFloatLE(0)).toBe(42);
    expect(feeds).toHaveLength(9);
    expect(
      readdirSync(join(storage(), 'feeds'))
        .filter((name) => /^(8|12)\./.test(name))
        .sort(),
    ).toEqual(['12.dat', '12.meta', '8.dat', '8.meta']);
    const theirs = feeds.find(({ name, tag }) => name === 'quick' && tag === 'emontx');
    expect(file(storage(), `feeds/${theirs?.id}.dat`)).toEqual(file(GOLDEN, 'phpfina/8.dat'));
  });
});

test('a large file is never in memory whole', async () => {
  const folder = join(storage(), 'large');
  await mkdir(folder);
  const meta = Buffer.alloc(16);
  meta.writeUInt32LE(10, 8);
  meta.writeUInt32LE(1_500_000_000, 12);
  writeFileSync(join(folder, '1.meta'), meta);
  writeFileSync(join(folder, '1.dat'), Buffer.alloc(24_000_000, 7));
  await addHousehold(stores.db);
  let largest = 0;
  const source = folderSource({ folder, records: null, dump: null });
  const watched: Source = {
    ...source,
    fetch: (wanted, keep, partOf) =>
      source.fetch(
        wanted,
        (wish, from, bytes) =>
          keep(
            wish,
            from,
            (async function* () {
              for await (const chunk of bytes) {
                largest = Math.max(largest, chunk.length);
                yield chunk;
              }
            })(),
          ),
        partOf,
      ),
  };
  await takeOver(deps(watched));
  expect(largest).toBeLessThanOrEqual(1_048_576);
  const same = createReadStream(join(storage(), 'feeds/1.dat'));
  let bytes = 0;
  for await (const chunk of same) bytes += (chunk as Buffer).every((byte) => byte === 7) ? (chunk as Buffer).length : 0;
  expect(bytes).toBe(24_000_000);
});

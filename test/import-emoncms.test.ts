import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../lib/project-root.ts';
import { expectGolden, expectGoldenFiles, file, GOLDEN, importInto } from './emoncms-import.ts';
import { addHousehold } from './household.ts';
import { newStorage, startHub, type TestHub } from './hub.ts';
import { type TestStores, testFolder, testStores } from './stores.ts';

const WRITE_KEY = '0123456789abcdef0123456789abcde1';
const stores = await testStores();
const { storage, hub: state } = importInto(stores);

function env(of: TestStores = stores, place = storage()): Record<string, string> {
  return { HEARTH_STORAGE: place, HEARTH_MYSQL_URL: of.mysqlUrl, HEARTH_REDIS_URL: of.redisUrl };
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as npm would; `death`: a line after which it is killed, and how many ms after. */
function command(args: readonly string[], settings = env(), death?: readonly [line: string, ms: number]): Promise<Ran> {
  const script = join(projectRoot, 'build/scripts/import/emoncms.js');
  const child = spawn(process.execPath, [script, ...args], { env: { PATH: process.env.PATH ?? '', ...settings } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    if (death && err.includes(death[0])) setTimeout(() => child.kill('SIGKILL'), death[1]);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

const FROM_FOLDER = [
  '--dir',
  join(GOLDEN, 'phpfina'),
  '--phptimeseries',
  join(GOLDEN, 'phptimeseries'),
  '--sql',
  join(GOLDEN, 'emoncms.sql'),
];

async function bytesOf(url: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

test('a household moves: what it had is served by the hub, and what posted goes on posting', async () => {
  const { code, out, err } = await command(FROM_FOLDER);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/takes 7 files: 12\.\d? ?.*MB|takes 7 files/) });
  expect(out).toMatch(/^Taken over: 2 accounts, 6 inputs, 8 feeds, 1 schedule, 1 device, /);
  expect(out).toMatch(/Not taken over:\n(.*\n)* {2}feed 5 \(old: ancient\): its engine, MySQL,/);
  expect(out).toMatch(/Not as it was:\n(.*\n)* {2}2\.dat: 3 bytes of a torn value at offset 100 were left out/);

  const hub = await startHub(env(), storage());
  const ask = (path: string) => `${hub.http}/${path}${path.includes('?') ? '&' : '?'}apikey=${WRITE_KEY}`;
  for (const [id, name, whole] of [
    [1, 'phpfina/1.dat', 160],
    [2, 'phpfina/2.dat', 100],
    [3, 'phptimeseries/feed_3.MYD', 45],
    [8, 'phpfina/8.dat', 12_000],
  ] as const) {
    expect(await bytesOf(ask(`feed/export.json?id=${id}&start=0`)), name).toEqual(
      file(GOLDEN, name).subarray(0, whole),
    );
  }
  expect(await json(ask('feed/getmeta.json?id=2'))).toMatchObject({
    start_time: 1_700_000_003,
    interval: 10,
    npoints: 25,
  });
  expect(await json(ask('feed/data.json?id=8&start=1600000000&end=1600000010&interval=5&timeformat=notime'))).toEqual([
    20, 21, 22,
  ]);
  expect(await json(ask('input/process/get.json?inputid=2'))).toBe('2:0.5,11:1,1:2,71:15:3');

  const form = new URLSearchParams({ username: 'megan', password: 'emonpi2016' });
  const signIn = await fetch(`${hub.http}/user/login.json`, { method: 'POST', body: form });
  expect(await signIn.json()).toMatchObject({ success: true });

  const time = 1_700_000_500;
  expect(await (await fetch(ask(`input/post?node=emontx&time=${time}&fulljson={"power1":321.5}`))).json()).toEqual({
    success: true,
  });
  expect(await json(ask(`feed/value.json?id=1&time=${time}`))).toBe(321.5);
  expect(await hub.stop()).toBe(0);
  expect(file(storage(), 'feeds/1.dat').subarray(0, 160)).toEqual(file(GOLDEN, 'phpfina/1.dat'));
});

test('while a hub runs on the folder it is refused in one sentence', async () => {
  const hub = await startHub(env(), storage());
  expect(await command(FROM_FOLDER)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/A hub is running on .*Stop it/),
  });
  await hub.stop();
});

/** What the command has said last when it is killed, and how long after. */
const DEATHS: [line: string, ms: number][] = [
  ['looks at', 0],
  ['takes', 0],
  ['MB', 0],
  ['MB', 3],
  ['hands over', 0],
  ['hands over', 5],
  ['hands over', 15],
  ['hands over', 30],
  ['hands over', 60],
  ['hands over', 100],
];

test('killed at any moment and run again it ends in the same', async () => {
  for (const death of DEATHS) {
    await command(FROM_FOLDER, env(), death);
    const { users, feeds } = await state();
    expect([
      [0, 0],
      [2, 8],
    ]).toContainEqual([users.length, feeds.length]);
  }
  expect((await command(FROM_FOLDER)).code).toBe(0);
  expectGolden(await state());
  expectGoldenFiles(storage());
  expect((await command(FROM_FOLDER)).out).toMatch(/taken over before/);
  expectGolden(await state());
  expect(readdirSync(join(storage(), 'import'))).toEqual([]);
});

test('a dry run on a folder without a hub says what it would do and makes nothing', async () => {
  const place = join(testFolder('dry'), 'not-yet');
  const { code, out } = await command([...FROM_FOLDER, '--dry-run'], { HEARTH_STORAGE: place });
  expect(code).toBe(0);
  expect(out).toMatch(/^Would be taken over: 2 accounts, 6 inputs, 8 feeds/);
  expect(existsSync(place)).toBe(false);
});

describe('from a running EmonCMS', async () => {
  const theirs = await testStores();
  let source: TestHub | null = null;

  /** Another hub, which answers as EmonCMS does, with the golden household in it. */
  async function emoncms(): Promise<TestHub> {
    if (source) return source;
    const place = newStorage();
    expect((await command(FROM_FOLDER, env(theirs, place))).code).toBe(0);
    source = await startHub(env(theirs, place), place);
    return source;
  }

  beforeEach(async () => {
    const account = await addHousehold(stores.db);
    await stores.db
      .updateTable('users')
      .set({ username: 'megan', apikey_write: 'f'.repeat(32) })
      .where('id', '=', account)
      .execute();
  });

  function expectMegans({ feeds, inputs, schedules }: Awaited<ReturnType<typeof state>>) {
    expect(
      feeds.map(({ id, tag, name, public: open, engine, interval }) => [id, tag, name, open, engine, interval]),
    ).toEqual([
      [1, 'emontx', 'use', 1, 5, 10],
      [2, 'Wärme', "Megan's heat pump", 0, 5, 10],
      [3, 'emontx', 'daily', 0, 2, 0],
      [4, 'Virtual', 'both', 0, 7, 0],
      [7, '', 'not yet', 0, 5, 30],
      [8, 'emontx', 'quick', 0, 5, 5],
      [9, 'old', 'lost', 0, 5, 60],
    ]);
    expect(feeds.find(({ id }) => id === 4)?.process_list).toBe('53:1,2:0.001,55:2,schedule__if_not_schedule_zero:3');
    expect(inputs.map(({ id, process_list }) => [id, process_list])).toContainEqual([2, '2:0.5,11:1,1:2,71:15:3']);
    expect(schedules).toMatchObject([{ id: 3, name: 'Peak' }]);
    for (const [id, whole] of [
      [1, 160],
      [2, 100],
      [8, 12_000],
    ] as const) {
      expect(file(storage(), `feeds/${id}.dat`)).toEqual(file(GOLDEN, `phpfina/${id}.dat`).subarray(0, whole));
      expect(file(storage(), `feeds/${id}.meta`).subarray(8)).toEqual(file(GOLDEN, `phpfina/${id}.meta`).subarray(8));
    }
    expect(file(storage(), 'feeds/feed_3.MYD')).toEqual(file(GOLDEN, 'phptimeseries/feed_3.MYD').subarray(0, 45));
  }

  test('its feeds and inputs come over its own interface', async () => {
    const { http } = await emoncms();
    const { code, out, err } = await command(['--url', `${http}/emoncms`, '--apikey', WRITE_KEY, '--keys']);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toMatch(/^Taken over: 0 accounts, 5 inputs, 7 feeds/);
    const found = await state();
    expectMegans(found);
    expect(found.users).toMatchObject([{ apikey_write: WRITE_KEY }]);
  });

  test('over a line that breaks off it goes on with the bytes it has', async () => {
    const { http } = await emoncms();
    const { server, url, starts } = await flakyLine(http);
    const { code } = await command(['--url', url, '--apikey', WRITE_KEY]);
    server.close();
    expect(code).toBe(0);
    expectMegans(await state());
    expect(starts.some((start) => start > 0)).toBe(true);
  });

  test('a key it does not know, and what is no EmonCMS, are said', async () => {
    const { http } = await emoncms();
    const args = ['--url', http, '--apikey', '0'.repeat(32)];
    expect(await command(args)).toMatchObject({ code: 1, err: expect.stringMatching(/does not take this key/) });
    const away = ['--url', 'http://127.0.0.1:9', '--apikey', WRITE_KEY];
    expect(await command(away)).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be reached/) });
    expect((await state()).feeds).toEqual([]);
  });
});

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Passes questions on and breaks every second answer of bytes off in the middle. */
async function flakyLine(target: string) {
  const starts: number[] = [];
  let exports = 0;
  const server = createServer(async (req, res) => {
    const answer = await fetch(new URL(req.url ?? '/', target), {
      headers: { authorization: req.headers.authorization ?? '' },
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    res.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'content-length': bytes.length,
    });
    if (!req.url?.includes('feed/export')) return res.end(bytes);
    starts.push(Number(new URL(req.url, target).searchParams.get('start')));
    exports += 1;
    if (exports % 2 === 0) return res.end(bytes);
    return res.write(bytes.subarray(0, Math.floor(bytes.length / 2) + 1), () => setTimeout(() => res.destroy(), 50));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, starts };
}

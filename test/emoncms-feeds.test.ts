import { crc32 } from 'node:zlib';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feedActions } from '../controllers/emoncms/feed.ts';
import { HubError } from '../lib/errors.ts';
import { emoncmsApp, keyHolders } from './emoncms-app.ts';
import { EPOCH, testFeeds } from './feeds.ts';
import { testStores } from './stores.ts';

const stores = await testStores();
const t = await testFeeds(stores.db);
afterAll(() => t.series.close());

const KEYS = keyHolders(1, 2, 'Europe/London');
type Caller = 'nobody' | 'read' | 'write' | 'neighbour';

const app = emoncmsApp(feedActions(t), t.series, (key) => {
  const who = KEYS[key];
  if (key !== '' && !who) throw new HubError('HUB_INVALID_KEY');
  return who ?? null;
});

const ids = { secret: 0, open: 0 };
beforeAll(async () => {
  ids.secret = await t.feeds.create(1, { name: 'secret', tag: 'home', engine: 5, unit: 'W' });
  ids.open = await t.feeds.create(1, { name: 'open', tag: 'home', engine: 5 });
  await t.feeds.set(ids.open, { public: true });
  for (const feed of [ids.secret, ids.open]) {
    await t.feeds.write(feed, [{ kind: 'point', feed, time: EPOCH, value: 41.5 }]);
  }
});

async function ask(caller: Caller, address: string) {
  const path = address.replace('{secret}', String(ids.secret)).replace('{open}', String(ids.open));
  const key = caller === 'nobody' ? '' : `${path.includes('?') ? '&' : '?'}apikey=${caller}`;
  const { status, type, text } = await request(app).get(`/${path}${key}`);
  return { status, type, text };
}

const NO_ROUTE = '{"success":false,"message":"406 Not Acceptable. Route not found"}';
const NO_FEED = '{"success":false,"message":"Feed does not exist"}';
const SPAN = `start=${EPOCH}&end=${EPOCH + 10}&interval=10&timeformat=unix`;
const ROWS = `[[${EPOCH},41.5],[${EPOCH + 10},null]]`;

describe('who may see what', () => {
  const strangers: Caller[] = ['nobody', 'neighbour'];
  const cases: [string, Caller[], string, number, string][] = [
    ['a private value', strangers, 'feed/value.json?id={secret}', 406, NO_ROUTE],
    ['a private value', ['read', 'write'], 'feed/value.json?id={secret}', 200, '41.5'],
    ['a public value', [...strangers, 'read'], 'feed/value.json?id={open}', 200, '41.5'],
    ['private data', strangers, `feed/data.json?id={secret}&${SPAN}`, 200, '[]'],
    ['private data', ['read', 'write'], `feed/data.json?id={secret}&${SPAN}`, 200, ROWS],
    ['public data', strangers, `feed/data.json?id={open}&${SPAN}`, 200, ROWS],
    ['private data as CSV', strangers, `feed/csvexport.json?id={secret}&${SPAN}`, 200, '[]'],
    ['some of several', strangers, 'feed/fetch.json?ids={secret},{open},99', 200, '[false,41.5,false]'],
    ['a private file', strangers, 'feed/export.json?id={secret}&start=0', 406, NO_ROUTE],
    ['one’s own list', ['nobody'], 'feed/list.json', 200, 'false'],
    ['one’s own list', ['neighbour'], 'feed/list.json', 200, '[]'],
    ['the list with meta', ['nobody'], 'feed/listwithmeta.json', 200, 'false'],
    ['an id by name', ['nobody'], 'feed/getid.json?name=secret', 200, NO_FEED],
    ['an id by name', ['neighbour'], 'feed/getid.json?name=secret', 200, ''],
    ['a feed that is not there', ['read'], 'feed/aget.json?id=99', 200, NO_FEED],
    ['an action that is not there', ['write'], 'feed/bogus.json?id={secret}', 406, NO_ROUTE],
  ];
  const each = cases.flatMap(([what, callers, ...rest]) => callers.map((caller) => [caller, what, ...rest] as const));
  test.each(each)('%s: %s', async (caller, _, address, status, text) => {
    expect(await ask(caller, address)).toMatchObject({ status, text });
  });

  test.each(strangers)('the public list tells %s of public feeds alone', async (caller) => {
    const { text } = await ask(caller, 'feed/list.json?userid=1');
    expect(JSON.parse(text)).toMatchObject([{ id: String(ids.open), name: 'open', public: '1', value: 41.5 }]);
    expect(text).not.toContain('secret');
  });
});

describe('who may change what', () => {
  const strangers: Caller[] = ['nobody', 'read', 'neighbour'];
  const writes = [
    `feed/insert.json?id={open}&time=${EPOCH}&value=1`,
    `feed/update.json?id={secret}&time=${EPOCH}&value=1`,
    'feed/set.json?id={secret}&fields={"public":1}',
    'feed/delete.json?id={open}',
    'feed/clear.json?id={secret}',
    `feed/trim.json?id={secret}&start_time=${EPOCH}`,
    `feed/scalerange.json?id={secret}&start=0&end=${EPOCH}&value=2`,
    'feed/upload.json?id={secret}&npoints=1',
    'feed/process/set.json?id={secret}&processlist=[]',
  ];
  test.each(writes.flatMap((write) => strangers.map((caller) => [caller, write] as const)))(
    '%s is refused %s and changes nothing',
    async (caller, write) => {
      const before = [t.feeds.list(1), t.feeds.last(ids.secret), t.feeds.last(ids.open)];
      expect(await ask(caller, write)).toMatchObject({ status: 406, text: NO_ROUTE });
      expect([t.feeds.list(1), t.feeds.last(ids.secret), t.feeds.last(ids.open)]).toEqual(before);
    },
  );

  test.each(['nobody', 'read'] as const)('%s cannot create, and hears of no feed', async (caller) => {
    expect(await ask(caller, 'feed/create.json?name=a&tag=b&engine=5')).toMatchObject({ status: 200, text: NO_FEED });
    expect(t.feeds.byName(1, 'b', 'a')).toBeUndefined();
  });
});

describe('bad input is refused whole', () => {
  const failure = (message: string) => JSON.stringify({ success: false, message });
  const old = 'The reading is from before the year 2000.';
  const ahead = 'The reading is more than a day in the future.';
  const cases: [string, string, string][] = [
    ['a time before 2000', 'time=900000000&value=1', failure(old)],
    ['a time in milliseconds', `time=${EPOCH}000&value=1`, failure(ahead)],
    ['an endless value', `time=${EPOCH}&value=1e999`, failure('value is not a finite number')],
    ['nothing', '', failure('missing data parameter')],
    ['half a list', 'data=[[1,2', failure('error decoding json')],
    ['an empty list', 'data=[]', failure('error decoding json')],
    ['numbers that are no pairs', `data=[${EPOCH},5]`, failure('error decoding json')],
    ['one bad time in a batch', `data=[[${EPOCH + 60},9],[${EPOCH + 172800},9]]`, failure(ahead)],
  ];
  test.each(cases)('%s', async (_, query, text) => {
    const points = t.series.meta(ids.secret)?.npoints;
    expect(await ask('write', `feed/insert.json?id={secret}&${query}`)).toMatchObject({ status: 200, text });
    expect(t.series.meta(ids.secret)?.npoints).toBe(points);
  });
});

test('pieces of data files are taken up where the feed ends, or all refused', async () => {
  const feed = await t.feeds.create(1, { name: 'copy', tag: 'sync', engine: 5 });
  const words = (...numbers: number[]) => Buffer.from(new Uint32Array(numbers).buffer);
  const send = async (offset: number, ...values: number[]) => {
    const data = Buffer.from(new Float32Array(values).buffer);
    const piece = Buffer.concat([words(20 + data.length, feed, EPOCH, 10, offset), data]);
    const body = Buffer.concat([piece, words(crc32(piece))]);
    const address = '/emoncms/feed/sync?apikey=write';
    return (await request(app).post(address).type('application/octet-stream').send(body)).body as unknown;
  };
  const meta = (npoints: number) => [
    { id: feed, interval: 10, start_time: EPOCH, npoints, end_time: EPOCH + (npoints - 1) * 10 },
  ];
  expect(await send(0, 1, 2)).toEqual({ success: true, updated_feed_meta: meta(2) });
  expect(await send(8, Number.NaN, 4)).toEqual({ success: true, updated_feed_meta: meta(4) });
  const message = `Upload data_start does not match local npoints for feedid=${feed}`;
  expect(await send(8, 9)).toEqual({ success: false, message });
  const times = [0, 10, 20, 30].map((after) => EPOCH + after);
  expect(await t.series.samples(feed, times)).toEqual([1, 2, null, 4]);
});

test('pages of this name are not JSON: an address without .json is not acceptable', async () => {
  expect(await ask('read', 'feed/value?id={secret}')).toMatchObject({ status: 406, type: 'text/html' });
});

import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import request from 'supertest';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { inputActions } from '../controllers/emoncms/input.ts';
import { processActions } from '../controllers/emoncms/process.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import type { Who } from '../models/who.ts';
import { emoncmsApp, keyHolders } from './emoncms-app.ts';
import { addHousehold, openModels } from './household.ts';
import { testFolder, testStores } from './stores.ts';

const NOW = 1_700_003_600;
const WRITE_KEY = '0123456789abcdef0123456789abcdef';

const stores = await testStores();
const clock = new ManualClock(NOW * 1000);
const models = await openModels({ stores, folder: testFolder(), clock });
const published: [number, string, number | null][] = [];
const actions = [
  ...inputActions({ ...models, clock, publish: (...said) => void published.push(said) }),
  ...processActions(),
];
afterAll(() => models.series.close());

let account: number;
let neighbour: number;
let people: Record<string, Who>;
beforeEach(async () => {
  published.length = 0;
  account = await addHousehold(stores.db, { timezone: 'Europe/Paris' });
  neighbour = await addHousehold(stores.db);
  await stores.db.updateTable('users').set({ apikey_write: null }).execute();
  await stores.db.updateTable('users').set({ apikey_write: WRITE_KEY }).where('id', '=', account).execute();
  await models.users.load();
  const holders = keyHolders(account, neighbour, 'Europe/Paris');
  const guest: Who = { account, user: account, role: 'guest', by: 'session', timezone: 'Europe/Paris' };
  people = { ...holders, guest };
});

const app = emoncmsApp(actions, models.series, (key) => people[key] ?? null);

async function get(path: string, query: Record<string, string | number> = {}, as = 'write') {
  const { status, type, text } = await request(app)
    .get(`/${path}`)
    .query({ ...query, apikey: as });
  return { status, type, text };
}

async function post(path: string, form: Record<string, string | number>, as = 'write') {
  const { text } = await request(app).post(`/${path}`).query({ apikey: as }).type('form').send(form);
  return text;
}

/** What the household's inputs say, `node/name` → [time, value]. */
function said(of = account) {
  return Object.fromEntries(
    models.inputs.list(of).map(({ node, name, time, value }) => [`${node}/${name}`, [time, value]]),
  );
}

const T = 1_700_000_000;
const fail = (message: string) => `{"success": false, "message": "${message}"}`;

describe('input/post', () => {
  const accepted: readonly [string, Record<string, string | number>, string, Record<string, unknown>][] = [
    ['loose JSON', { node: 'n', json: '{a:1,b:-2.5}', time: T }, 'ok', { 'n/a': [T, 1], 'n/b': [T, -2.5] }],
    ['strict JSON', { node: 'n', json: '{"a":1e3,"b":null}', time: T }, 'ok', { 'n/a': [T, 1000], 'n/b': [T, 0] }],
    ['CSV', { node: 'n', csv: '1,null,+3', time: T }, 'ok', { 'n/1': [T, 1], 'n/2': [T, 0], 'n/3': [T, 3] }],
    ['a CSV of zero', { node: 'n', csv: '0', time: T }, 'ok', { 'n/1': [T, 0] }],
    ['data that is JSON', { node: 'n', data: '{a:1}', time: T }, 'ok', { 'n/a': [T, 1] }],
    ['data that is CSV', { node: 'n', data: '7,8', time: T }, 'ok', { 'n/1': [T, 7], 'n/2': [T, 8] }],
    [
      'full JSON',
      { node: 'n', fulljson: '{"a":"12.5","b":"5 W","c":null,"d":true,"e":"null"}', time: T },
      '{"success": true}',
      { 'n/a': [T, 12.5], 'n/b': [T, 5], 'n/c': [T, 0], 'n/d': [T, 1], 'n/e': [T, null] },
    ],
    ['a list', { node: 'n', fulljson: '[10,20]', time: T }, '{"success": true}', { 'n/0': [T, 10], 'n/1': [T, 20] }],
    ['a time of its own', { node: 'n', fulljson: `{"a":1,"time":${T}}` }, '{"success": true}', { 'n/a': [T, 1] }],
    [
      'a time in words, in the household’s zone',
      { node: 'n', fulljson: '{"a":1,"time":"2023-11-14 23:13:20"}' },
      '{"success": true}',
      { 'n/a': [T, 1] },
    ],
    [
      'Time is an input too',
      { node: 'n', fulljson: `{"a":1,"Time":${T}}` },
      '{"success": true}',
      { 'n/a': [T, 1], 'n/Time': [T, T] },
    ],
    [
      'a time given beside wins',
      { node: 'n', fulljson: `{"a":1,"time":${T}}`, time: T + 100 },
      '{"success": true}',
      { 'n/a': [T + 100, 1], 'n/time': [T + 100, T] },
    ],
    ['a time that is none', { node: 'n', csv: '1', time: 'rubbish' }, 'ok', { 'n/1': [NOW, 1] }],
    ['no time', { node: 'n', csv: '1' }, 'ok', { 'n/1': [NOW, 1] }],
    ['no node', { csv: '1', time: T }, 'ok', { '0/1': [T, 1] }],
    [
      'odd characters',
      { node: 'a/b:c*', fulljson: '{"wär/me":1}', time: T },
      '{"success": true}',
      { 'abc/wärme': [T, 1] },
    ],
    [
      'json before csv before data',
      { node: 'n', data: '{b:2}', csv: '5', json: '{a:1}', time: T },
      'ok',
      { 'n/a': [T, 1] },
    ],
  ];
  test.each(accepted)('%s', async (_name, fields, answer, expected) => {
    expect(await get('input/post', fields)).toEqual({ status: 200, type: 'text/plain', text: answer });
    expect(said()).toEqual(expected);
    expect(await post('input/post', fields)).toBe(answer);
  });

  const refused: readonly [string, Record<string, string | number>, string][] = [
    ['no data', { node: 'n' }, 'Request contains no data via csv, json or data tag'],
    ['empty data', { node: 'n', json: '' }, 'Request contains no data via csv, json or data tag'],
    ['text in loose JSON', { json: '{a:1,b:abc}' }, 'Format error, json value is not numeric'],
    ['a hexadecimal number', { json: '{a:0x1A}' }, 'Format error, json value is not numeric'],
    ['no key', { json: '{:5}' }, 'Format error, json key missing or invalid character'],
    ['text in CSV', { csv: '1,abc' }, 'Format error: csv value is not numeric'],
    ['an empty field', { csv: '1,,3' }, 'Format error: csv value is not numeric'],
    ['full JSON that is none', { fulljson: '{a:1}' }, 'Input in not a valid JSON object'],
    ['a bare number', { fulljson: '5' }, 'Input in not a valid JSON object'],
    ['an object within', { fulljson: '{"a":{"b":1},"c":2}' }, 'Input in not a valid JSON object'],
    ['milliseconds', { csv: '1', time: '1700000000000' }, 'The reading is more than a day in the future.'],
    ['a clock never set', { csv: '1', time: 86_400 }, 'The reading is from before the year 2000.'],
  ];
  test.each(refused)('%s is refused whole', async (_name, fields, sentence) => {
    expect(await get('input/post', fields)).toEqual({ status: 200, type: 'text/plain', text: fail(sentence) });
    expect(said()).toEqual({});
  });

  test('the node may stand in the path, with or without an extension', async () => {
    await get('input/post/n7', { csv: 1, time: T });
    await get('input/post/n8.json', { csv: 2, time: T });
    expect(said()).toEqual({ 'n7/1': [T, 1], 'n8/1': [T, 2] });
  });

  test('mqttpub=1 publishes what was known before', async () => {
    await get('input/post', { node: 'n', json: '{a:1}', time: T });
    await get('input/post', { node: 'n', json: '{a:2,b:3}', time: T + 10, mqttpub: 1 });
    expect(published).toEqual([[account, 'emon/n/a', 2]]);
  });

  test('the 33rd node is refused by name, and of a bulk nothing is taken', async () => {
    const rows = Array.from({ length: 32 }, (_, at) => [0, `node${at}`, 1]);
    expect(await post('input/bulk', { data: JSON.stringify(rows), time: T })).toBe('ok');
    const sentence =
      "Error: Reached the maximal allowed number of different NodeIds, limit is 32. Node 'new' was ignored.";
    expect((await get('input/post', { node: 'new', csv: 1, time: T })).text).toBe(fail(sentence));
    expect((await get('input/bulk', { data: '[[9,"node1",5],[9,"new",5]]', time: T })).text).toBe(fail(sentence));
    expect(said()['node1/1']).toEqual([T, 1]);
    expect((await get('input/post', { node: 'node31', csv: 2, time: T })).text).toBe('ok');
  });
});

describe('input/bulk', () => {
  const accepted: readonly [string, Record<string, string | number>, Record<string, unknown>][] = [
    [
      'rows from a time',
      { data: '[[0,16,1137],[2,17,1437,3164]]', time: T },
      { '16/1': [T, 1137], '17/1': [T + 2, 1437], '17/2': [T + 2, 3164] },
    ],
    ['sent at', { data: '[[520,"s",1],[535,"s",3]]', sentat: 543 }, { 's/1': [NOW - 8, 3] }],
    ['an offset', { data: '[[-10,"o",1],[-6,"o",3]]', offset: -10 }, { 'o/1': [NOW + 4, 3] }],
    ['neither: the last row is now', { data: `[[${T},"l",1],[${T + 10},"l",2]]` }, { 'l/1': [NOW, 2] }],
    ['absolute times', { data: `[[${T},"a",1]]`, time: 0 }, { 'a/1': [T, 1] }],
    [
      'named values take up no place',
      { data: '[[0,"m",5,{"t":21.5},7]]', time: T },
      { 'm/1': [T, 5], 'm/t': [T, 21.5], 'm/2': [T, 7] },
    ],
    [
      'what is no number is zero',
      { data: '[[0,"z","1.5","abc","",null]]', time: T },
      { 'z/1': [T, 1.5], 'z/2': [T, 0], 'z/3': [T, 0], 'z/4': [T, 0] },
    ],
    ['fractions of a second are cut off', { data: '[[1.9,"f",2]]', time: '1700000000.9' }, { 'f/1': [T + 1, 2] }],
    ['no node', { data: '[[0,null,1],[1,"",2]]', time: T }, { '0/1': [T + 1, 2] }],
    ['short rows are passed over', { data: '[[0,"s"],[1,"s",5]]', time: T }, { 's/1': [T + 1, 5] }],
    ['out of order', { data: '[[10,"u",2],[0,"u",1]]', time: T }, { 'u/1': [T, 1] }],
    ['compressed', { data: deflateSync('[[0,"zip",42]]').toString('hex'), c: 1, time: T }, { 'zip/1': [T, 42] }],
  ];
  test.each(accepted)('%s', async (_name, fields, expected) => {
    expect(await post('input/bulk', fields)).toBe('ok');
    expect(said()).toEqual(expected);
  });

  test('a compressed body', async () => {
    const body = deflateSync('[[0,"cb",43]]');
    const query = { cb: 1, time: T, apikey: 'write' };
    const { text } = await request(app).post('/input/bulk').query(query).type('application/octet-stream').send(body);
    expect(text).toBe('ok');
    expect(said()).toEqual({ 'cb/1': [T, 43] });
  });

  const NOT_JSON = 'Format error, json string supplied is not valid';
  const refused: readonly [string, Record<string, string | number>, string][] = [
    ['no data', {}, NOT_JSON],
    ['an empty list', { data: '[]' }, NOT_JSON],
    ['half a list', { data: '[[0,16,1' }, NOT_JSON],
    ['an object', { data: '{"a":1}' }, NOT_JSON],
    ['a flat list', { data: '[0,16,1]' }, 'Format error, last item in bulk data does not contain any data'],
    ['an empty last row', { data: '[[0,16,1],[]]' }, 'Format error, last item in bulk data does not contain any data'],
    ['an object for a node', { data: '[[0,"n",1],[0,{"a":1},1]]' }, 'Format error, node must not be an object'],
    ['hexadecimal that is none', { data: 'zz', c: 1 }, 'Format error, compressed hex not valid'],
    ['hexadecimal that is not compressed', { data: 'abcd', c: 1 }, 'Format error, compressed hex not valid'],
    ['one row of 1970', { data: `[[${T},"n",1],[5,"n",1]]`, time: 0 }, 'The reading is from before the year 2000.'],
  ];
  test.each(refused)('%s is refused whole', async (_name, fields, sentence) => {
    expect(await post('input/bulk', { time: T, ...fields })).toBe(fail(sentence));
    expect(said()).toEqual({});
  });
});

describe('an encrypted post', () => {
  function sealed(plain: string, { key = WRITE_KEY, as = account } = {}) {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'hex'), iv);
    const body = Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString('base64url');
    const signature = createHmac('sha256', Buffer.from(WRITE_KEY, 'hex')).update(plain).digest('hex');
    return request(app)
      .post('/input/post')
      .set('Content-Type', 'aes128cbc')
      .set('Authorization', `${as}:${signature}`)
      .send(body);
  }
  const plain = `node=enc&csv=42&time=${T}`;

  test('is opened, taken and answered with its digest', async () => {
    const { text } = await sealed(plain);
    expect(text).toBe(createHash('sha256').update(plain).digest('base64url'));
    expect(said()).toEqual({ 'enc/1': [T, 42] });
  });

  test.each([
    ['under another key', { key: 'ff'.repeat(16) }],
    ['of another account', { as: 1_000_000 }],
  ])('%s is not', async (_name, how) => {
    const { status, text } = await sealed(plain, how);
    expect([status, text]).toEqual([200, 'invalid data']);
    expect(said()).toEqual({});
  });
});

describe('who may', () => {
  const EMPTY = { status: 200, type: 'text/plain', text: '' };
  const NO = { status: 200, type: 'application/json', text: 'false' };
  const cases: readonly [string, readonly string[], Record<string, string | number>, unknown][] = [
    ['input/post', ['nobody', 'read', 'guest'], { node: 'n', csv: 9 }, EMPTY],
    ['input/bulk', ['nobody', 'read', 'guest'], { data: '[[0,"n",9]]' }, EMPTY],
    ['input/list.json', ['nobody'], {}, NO],
    ['input/get', ['nobody'], {}, NO],
    ['input/set.json', ['nobody', 'read', 'guest', 'neighbour'], { inputid: '{id}', fields: '{"name":"x"}' }, NO],
    ['input/delete.json', ['nobody', 'read', 'guest', 'neighbour'], { inputid: '{id}' }, NO],
    ['input/process/get.json', ['nobody', 'read', 'guest', 'neighbour'], { inputid: '{id}' }, NO],
    ['input/process/set.json', ['nobody', 'read', 'guest', 'neighbour'], { inputid: '{id}', processlist: '[]' }, NO],
    ['input/clean', ['nobody', 'read', 'guest'], {}, NO],
    ['input/disable.json', ['nobody', 'read', 'guest'], {}, NO],
    ['input/bogus.json', ['nobody', 'read', 'write'], {}, NO],
    ['process/list.json', ['nobody'], {}, NO],
  ];
  test.each(cases)('%s: not %j', async (path, strangers, query, answer) => {
    await get('input/post', { node: 'n', json: '{a:1}', time: T });
    const [input] = models.inputs.list(account);
    const filled = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, value === '{id}' ? (input?.id ?? 0) : value]),
    );
    for (const stranger of strangers) expect(await get(path, filled, stranger)).toEqual(answer);
    expect(models.inputs.list(account)).toEqual([input]);
    expect(models.users.account(account)?.inputsDisabled).toBe(false);
  });

  test('a neighbour sees and steps on nothing of ours', async () => {
    await get('input/post', { node: 'n', json: '{secret:1}', time: T });
    for (const path of ['input/list.json', 'input/get', 'input/get_inputs.json', 'input/get/n']) {
      expect((await get(path, {}, 'neighbour')).text).not.toContain('secret');
    }
    await get('input/post', { node: 'n', json: '{secret:2}', time: T }, 'neighbour');
    expect(said()).toEqual({ 'n/secret': [T, 1] });
    const [mine] = models.inputs.list(account);
    const [theirs] = models.inputs.list(neighbour);
    const list = `[{"fn":"process__add_input","args":[${theirs?.id}]}]`;
    expect(await post(`input/process/set.json?inputid=${mine?.id}`, { processlist: list })).toContain('Invalid input');
  });
});

describe('what is shown and changed', () => {
  beforeEach(async () => {
    await get('input/post', { node: 'e', json: '{p1:1,p2:2}', time: T });
    await get('input/post', { node: '0', csv: '4', time: T });
  });
  const ids = () => models.inputs.list(account).map(({ id }) => id);

  test('lists and values', async () => {
    const [p1, p2, one] = ids();
    expect(JSON.parse((await get('input/list.json', {}, 'read')).text)).toEqual([
      { id: `${p1}`, nodeid: 'e', name: 'p1', description: '', processList: '', time: T, value: 1 },
      { id: `${p2}`, nodeid: 'e', name: 'p2', description: '', processList: '', time: T, value: 2 },
      { id: `${one}`, nodeid: '0', name: '1', description: '', processList: '', time: T, value: 4 },
    ]);
    expect(JSON.parse((await get('input/get_inputs.json', {}, 'read')).text)).toEqual({
      e: { p1: { id: `${p1}`, processList: '' }, p2: { id: `${p2}`, processList: '' } },
      0: { 1: { id: `${one}`, processList: '' } },
    });
    const value = '{"time":1700000000,"value":2,"processList":""}';
    expect((await get('input/get/e/p2', {}, 'read')).text).toBe(value);
    expect((await get('input/get', { node: 'e', name: 'p2' }, 'read')).text).toBe(value);
    expect((await get('input/get', { node: 'x' }, 'read')).text).toBe('"Node does not exist"');
    expect((await get('input/get', { node: 'e', name: 'x' }, 'read')).text).toBe('"Node variable does not exist"');
    expect((await get('input/get', {}, 'neighbour')).text).toBe('[]');
  });

  test('names and descriptions', async () => {
    const [p1, p2] = ids();
    const set = async (fields: string, inputid = p1) =>
      (await get('input/set.json', { inputid: inputid ?? 0, fields })).text;
    expect(await set('{"description":"Power one"}')).toBe(
      `{"success":true,"message":"Field updated","inputid":${p1},"fields":{"description":"Power one"}}`,
    );
    expect(await set('{"name":"a.b"}')).toBe('{"success":false,"message":"invalid characters in input name"}');
    expect(await set('{"description":"a<b"}')).toBe(
      '{"success":false,"message":"invalid characters in input description"}',
    );
    expect(await set('{"foo":1}')).toBe('{"success":false,"message":"Field could not be updated"}');
    expect(await set('{"name":"p1"}', p2)).toBe('{"success":false,"message":"Field could not be updated"}');
    const described = await post('input/set-descriptions.json', {
      inputs: `[{"id":${p1},"description":"new"},{"id":9999999,"description":"x"}]`,
    });
    expect(JSON.parse(described)).toEqual({
      success: true,
      results: {
        [`${p1}`]: { success: true, message: 'Description updated' },
        9999999: { success: false, message: 'Access denied' },
      },
    });
    await get('input/set-node-input-descriptions.json', { node: 'e', names: 'a,b,c' });
    expect(models.inputs.list(account).map(({ description }) => description)).toEqual(['a', 'b', '']);
  });

  test('process lists', async () => {
    const [p1] = ids();
    const feed = await models.feeds.create(account, { name: 'f', tag: 't', engine: 5 });
    const list = `[{"fn":"process__scale","args":[0.5]},{"fn":"process__log_to_feed","args":[${feed}]}]`;
    const path = `input/process/set.json?inputid=${p1}`;
    expect(await post(path, { processlist: list })).toBe(
      `{"success":true,"message":"Input processlist updated","encoded_processlist":"2:0.5,1:${feed}"}`,
    );
    expect(await post(path, { processlist: list })).toContain(
      '"success":false,"message":"Input processlist was not updated"',
    );
    expect(await post(path, { processlist: `1:${feed}` })).toBe(
      '{"success":false,"message":"Invalid process list format: "}',
    );
    expect((await get('input/process/get.json', { inputid: p1 ?? 0 })).text).toBe(`"2:0.5,1:${feed}"`);
    await models.feeds.remove(feed);
    expect((await get('input/cleanprocesslistfeeds.json')).text).not.toBe('');
    expect(models.inputs.find(p1 ?? 0)?.processList).toBe('2:0.5');
    expect((await get('input/cleanprocesslistfeeds.json')).text).toBe('');
    expect((await get('input/clean')).text).toBe('Deleted 2 inputs');
    expect(ids()).toEqual([p1]);
  });

  test('deleting', async () => {
    const [p1, p2, one] = ids();
    expect((await get('input/delete.json', { inputid: p1 ?? 0 })).text).toBe(
      `{"success":true,"message":"Input deleted","userid":${account},"inputid":${p1}}`,
    );
    expect((await get('input/delete.json', { inputid: p1 ?? 0 })).text).toBe('false');
    expect((await get('input/delete.json', { inputids: `[${p2},${one}]` })).text).toContain('"success":true');
    expect(ids()).toEqual([]);
  });

  test('switching off what makes new inputs', async () => {
    expect((await get('input/disable.json')).text).toBe(
      `{"success":true,"userid":${account},"message":"Input creation disabled"}`,
    );
    expect((await get('input/isdisabled.json')).text).toBe('true');
    expect((await get('input/post', { node: 'new', csv: 1, time: T })).text).toBe('ok');
    expect(said()).not.toHaveProperty('new/1');
    expect((await get('input/enable.json')).text).toContain('Input creation enabled');
    expect((await get('input/isdisabled.json')).text).toBe('false');
  });
});

test('process/list names each process as EmonCMS does', async () => {
  const all = JSON.parse((await get('process/list.json', {}, 'read')).text);
  expect(all.process__scale).toEqual({
    id_num: 2,
    name: 'x',
    short: 'x',
    function: 'scale',
    args: [{ type: 0, default: 1 }],
    group: 'Calibration',
    input_context: true,
    virtual_feed_context: true,
    description: expect.any(String),
  });
  const inputs = JSON.parse((await get('process/list.json', { context: 0 }, 'read')).text);
  expect([inputs.process__log_to_feed?.id_num, inputs.process__source_feed_data_time]).toEqual([1, undefined]);
  expect(JSON.parse((await get('process/map.json', {}, 'read')).text)[65]).toBe('process__log_to_feed_join');
});

import { beforeEach, describe, expect, test } from 'vitest';
import { connectMysql } from '../app/connections/mysql.ts';
import { systemClock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../test/household.ts';
import { testFolder, testStores } from '../test/stores.ts';
import type { Reading } from './input.ts';
import type { ProcessStep } from './process/process-list.ts';
import type { Series } from './timeseries/series.ts';

const stores = await testStores();
const T = 1_700_000_000;

let clock: ManualClock;
let folder: string;
let models: TestModels;
let account: number;

beforeEach(async () => {
  clock = new ManualClock((T + 3600) * 1000);
  folder = testFolder();
  account = await addHousehold(stores.db);
  models = await openModels({ stores, folder, clock });
});

function say(node: string, after: number, values: Record<string, number | null>): Reading {
  return { node, time: T + after, values: Object.entries(values) };
}

function step(name: string, ...args: (string | number)[]): ProcessStep {
  return { key: `process__${name}`, args: args.map(String) };
}

async function feed(name: string): Promise<number> {
  return await models.feeds.create(account, { name, tag: 't', engine: 5, interval: 10 });
}

function input(node: string, name: string) {
  const found = models.inputs.byName(account, node, name);
  if (!found) throw new Error(`no input ${node}/${name}`);
  return found;
}

async function samples(id: number, ...after: number[]) {
  return await models.series.samples(
    id,
    after.map((seconds) => T + seconds),
  );
}

describe('a packet', () => {
  test('makes its inputs, once, and keeps what they say', async () => {
    await Promise.all([
      models.inputs.receive(account, [say('n', 0, { a: 1, b: null })]),
      models.inputs.receive(account, [say('n', 10, { a: 2, c: 3 })]),
    ]);
    const shown = models.inputs.list(account).map(({ node, name, time, value }) => [node, name, time, value]);
    expect(shown).toEqual([
      ['n', 'a', T + 10, 2],
      ['n', 'b', T, null],
      ['n', 'c', T + 10, 3],
    ]);
    expect(await stores.db.selectFrom('inputs').where('account', '=', account).selectAll().execute()).toHaveLength(3);
  });

  test('has its names cleaned, and cleaned names meet the same input', async () => {
    await models.inputs.receive(account, [say('a/b:c', 0, { 'p/1': 1 })]);
    await models.inputs.receive(account, [say('abc', 10, { p1: 2 })]);
    expect(models.inputs.list(account).map(({ node, name, value }) => [node, name, value])).toEqual([['abc', 'p1', 2]]);
  });

  test('gives all its inputs their values before the first list runs', async () => {
    await models.inputs.receive(account, [say('p', -100, { x: 0, y: 0 })]);
    const out = await feed('sum');
    await models.inputs.setProcessList(account, input('p', 'x').id, [
      step('add_input', input('p', 'y').id),
      step('log_to_feed', out),
    ]);
    await models.inputs.receive(account, [say('p', 0, { x: 1, y: 10 })]);
    await models.inputs.receive(account, [say('p', 10, { x: 2 })]);
    await models.inputs.receive(account, [say('p', 20, { x: 3, y: 30 }), say('p', 30, { x: 4 })]);
    expect(await samples(out, 0, 10, 20, 30)).toEqual([11, 12, 33, 34]);
  });

  test('shows later lists what earlier ones posted', async () => {
    await models.inputs.receive(account, [say('p', -100, { x: 0, y: 0 })]);
    const [first, second] = [await feed('first'), await feed('second')];
    await models.inputs.setProcessList(account, input('p', 'x').id, [step('log_to_feed', first)]);
    await models.inputs.setProcessList(account, input('p', 'y').id, [
      step('add_feed', first),
      step('log_to_feed', second),
    ]);
    await models.inputs.receive(account, [say('p', 0, { x: 5, y: 1 })]);
    expect(await samples(second, 0)).toEqual([6]);
  });

  test('publishes after it is stored', async () => {
    await models.inputs.receive(account, [say('p', 0, { x: 0 })]);
    await models.inputs.setProcessList(account, input('p', 'x').id, [step('publish_to_mqtt', 'house/power')]);
    await models.inputs.receive(account, [say('p', 10, { x: 7 })]);
    expect(models.published).toEqual([[account, 'house/power', 7]]);
  });

  test('of another household touches nothing of ours', async () => {
    const neighbour = await addHousehold(stores.db);
    await models.inputs.receive(account, [say('n', 0, { a: 1 })]);
    await models.inputs.receive(neighbour, [say('n', 10, { a: 2 })]);
    expect(input('n', 'a').value).toBe(1);
    expect(await models.inputs.set(neighbour, input('n', 'a').id, { description: 'mine' })).toBe(false);
    expect(await models.inputs.remove(neighbour, [input('n', 'a').id])).toEqual([]);
  });
});

describe('a packet is refused whole', () => {
  const cases: readonly [string, Reading[], string][] = [
    ['from before 2000', [say('n', 0, { a: 1 }), { node: 'n', time: 0, values: [['b', 1]] }], 'HUB_TIME_TOO_OLD'],
    ['from too far ahead', [say('n', 0, { a: 1 }), say('n', 3600 + 86_401, { b: 1 })], 'HUB_TIME_AHEAD'],
    ['without a time', [{ node: 'n', time: Number.NaN, values: [['a', 1]] }], 'HUB_TIME_TOO_OLD'],
    ['with a nameless input', [say('n', 0, { a: 1, ':': 1 })], 'HUB_BAD_REQUEST'],
    ['with an endless name', [say('n', 0, { ['a'.repeat(65)]: 1 })], 'HUB_BAD_REQUEST'],
    ['with one node too many', [say('n', 0, { a: 1 }), say('m', 0, { a: 1 })], 'HUB_NODE_LIMIT'],
  ];
  test.each(cases)('%s', async (_name, readings, code) => {
    await expect(models.inputs.receive(account, readings, { nodeLimit: 1 })).rejects.toMatchObject({ code });
    expect(models.inputs.list(account)).toEqual([]);
  });

  test('a day ahead to the second is taken', async () => {
    await models.inputs.receive(account, [say('n', 3600 + 86_400, { a: 1 })]);
    expect(input('n', 'a').value).toBe(1);
  });

  test('5000 inputs are enough', async () => {
    const many = Array.from({ length: 5001 }, (_, at) => [`x${at}`, 1] as const);
    const refused = models.inputs.receive(account, [{ node: 'n', time: T, values: many }]);
    await expect(refused).rejects.toMatchObject({ code: 'HUB_NODE_LIMIT' });
    await models.inputs.receive(account, [{ node: 'n', time: T, values: many.slice(1) }]);
    await expect(models.inputs.receive(account, [{ node: 'n', time: T, values: many }])).rejects.toThrow(
      /at most 5000/,
    );
    expect(models.inputs.list(account)).toHaveLength(5000);
  });

  test('the sentence names the node', async () => {
    const refused = models.inputs.receive(account, [say('x', 0, { a: 1 })], { nodeLimit: 0 });
    await expect(refused).rejects.toThrow(
      "Error: Reached the maximal allowed number of different NodeIds, limit is 0. Node 'x' was ignored.",
    );
  });

  test('nodes that come all at once stay within the limit, and what was refused makes no lasting claim', async () => {
    const packets = Array.from({ length: 20 }, (_, at) =>
      models.inputs.receive(account, [say(`n${at}`, 0, { a: 1 })], { nodeLimit: 7 }),
    );
    const taken = (await Promise.allSettled(packets)).map(({ status }) => status === 'fulfilled');
    expect(taken).toEqual(Array.from({ length: 20 }, (_, at) => at < 7));
    expect(models.inputs.list(account)).toHaveLength(7);
    await models.inputs.receive(account, [say('n8', 10, { a: 1 })], { nodeLimit: 8 });
    expect(models.inputs.list(account)).toHaveLength(8);
  });

  test('known nodes do not count against the limit', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1 })]);
    await models.inputs.receive(account, [say('n', 10, { a: 2, b: 3 })], { nodeLimit: 1 });
    expect(models.inputs.list(account)).toHaveLength(2);
  });
});

describe('while the disk takes nothing', () => {
  test('the packet is refused, the next one is taken, and both leave feeds and lists whole', async () => {
    let broken = false;
    const wrap = (series: Series): Series =>
      Object.assign(Object.create(series) as Series, bound(series), {
        append: (changes: Parameters<Series['append']>[0]) =>
          broken ? Promise.reject(new HubError('HUB_STORAGE')) : series.append(changes),
      });
    models = await openModels({ stores, folder: testFolder(), clock, wrap });
    await models.inputs.receive(account, [say('p', -100, { x: 0 })]);
    const [log, energy] = [await feed('log'), await feed('energy')];
    await models.inputs.setProcessList(account, input('p', 'x').id, [
      step('log_to_feed', log),
      step('power_to_kwh', energy),
    ]);
    await models.inputs.receive(account, [say('p', 0, { x: 1000 })]);
    broken = true;
    await expect(models.inputs.receive(account, [say('p', 10, { x: 1000 })])).rejects.toMatchObject({
      code: 'HUB_STORAGE',
    });
    broken = false;
    await models.inputs.receive(account, [say('p', 20, { x: 1000 })]);
    expect(await samples(log, 0, 10, 20)).toEqual([1000, null, 1000]);
    expect(models.feeds.last(energy)?.value).toBeCloseTo(20 / 3600, 9);
  });
});

describe('while MySQL and Redis are away', () => {
  test('known inputs go on, new ones are refused and taken later', async () => {
    const mysql = await connectMysql({ url: stores.mysqlUrl, clock: systemClock, log: createLog('silent') });
    models = await openModels({ stores: { db: mysql.db, redis: null }, folder: testFolder(), clock });
    await models.inputs.receive(account, [say('p', -100, { x: 0 })]);
    const out = await feed('out');
    await models.inputs.setProcessList(account, input('p', 'x').id, [step('log_to_feed', out)]);
    await mysql.close();
    const fresh = expect(models.inputs.receive(account, [say('q', 0, { x: 1 })])).rejects.toMatchObject({
      code: 'HUB_STORE_AWAY',
    });
    await models.inputs.receive(account, [say('p', 0, { x: 5 })]);
    await fresh;
    await expect(models.inputs.receive(account, [say('p', 10, { x: 6, y: 7 })])).rejects.toMatchObject({
      code: 'HUB_STORE_AWAY',
    });
    await models.inputs.receive(account, [say('p', 20, { x: 7 })]);
    expect(await samples(out, 0, 10, 20)).toEqual([5, null, 7]);
  });
});

describe('the registry', () => {
  test('renames within a node, never over another', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1, b: 2 })]);
    expect(await models.inputs.set(account, input('n', 'a').id, { name: 'b' })).toBe(false);
    expect(await models.inputs.set(account, input('n', 'a').id, { name: 'c', description: 'sea' })).toBe(true);
    await models.inputs.receive(account, [say('n', 10, { c: 5 })]);
    expect(models.inputs.list(account).map(({ name, description, value }) => [name, description, value])).toEqual([
      ['c', 'sea', 5],
      ['b', '', 2],
    ]);
  });

  test('cleans away inputs without a list', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1, b: 2 }), say('m', 0, { a: 3 })]);
    await models.inputs.setProcessList(account, input('n', 'b').id, [step('scale', 2)]);
    expect(await models.inputs.clean(account)).toBe(2);
    expect(models.inputs.list(account).map(({ name }) => name)).toEqual(['b']);
    await models.inputs.receive(account, [say('m', 10, { a: 4 })]);
    expect(input('m', 'a').value).toBe(4);
  });

  test('tells whether a list changed', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1 })]);
    const { id } = input('n', 'a');
    expect(await models.inputs.setProcessList(account, id, [step('scale', 2)])).toBe(true);
    expect(await models.inputs.setProcessList(account, id, [step('scale', 2)])).toBe(false);
    expect(input('n', 'a').processList).toBe('2:2');
  });

  test('switches a list off that goes in a circle', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1 })]);
    const out = await feed('out');
    const { id } = input('n', 'a');
    await models.inputs.setProcessList(account, id, [
      step('offset', 1),
      step('log_to_feed', out),
      step('goto_process', 1),
    ]);
    await models.inputs.receive(account, [say('n', 10, { a: 5 })]);
    await models.inputs.receive(account, [say('n', 20, { a: 6 })]);
    expect(input('n', 'a').processList).toBe(`process__error_found:0,3:1,1:${out},52:1`);
    expect(await samples(out, 10, 20)).toEqual([6, null]);
  });

  test('knows everything again after a restart, last values from Redis', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1, b: null })]);
    await models.inputs.setProcessList(account, input('n', 'a').id, [step('scale', 2)]);
    await models.live.stop();
    await models.series.close();
    const again = await openModels({ stores, folder, clock });
    expect(again.inputs.list(account)).toEqual(models.inputs.list(account));
    expect(again.live.get('input', input('n', 'a').id)?.value).toBe(1);
  });

  test('without Redis takes last values from the feeds', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1, b: 2 })]);
    const out = await feed('out');
    await models.inputs.setProcessList(account, input('n', 'a').id, [step('log_to_feed', out), step('scale', 2)]);
    await models.inputs.receive(account, [say('n', 10, { a: 5, b: 6 })]);
    await models.series.close();
    const again = await openModels({ stores: { db: stores.db, redis: null }, folder, clock });
    expect(again.inputs.list(account).map(({ time, value }) => [time, value])).toEqual([
      [T + 10, 5],
      [null, null],
    ]);
  });

  test('makes nothing new while that is switched off, and goes on with what is known', async () => {
    await models.inputs.receive(account, [say('n', 0, { a: 1 })]);
    await models.users.setAccount(account, { inputsDisabled: true });
    await models.inputs.receive(account, [say('n', 10, { a: 2, b: 3 }), say('m', 10, { a: 4 })]);
    expect(models.inputs.list(account).map(({ node, name, value }) => [node, name, value])).toEqual([['n', 'a', 2]]);
  });
});

/** An object with the series' own methods: a class with private fields cannot be called through a prototype. */
function bound(series: Series): Partial<Series> {
  const methods: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(series))) {
    const member = (series as unknown as Record<string, unknown>)[name];
    if (name !== 'constructor' && typeof member === 'function') methods[name] = member.bind(series);
  }
  return methods as Partial<Series>;
}

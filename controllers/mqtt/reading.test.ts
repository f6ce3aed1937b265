import { Writable } from 'node:stream';
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Who } from '../../models/who.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { readingTopic } from './reading.ts';

const stores = await testStores();
const T = 1_700_000_000;
const DAY = 86_400;

let clock: ManualClock;
let models: TestModels;
let who: Who;
let lines: Record<string, unknown>[];
let counts: Record<string, number>;
let take: ReturnType<typeof readingTopic>;

beforeEach(async () => {
  clock = new ManualClock(T * 1000);
  const account = await addHousehold(stores.db);
  models = await openModels({ stores, folder: testFolder(), clock });
  who = { account, user: null, role: 'adult', by: 'write key', timezone: 'Europe/London' };
  lines = [];
  counts = {};
  const sink = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  take = readingTopic({
    inputs: models.inputs,
    times: models.times,
    clock,
    log: pino(sink),
    stored: (count) => add('stored', count),
    refused: (reason) => add(reason, 1),
  });
});

function add(reason: string, count: number): void {
  counts[reason] = (counts[reason] ?? 0) + count;
}

function say(topic: string, payload: string | Buffer, more: { clientId?: string; retain?: boolean } = {}) {
  return take({ who, clientId: 'meter', topic, payload: Buffer.from(payload), retain: false, ...more });
}

/** What the inputs say now, as `node/name value`. */
function inputs(): string[] {
  return models.inputs.list(who.account).map(({ node, name, value }) => `${node}/${name} ${value}`);
}

test('readings become inputs', async () => {
  await say('emon/mq1/power', '12.5');
  await say('emon/mq1', '{"a":1,"time":1699999000}');
  expect(inputs()).toEqual(['mq1/power 12.5', 'mq1/a 1']);
  expect(models.inputs.byName(who.account, 'mq1', 'a')?.time).toBe(1_699_999_000);
  expect(counts).toEqual({ stored: 2 });
});

test.each([
  ['control topics', 'emon/plug/in/state', '1', false],
  ['answers', 'emon/plug/out/state', '1', false],
  ['announcements', 'emon/plug/describe', 'smartplug', false],
  ['a retained message taken back', 'emon/plug/power', '', true],
])('%s make no inputs', async (_, topic, payload, retain) => {
  await say(topic, payload, { retain });
  expect(inputs()).toEqual([]);
  expect(counts).toEqual({});
});

describe('what cannot be taken is counted, dropped and acknowledged', () => {
  test.each([
    ['malformed JSON', '{"a":', 'HUB_BAD_REQUEST'],
    ['a second too far ahead', `{"a":1,"time":${T + DAY + 1}}`, 'HUB_TIME_AHEAD'],
    ['milliseconds', `{"a":1,"time":${T}000}`, 'HUB_TIME_AHEAD'],
    ['before 2000', '{"a":1,"time":946684799}', 'HUB_TIME_TOO_OLD'],
  ])('%s', async (_, payload, code) => {
    await say('emon/mq1', payload);
    expect(inputs()).toEqual([]);
    expect(counts).toEqual({ [code]: 1 });
    expect(lines).toMatchObject([{ code, client: 'meter', topic: 'emon/mq1', msg: 'reading refused' }]);
  });

  test('a day ahead and the first second of 2000 are taken', async () => {
    await say('emon/mq1', `{"a":1,"time":${T + DAY}}`);
    await say('emon/mq1', '{"b":1,"time":946684800}');
    expect(counts).toEqual({ stored: 2 });
  });

  test('each client is told of once a minute, with how many were held back', async () => {
    for (let count = 0; count < 5; count += 1) await say('emon/mq1', '{');
    await say('emon/mq1', '{', { clientId: 'other' });
    clock.advance(60_000);
    await say('emon/mq1', '{');
    expect(counts).toEqual({ HUB_BAD_REQUEST: 7 });
    expect(lines.map(({ client, held }) => [client, held])).toEqual([
      ['meter', 0],
      ['other', 0],
      ['meter', 4],
    ]);
  });
});

describe('what comes in one go', () => {
  test('is stored in one go, in order, each message with its own fate', async () => {
    const fates = ['{"a":1}', '{', '{"a":2}', '{"time":1,"a":9}', '{"a":3}'].map((payload) => say('emon/mq1', payload));
    await Promise.all(fates);
    expect(inputs()).toEqual(['mq1/a 3']);
    expect(counts).toEqual({ stored: 3, HUB_BAD_REQUEST: 1, HUB_TIME_TOO_OLD: 1 });
  });

  test('one message over a limit takes no other with it', async () => {
    const nodes = Array.from({ length: 1000 }, (_, node) => say(`emon/n${node}/a`, '1'));
    await Promise.all(nodes);
    await Promise.all([say('emon/n1/a', '5'), say('emon/toomany/a', '6'), say('emon/n2/a', '7')]);
    expect(counts).toMatchObject({ HUB_NODE_LIMIT: 1 });
    expect(models.inputs.byName(who.account, 'n1', 'a')?.value).toBe(5);
    expect(models.inputs.byName(who.account, 'n2', 'a')?.value).toBe(7);
    expect(models.inputs.byName(who.account, 'toomany', 'a')).toBeUndefined();
  });
});

test('what the disk does not take is not acknowledged', async () => {
  const feed = await models.feeds.create(who.account, { name: 'f', tag: 't', engine: 5, interval: 10 });
  await say('emon/mq1/a', '1');
  const input = models.inputs.byName(who.account, 'mq1', 'a');
  await models.inputs.setProcessList(who.account, input?.id ?? 0, [
    { key: 'process__log_to_feed', args: [String(feed)] },
  ]);
  await models.series.close();
  await expect(Promise.all([say('emon/mq1/a', '2'), say('emon/mq1/a', '3')])).rejects.toMatchObject({
    code: 'HUB_STORAGE',
  });
  expect(counts).toMatchObject({ stored: 1, HUB_STORAGE: 1 });
});

test('while the clock cannot be right, a reading that needs it is neither stored nor acknowledged', async () => {
  await say('emon/mq1/power', '1');
  clock.set((T - 3600) * 1000);
  expect(() => say('emon/mq1/power', '2')).toThrow(expect.objectContaining({ code: 'HUB_CLOCK' }));
  await say('emon/mq1', `{"power":3,"time":${T + 20}}`);
  expect(inputs()).toEqual(['mq1/power 3']);
  clock.set((T + 60) * 1000);
  await say('emon/mq1/power', '4');
  expect(inputs()).toEqual(['mq1/power 4']);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { keyOf, startTestBroker, type TestBroker } from '../../test/broker.ts';
import { testStores } from '../../test/stores.ts';
import { publishRows } from './meter/gateway.ts';
import { parseRows, shiftRows } from './meter/rows.ts';

const stores = await testStores();
const day = readFileSync(join(projectRoot, 'test/data/household-2007-02-01.csv'), 'utf8');

describe('the rows of a CSV', () => {
  test('the real day has a row a minute and 30.41 kWh', () => {
    const rows = parseRows(day);
    expect(rows).toHaveLength(1440);
    expect(rows[0]).toMatchObject({ time: 1_170_284_400, values: { active_power_w: 326, voltage_v: 243.15 } });
    const watts = rows.reduce((sum, { values }) => sum + (values.active_power_w ?? 0), 0);
    expect(watts / 60 / 1000).toBeCloseTo(30.41, 2);
  });

  test.each([
    ['quotes, spaces and an empty field', '"time", "a",b\r\n1, 2 ,\r\n', [{ time: 1, values: { a: 2 } }]],
    ['time in any column', 'a,Time\n5,1\n', [{ time: 1, values: { a: 5 } }]],
  ])('%s', (_, csv, rows) => expect(parseRows(csv)).toEqual(rows));

  test.each([
    ['no time column', 'a,b\n1,2', 'line 1: no column is called "time"'],
    ['a word', 'time,a\n1,2\n2,x', 'line 3: a is not a number: "x"'],
    ['a field too few', 'time,a,b\n1,2', 'line 2: 2 fields where the first line names 3'],
    ['no time', 'time,a\n,2', 'line 2: time is not a number: ""'],
    ['no rows', 'time,a\n', 'the file has no rows'],
  ])('%s is told with its line', (_, csv, message) => expect(() => parseRows(csv)).toThrow(message));

  test('shifted to now, none lies ahead', () => {
    const rows = parseRows('time,a\n10,1\n70,2');
    expect(shiftRows(rows, 1000, true).map(({ time }) => time)).toEqual([1000, 1060]);
    expect(shiftRows(rows, 1000, false).map(({ time }) => time)).toEqual([940, 1000]);
  });
});

describe('the gateway', () => {
  let broker: TestBroker;
  afterEach(() => broker.end());

  const options = () => ({
    url: `mqtt://127.0.0.1:${broker.addresses().mqttPort}`,
    username: 'anna',
    password: keyOf('anna'),
    node: 'house',
    speed: Number.POSITIVE_INFINITY,
    clock: systemClock,
  });

  test('publishes a whole day as fast as it is acknowledged', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const rows = parseRows(day);
    expect(await publishRows(rows, options())).toBe(1440);
    expect(broker.messages.map(({ payload }) => JSON.parse(payload.toString()).time)).toEqual(
      rows.map(({ time }) => time),
    );
    expect(broker.messages[0]).toMatchObject({ topic: 'emon/house' });
  });

  test('loses no row when the hub refuses some for a while', async () => {
    let count = 0;
    broker = await startTestBroker(stores.redisUrl, async () => {
      count += 1;
      if (count === 300) throw new Error('disk full');
    });
    const rows = parseRows(day).slice(0, 1000);
    expect(await publishRows(rows, options())).toBe(1000);
    const times = new Set(broker.messages.map(({ payload }) => JSON.parse(payload.toString()).time));
    expect(times.size).toBe(1000);
  });

  test('keeps the rows’ own pace, N times faster', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const start = systemClock.monotonic();
    await publishRows(parseRows('time,a\n0,1\n60,2\n120,3'), { ...options(), speed: 600 });
    expect(systemClock.monotonic() - start).toBeGreaterThanOrEqual(199);
  });

  test('a wrong key is told in words', async () => {
    broker = await startTestBroker(stores.redisUrl);
    await expect(publishRows(parseRows(day), { ...options(), password: 'wrong' })).rejects.toThrow(
      /write key is wrong/,
    );
  });

  test('gives up when nothing is ever acknowledged', async () => {
    broker = await startTestBroker(stores.redisUrl, () => new Promise(() => undefined));
    const vain = publishRows(parseRows('time,a\n0,1'), { ...options(), patienceMs: 500 });
    await expect(vain).rejects.toThrow(/0 of 1 rows/);
  });
});

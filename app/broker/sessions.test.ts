import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, startTestBroker, type TestBroker } from '../../test/broker.ts';
import { testFolder } from '../../test/stores.ts';
import { redisSocketUrl } from '../connections/redis.ts';

let folder: string;
let server: ChildProcess;
let broker: TestBroker;

beforeEach(async () => {
  folder = testFolder('redis');
  await startRedis();
  broker = await startTestBroker(redisSocketUrl(join(folder, 's')));
});
afterEach(async () => {
  await broker.end();
  server.kill('SIGKILL');
});

test('publishers go on being acknowledged while Redis is killed under them', async () => {
  const meter = await broker.client();
  await broker
    .client({ clientId: 'reader', clean: false })
    .then((reader) => reader.subscribeAsync('emon/#', { qos: 1 }));
  const keptSession = await broker.client({ clientId: 'kept', clean: false });
  for (let round = 0; round < 20; round += 1) {
    if (round === 10) await killRedis();
    await Promise.all([
      ...Array.from({ length: 50 }, (_, index) => meter.publishAsync(`emon/m/${index}`, `${round}`, { qos: 1 })),
      keptSession.publishAsync('emon/kept/one', `${round}`, { qos: 1 }),
      keptSession.publishAsync('emon/kept/two', `${round}`, { qos: 2 }),
      keptSession.publishAsync('emon/kept/last', `${round}`, { qos: 1, retain: true }),
    ]);
  }
  expect(broker.messages).toHaveLength(20 * 53);
});

test('while Redis is away clients come, subscribe and hear', async () => {
  await killRedis();
  for (const clean of [true, false]) {
    const heard: string[] = [];
    const client = await broker.client({ clientId: `clean ${clean}`, clean, heard });
    await client.subscribeAsync('emon/#', { qos: 1 });
    await client.publishAsync('emon/m/p', '1', { qos: 1 });
    await eventually(() => expect(heard).toContain('emon/m/p=1'));
  }
  await broker.client({ username: 'bert' });
});

test('what changed while Redis was away is there once it is back', async () => {
  const session = { clientId: 'display', clean: false };
  const display = await broker.client(session);
  await display.subscribeAsync('emon/queue', { qos: 1 });
  await display.endAsync();
  await killRedis();
  const meter = await broker.client();
  await meter.publishAsync('emon/last', 'retained', { qos: 1, retain: true });
  await meter.publishAsync('emon/queue', 'queued', { qos: 1 });
  await startRedis();
  const redis = new Redis({ path: join(folder, 's') });
  await eventually(async () => expect(await redis.exists('mqtt:1:retained')).toBe(1));
  await eventually(async () => expect(await redis.llen('mqtt:1:outgoing:display')).toBe(1));
  redis.disconnect();
  const heard: string[] = [];
  const back = await broker.client({ ...session, heard });
  await back.subscribeAsync('emon/last');
  await eventually(() => expect(heard).toEqual(['emon/queue=queued', 'emon/last=retained']));
});

test('a session that is here is told to a Redis that has forgotten it', async () => {
  const session = { clientId: 'display', clean: false };
  const display = await broker.client(session);
  await display.subscribeAsync('emon/#', { qos: 1 });
  await killRedis();
  await startRedis();
  const redis = new Redis({ path: join(folder, 's') });
  await eventually(async () => expect(await redis.hkeys('mqtt:1:client:display')).toEqual(['emon/#']));
  redis.disconnect();
});

test('a queue for a session that never returns has an end', async () => {
  const display = await broker.client({ clientId: 'gone', clean: false });
  await display.subscribeAsync('emon/#', { qos: 1 });
  await display.endAsync();
  const meter = await broker.client();
  const redis = new Redis({ path: join(folder, 's') });
  for (let round = 0; round < 11; round += 1) {
    await Promise.all(Array.from({ length: 1000 }, () => meter.publishAsync('emon/m/p', '1', { qos: 1 })));
  }
  expect(await redis.llen('mqtt:1:outgoing:gone')).toBe(10_000);
  redis.disconnect();
});

/** Nothing is saved, so that a killed Redis comes back empty. */
async function startRedis(): Promise<void> {
  const socket = join(folder, 's');
  server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder], {
    stdio: 'ignore',
  });
  const redis = new Redis({ path: socket, retryStrategy: () => 20 });
  redis.on('error', () => undefined);
  await eventually(() => redis.ping());
  redis.disconnect();
}

async function killRedis(): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
}

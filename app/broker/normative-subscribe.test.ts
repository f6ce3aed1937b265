import { request } from 'node:http';
import mqtt from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestBroker, type TestBroker } from '../../test/broker.ts';
import { enter, frame, freshId, hello, publish, type RawClient, said, subscribe } from '../../test/raw-mqtt.ts';
import { testStores } from '../../test/stores.ts';

// What MQTT 3.1.1 demands of a server about subscriptions, topics and WebSocket, by the names of its statements.

const stores = await testStores();
let broker: TestBroker;
let meter: RawClient;
beforeAll(async () => {
  broker = await startTestBroker(stores.redisUrl);
  meter = await enter(broker);
});
afterAll(() => broker.end());

/** What the client hears of messages on these topics; the last one on a topic that it subscribed to besides. */
async function hearing(client: RawClient, topics: readonly string[], qos: 0 | 1 | 2 = 0): Promise<string[]> {
  const marker = `emon/marker/${freshId()}`;
  client.send(subscribe(99, [marker, qos]));
  await client.until(({ cmd }) => cmd === 'suback');
  for (const topic of topics) meter.send(publish(topic, 'x', { qos, ...(qos > 0 && { messageId: 1 }) }));
  meter.send(publish(marker, 'end', { qos, ...(qos > 0 && { messageId: 2 }) }));
  const got = await client.until((packet) => packet.cmd === 'publish' && packet.topic === marker);
  return got.slice(0, -1).map(said);
}

describe('SUBSCRIBE', () => {
  test('[MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-2.3.1-7] [MQTT-3.8.4-4] [MQTT-3.8.4-5] [MQTT-3.9.3-1] [MQTT-3.9.3-2] one SUBACK says of each filter in its place what was granted', async () => {
    const client = await enter(broker);
    client.send(subscribe(4660, ['emon/a', 2], ['elsewhere/#', 1], ['emon/b', 0], ['emon/c', 1]));
    expect(await client.next()).toMatchObject({ cmd: 'suback', messageId: 4660, granted: [2, 128, 0, 1] });
  });

  test('[MQTT-3.8.3-2] wildcards are taken', async () => {
    const client = await enter(broker);
    const filters = ['emon/#', 'emon/+', 'emon/+/x', 'emon/+/+/#'].map((topic) => [topic, 0] as const);
    client.send(subscribe(1, ...filters));
    expect(await client.next()).toMatchObject({ granted: [0, 0, 0, 0] });
  });

  test('[MQTT-3.8.4-3] the same filter again takes the place of the first, and what is retained comes again', async () => {
    const topic = `emon/replaced/${freshId()}`;
    meter.send(publish(topic, 'kept', { retain: true, qos: 1, messageId: 3 }));
    await meter.until(({ cmd, messageId }) => cmd === 'puback' && messageId === 3);
    const client = await enter(broker);
    for (const qos of [1, 0] as const) {
      client.send(subscribe(1, [topic, qos]));
      const got = await client.until((packet) => packet.cmd === 'publish');
      expect(got.map(said)).toEqual(['suback', `${topic}=kept q${qos} r`]);
    }
    expect(await hearing(client, [topic], 1)).toEqual([`${topic}=x q0`]);
  });

  test('[MQTT-3.3.5-1] filters that overlap bring a message once, with the highest QoS', async () => {
    const client = await enter(broker);
    const node = freshId();
    client.send(subscribe(1, [`emon/${node}/#`, 0], [`emon/${node}/+`, 2], [`emon/+/x`, 1]));
    await client.next();
    expect(await hearing(client, [`emon/${node}/x`], 2)).toEqual([`emon/${node}/x=x q2`]);
  });
});

describe('[MQTT-3.3.2-3] [MQTT-4.7.3-4] what a filter matches, character by character', () => {
  const cases: [filter: string, topics: string[], heard: number[]][] = [
    ['emon/m/#', ['emon/m', 'emon/m/a', 'emon/m/a/b', 'emon/ma', 'emon'], [0, 1, 2]],
    ['emon/m2/+', ['emon/m2', 'emon/m2/a', 'emon/m2/', 'emon/m2/a/b'], [1, 2]],
    ['emon/+/q', ['emon/m3/q', 'emon//q', 'emon/m3/r'], [0, 1]],
    ['emon/Case', ['emon/case', 'emon/Case', 'emon/Case '], [1]],
    ['emon/é', ['emon/e\u0301', 'emon/é'], [1]],
    ['emon/\ufeffx', ['emon/x', 'emon/\ufeffx'], [1]],
    ['emon/m4/', ['emon/m4', 'emon/m4/'], [1]],
    ['emon/constructor', ['emon/constructor', 'emon/__proto__'], [0]],
  ];
  test.each(cases)('%s', async (filter, topics, heard) => {
    const client = await enter(broker);
    client.send(subscribe(1, [filter, 0]));
    await client.until(({ cmd }) => cmd === 'suback');
    expect(await hearing(client, topics)).toEqual(heard.map((index) => `${topics[index]}=x q0`));
  });

  test('[MQTT-4.7.2-1] topics with $ are heard by no wildcard', async () => {
    const client = await enter(broker);
    client.send(subscribe(1, ['#', 0], ['+/x', 0], ['emon/#', 0]));
    expect(await client.next()).toMatchObject({ granted: [128, 128, 0] });
    expect(await hearing(client, ['$SYS/x', '$emon/x'])).toEqual([]);
  });

  test('[MQTT-4.7.3-3] a long filter is answered', async () => {
    const client = await enter(broker);
    client.send(subscribe(1, [`emon/${'x'.repeat(65_000)}`, 0]));
    expect(await client.next()).toMatchObject({ cmd: 'suback', granted: [128] });
  });
});

describe('UNSUBSCRIBE', () => {
  test('[MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT-3.10.4-4] [MQTT-3.10.4-6] the filters named, to the letter, bring nothing more', async () => {
    const client = await enter(broker);
    const node = `emon/${freshId()}`;
    client.send(subscribe(1, [`${node}/a`, 0], [`${node}/b`, 0], [`${node}/c`, 0], [`${node}/d/+`, 0]));
    await client.next();
    client.send({
      cmd: 'unsubscribe',
      messageId: 515,
      unsubscriptions: [`${node}/a`, `${node}/c`, `${node}/d/#`, `${node}/B`],
    });
    expect(await client.next()).toMatchObject({ cmd: 'unsuback', messageId: 515 });
    const topics = ['a', 'b', 'c', 'd/e'].map((name) => `${node}/${name}`);
    expect(await hearing(client, topics)).toEqual([`${node}/b=x q0`, `${node}/d/e=x q0`]);
  });

  test('[MQTT-3.10.4-5] it is answered where nothing matched', async () => {
    const client = await enter(broker);
    client.send({ cmd: 'unsubscribe', messageId: 7, unsubscriptions: ['emon/never'] });
    expect(await client.next()).toMatchObject({ cmd: 'unsuback', messageId: 7 });
  });

  test('[MQTT-3.10.4-3] a QoS 2 message under way is completed', async () => {
    const topic = `emon/${freshId()}`;
    const client = await enter(broker);
    client.send(subscribe(1, [topic, 2]));
    await client.next();
    meter.send(publish(topic, 'x', { qos: 2, messageId: 21 }));
    const { messageId = 0 } = (await client.next()) as { messageId?: number };
    client.send({ cmd: 'unsubscribe', messageId: 7, unsubscriptions: [topic] });
    await client.next();
    client.send({ cmd: 'pubrec', messageId });
    expect(await client.next()).toMatchObject({ cmd: 'pubrel', messageId });
  });
});

test('[MQTT-3.12.4-1] PINGREQ is answered', async () => {
  const client = await enter(broker);
  client.send(frame(0xc0));
  expect((await client.next()).cmd).toBe('pingresp');
});

test('[MQTT-4.2.0-1] packets are read however the bytes are cut', async () => {
  const client = await enter(broker);
  const bytes = Buffer.concat([mqtt.generate(subscribe(1, ['emon/cut', 0])), Buffer.from(frame(0xc0))]);
  for (const byte of bytes) {
    client.send([byte]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([(await client.next()).cmd, (await client.next()).cmd]).toEqual(['suback', 'pingresp']);
});

describe('WebSocket', () => {
  const open = (protocols: string[]) => new WebSocket(`ws://127.0.0.1:${broker.http}/mqtt`, protocols);
  const first = (socket: WebSocket) =>
    new Promise<string>((resolve) => {
      socket.on('error', () => undefined);
      socket.on('message', (data: Buffer, isBinary) => resolve(`${isBinary ? 'binary' : 'text'} ${data[0]}`));
      socket.on('close', () => resolve('closed'));
    });

  test('[MQTT-6.0.0-3] [MQTT-6.0.0-4] the subprotocol is mqtt', async () => {
    const socket = open(['x', 'mqtt']);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(socket.protocol).toBe('mqtt');
    socket.terminate();
  });

  test('[MQTT-6.0.0-2] packets need not begin with frames; answers are binary [MQTT-6.0.0-1]', async () => {
    const socket = open(['mqtt']);
    const answer = first(socket);
    await new Promise((resolve) => socket.once('open', resolve));
    const bytes = mqtt.generate(hello());
    for (const part of [bytes.subarray(0, 1), bytes.subarray(1, 9), bytes.subarray(9)]) socket.send(part);
    expect(await answer).toBe('binary 32');
    socket.terminate();
  });

  test('[MQTT-6.0.0-1] a text frame closes the connection', async () => {
    const socket = open(['mqtt']);
    const answer = first(socket);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('\x10\x00');
    expect(await answer).toBe('closed');
  });

  test('another path is not found', async () => {
    const status = await new Promise<number | undefined>((resolve) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      };
      request({ host: '127.0.0.1', port: broker.http, path: '/other', headers }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBe(404);
  });
});

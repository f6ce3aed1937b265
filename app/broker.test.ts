import { connect as connectTcp } from 'node:net';
import { connectAsync } from 'mqtt';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { HubError } from '../lib/errors.ts';
import { closed, collect, eventually, keyOf, startTestBroker, type TestBroker } from '../test/broker.ts';
import { testStores } from '../test/stores.ts';
import { LIMITS } from './broker/limits.ts';

const stores = await testStores();
let broker: TestBroker;

afterEach(async () => {
  await broker.end();
  await stores.clear();
});

describe('who comes in', () => {
  const refused: [name: string, username: string | undefined, password: string | undefined, code: number][] = [
    ['nobody', undefined, undefined, 5],
    ['a name without a key', 'anna', undefined, 5],
    ['a wrong key', 'anna', 'guess', 4],
    ['another account’s key', 'anna', keyOf('bert'), 4],
    ['an unknown name', 'carl', keyOf('carl'), 4],
  ];
  test.each(refused)('%s is refused', async (_, username, password, code) => {
    broker = await startTestBroker(stores.redisUrl);
    const options = { username: username as string, password: password as string };
    await expect(broker.client(options)).rejects.toMatchObject({ code });
    expect(broker.stats()).toMatchObject({ clients: 0 });
  });

  test('the right key is let in over TCP, TLS and WebSocket', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const { mqttsPort } = broker.addresses();
    await broker.client();
    const tls = { port: mqttsPort, host: 'localhost', protocol: 'mqtts', ca: broker.certificates.ca } as const;
    await broker.client(tls);
    await broker.client({ protocol: 'ws', port: broker.http, path: '/mqtt' });
    expect(broker.stats()).toMatchObject({ clients: 3, households: 1 });
    await expect(broker.client({ ...tls, ca: [] })).rejects.toThrow(/certificate/i);
    await expect(broker.client({ protocol: 'ws', port: broker.http, path: '/other' })).rejects.toThrow();
  });

  test('a renewed key ends what came in by the old one, and nobody else', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const [anna, second, bert] = [
      await broker.client(),
      await broker.client(),
      await broker.client({ username: 'bert' }),
    ];
    const gone = [closed(anna), closed(second)];
    broker.cutKey(1);
    await Promise.all(gone);
    expect(bert.connected).toBe(true);
    await broker.client();
  });

  test('guessing is stopped, and the household goes on', async () => {
    broker = await startTestBroker(stores.redisUrl);
    await broker.client({ username: 'bert' });
    for (let guess = 0; guess < LIMITS.failuresPerName; guess += 1) {
      await expect(broker.client({ password: `guess ${guess}` })).rejects.toMatchObject({ code: 4 });
      if (guess < 2)
        await expect(broker.client({ username: 'bert', password: 'x' })).rejects.toMatchObject({ code: 4 });
    }
    await expect(broker.client()).rejects.toMatchObject({ code: 5 });
    await broker.client({ username: 'bert' });
  });

  test('a kept session must have a name [MQTT-3.1.3-8]', async () => {
    broker = await startTestBroker(stores.redisUrl);
    expect(await answerTo({ clientId: '', clean: false })).toMatchObject({ cmd: 'connack', returnCode: 2 });
    expect(await answerTo({ clientId: '', clean: true })).toMatchObject({ cmd: 'connack', returnCode: 0 });
    expect(await answerTo({ clientId: 'x'.repeat(200) })).toMatchObject({ cmd: 'connack', returnCode: 2 });
  });

  test('MQTT 5 is told so in its own words', async () => {
    broker = await startTestBroker(stores.redisUrl);
    await expect(broker.client({ protocolVersion: 5 })).rejects.toMatchObject({ code: 0x84 });
  });

  test('a will on a forbidden topic is refused', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const will = { topic: 'other/x', payload: Buffer.from('1'), qos: 0, retain: false } as const;
    await expect(broker.client({ will })).rejects.toMatchObject({ code: 5 });
  });

  test('what is not MQTT is cut off', async () => {
    broker = await startTestBroker(stores.redisUrl);
    expect(await answerTo(Buffer.from('GET / HTTP/1.1\r\nHost: hearth\r\n\r\n'))).toBeNull();
    expect(await answerTo(mqttPacket.generate({ cmd: 'pingreq' }))).toBeNull();
    const endless = Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(LIMITS.connectBytes)]);
    expect(await answerTo(endless)).toBeNull();
  });

  /** The generator refuses an empty client id with clean=0, so the flag is taken off afterwards. */
  function connectPacket({ clientId, clean = true }: { clientId: string; clean?: boolean }): Buffer {
    const login = { username: 'anna', password: Buffer.from(keyOf('anna')), keepalive: 0 };
    const bytes = mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      ...login,
      clean: true,
      clientId,
    });
    if (!clean) bytes[9] = (bytes[9] ?? 0) & ~2;
    return bytes;
  }

  /** The broker's first packet, or null when it closed without one. */
  async function answerTo(first: Buffer | { clientId: string; clean?: boolean }): Promise<Packet | null> {
    const bytes = Buffer.isBuffer(first) ? first : connectPacket(first);
    const socket = connectTcp(broker.addresses().mqttPort, '127.0.0.1');
    return await new Promise((resolve) => {
      const parser = mqttPacket.parser();
      parser.on('packet', (packet: Packet) => {
        resolve(packet);
        socket.destroy();
      });
      socket.on('data', (chunk) => parser.parse(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(null));
      socket.write(bytes);
    });
  }
});

describe('what may be said and heard', () => {
  const filters: [filter: string, granted: number][] = [
    ['emon/#', 1],
    ['emon/+/power', 1],
    ['emon/meter', 1],
    ['#', 128],
    ['+/meter', 128],
    ['+/#', 128],
    ['$SYS/#', 128],
    ['emonx/#', 128],
    ['other', 128],
    ['/emon/#', 128],
  ];
  test.each(filters)('subscribing to %s: %i', async (filter, granted) => {
    broker = await startTestBroker(stores.redisUrl);
    const client = await broker.client({ clean: false });
    const codes: number[] = [];
    client.on('packetreceive', (packet) => packet.cmd === 'suback' && codes.push(...(packet.granted as number[])));
    await client.subscribeAsync({ 'emon/always': { qos: 1 }, [filter]: { qos: 1 } }).catch(() => undefined);
    expect(codes).toEqual([1, granted]);
  });

  test.each(['other/x', 'emonx', 'emo', `emon/${'x'.repeat(600)}`, `emon${'/x'.repeat(20)}`])(
    'publishing on %s closes the client',
    async (topic) => {
      broker = await startTestBroker(stores.redisUrl);
      const client = await broker.client();
      client.publish(topic, '1', { qos: 1 });
      await closed(client);
      expect(broker.messages).toEqual([]);
    },
  );

  test.each([0, 1, 2] as const)('a bridge may tell its state below $SYS with QoS %i: nobody hears it', async (qos) => {
    broker = await startTestBroker(stores.redisUrl);
    const topic = '$SYS/broker/connection/attic/state';
    const client = await broker.client({ will: { topic, payload: Buffer.from('0'), qos: 1, retain: true } });
    await client.publishAsync(topic, '1', { qos, retain: true });
    await client.publishAsync('$SYS/x/new/clients', client.options.clientId ?? '', { qos });
    await client.publishAsync('emon/meter/power', '1', { qos: 1 });
    expect(broker.messages.map((message) => message.topic)).toEqual(['emon/meter/power']);
    expect(client.connected).toBe(true);
    expect(await broker.refusals()).toEqual({ 'topic of the hub': 2 });
  });

  test('what cannot be kept just now: nobody sends it again with QoS 0, so the client stays; with QoS 1 it is closed and sends again', async () => {
    broker = await startTestBroker(stores.redisUrl, () => Promise.reject(new HubError('HUB_CLOCK')));
    const client = await broker.client({ reconnectPeriod: 0 });
    client.publish('emon/meter/power', '1', { qos: 0 });
    await client.subscribeAsync('emon/meter/in');
    expect(client.connected).toBe(true);
    expect(await broker.refusals()).toEqual({ HUB_CLOCK: 1 });
    client.publish('emon/meter/power', '1', { qos: 1 });
    await closed(client);
  });

  test('a packet that announces too much closes the client before it has come', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const client = await broker.client();
    client.publish('emon/meter', Buffer.alloc(LIMITS.packetBytes + 1), { qos: 1 });
    await closed(client);
    expect(broker.messages).toEqual([]);
    const other = await broker.client();
    await other.publishAsync('emon/meter', Buffer.alloc(LIMITS.packetBytes - 100), { qos: 1 });
    expect(broker.messages).toHaveLength(1);
  });

  test('nobody may hold subscriptions without end', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const client = await broker.client();
    const many = Array.from({ length: LIMITS.subscriptionsPerClient + 3 }, (_, index) => `emon/meter/${index}`);
    const codes: number[] = [];
    client.on('packetreceive', (packet) => packet.cmd === 'suback' && codes.push(...(packet.granted as number[])));
    await client.subscribeAsync(many).catch(() => undefined);
    expect(codes.filter((code) => code === 128)).toHaveLength(3);
    await client.unsubscribeAsync(many.slice(0, 5));
    codes.length = 0;
    await client.subscribeAsync('emon/another');
    expect(codes).toEqual([0]);
  });
});

describe('two households on one hub', () => {
  test('hear nothing of each other: live, retained, queued, or by the same client id', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const bert = { username: 'bert', clientId: 'same', clean: false };
    const b = await broker.client(bert);
    const heard = collect(b);
    await b.subscribeAsync('emon/#', { qos: 1 });
    const a = await broker.client({ clientId: 'same', clean: false });
    expect(b.connected).toBe(true);
    await a.subscribeAsync('emon/#', { qos: 1 });
    await a.publishAsync('emon/meter/power', 'live', { qos: 1 });
    await a.publishAsync('emon/meter/power', 'retained', { qos: 1, retain: true });
    await b.endAsync();
    await a.publishAsync('emon/meter/power', 'queued', { qos: 1 });
    const again = await broker.client({ ...bert, heard });
    await again.publishAsync('emon/sentinel', '1', { qos: 1 });
    await eventually(() => expect(heard).toEqual(['emon/sentinel=1']));
    expect(broker.messages.map(({ who, payload }) => `${who.account} ${payload}`)).toEqual([
      '1 live',
      '1 retained',
      '1 queued',
      '2 1',
    ]);
  });

  test('the hub’s own messages reach their account alone and are no readings', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const [a, b] = [await broker.client(), await broker.client({ username: 'bert' })];
    const [toA, toB] = [collect(a), collect(b)];
    await a.subscribeAsync('emon/#');
    await b.subscribeAsync('emon/#');
    await broker.publish(1, 'emon/plug/in/state', '1');
    await eventually(() => expect(toA).toEqual(['emon/plug/in/state=1']));
    expect(toB).toEqual([]);
    expect(broker.messages).toEqual([]);
  });
});

describe('the promise', () => {
  test.each([1, 2] as const)('QoS %i is acknowledged after the controller’s promise, in order', async (qos) => {
    const open: (() => void)[] = [];
    broker = await startTestBroker(stores.redisUrl, ({ payload }) =>
      payload.toString() === 'quick' ? undefined : new Promise((resolve) => open.push(resolve)),
    );
    const client = await broker.client();
    const acked: string[] = [];
    const sent = ['slow', 'slower', 'quick'].map((word) =>
      client.publishAsync(`emon/meter/${word}`, word, { qos }).then(() => acked.push(word)),
    );
    await eventually(() => expect(open).toHaveLength(2));
    await eventually(() => expect(broker.messages).toHaveLength(3));
    open[1]?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(acked).toEqual([]);
    open[0]?.();
    await Promise.all(sent);
    expect(acked).toEqual(['slow', 'slower', 'quick']);
  });

  test.each([1, 2] as const)('QoS %i that could not be stored is not acknowledged, and comes again', async (qos) => {
    let failures = 2;
    broker = await startTestBroker(stores.redisUrl, async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('disk full');
    });
    const client = await broker.client({ reconnectPeriod: 20, clean: false });
    await client.publishAsync('emon/meter/power', '1', { qos });
    expect(broker.messages).toHaveLength(3);
  });

  test('a QoS 2 message sent again after its answer was lost is taken once', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const socket = connectTcp(broker.addresses().mqttPort, '127.0.0.1');
    const got: string[] = [];
    const parser = mqttPacket.parser();
    parser.on('packet', (packet: Packet) => got.push(packet.cmd));
    socket.on('data', (chunk) => parser.parse(chunk));
    const publish = { cmd: 'publish', topic: 'emon/m/p', payload: '1', qos: 2, retain: false, messageId: 7 } as const;
    const login = { username: 'anna', password: Buffer.from(keyOf('anna')) };
    socket.write(
      mqttPacket.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        keepalive: 0,
        clientId: 'raw',
        clean: true,
        ...login,
      }),
    );
    await eventually(() => expect(got).toEqual(['connack']));
    socket.write(mqttPacket.generate({ ...publish, dup: false }));
    await eventually(() => expect(got).toEqual(['connack', 'pubrec']));
    socket.write(mqttPacket.generate({ ...publish, dup: true }));
    await eventually(() => expect(got).toEqual(['connack', 'pubrec', 'pubrec']));
    socket.write(mqttPacket.generate({ cmd: 'pubrel', messageId: 7 }));
    await eventually(() => expect(got.at(-1)).toBe('pubcomp'));
    expect(broker.messages).toHaveLength(1);
    socket.destroy();
  });

  test('a will is a message like any other', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const will = { topic: 'emon/meter/online', payload: Buffer.from('0'), qos: 1, retain: false } as const;
    const client = await broker.client({ will });
    client.stream.destroy();
    await eventually(() => expect(broker.messages.map(({ topic }) => topic)).toEqual(['emon/meter/online']));
  });
});

describe('over a restart', () => {
  test('a session, its queue and retained messages stay', async () => {
    broker = await startTestBroker(stores.redisUrl);
    const session = { clientId: 'display', clean: false };
    const display = await broker.client(session);
    await display.subscribeAsync('emon/#', { qos: 1 });
    await display.endAsync();
    const meter = await broker.client();
    await meter.publishAsync('emon/meter/kept', 'r', { qos: 1, retain: true });
    for (const value of ['1', '2', '3']) await meter.publishAsync('emon/meter/power', value, { qos: 1 });
    await broker.end();

    broker = await startTestBroker(stores.redisUrl);
    const { mqttPort: port } = broker.addresses();
    const login = { username: 'anna', password: keyOf('anna'), reconnectPeriod: 0 };
    const later = await connectAsync({ host: '127.0.0.1', port, ...login, clientId: 'later' });
    await later.publishAsync('emon/meter/power', '4', { qos: 1 });
    await later.endAsync();
    const heard: string[] = [];
    await broker.client({ ...session, heard });
    await eventually(() => expect(heard).toHaveLength(5));
    // what comes while the session is being restored may overtake the queue
    expect(heard.toSorted()).toEqual(
      ['kept=r', 'power=1', 'power=2', 'power=3', 'power=4'].map((text) => `emon/meter/${text}`),
    );
    const other = await broker.client();
    const retained = collect(other);
    await other.subscribeAsync('emon/+/kept');
    await eventually(() => expect(retained).toEqual(['emon/meter/kept=r']));
  });
});

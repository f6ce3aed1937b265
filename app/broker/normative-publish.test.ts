import type { IPublishPacket } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestBroker, type TestBroker } from '../../test/broker.ts';
import {
  enter,
  frame,
  freshId,
  hello,
  publish,
  type RawClient,
  said,
  subscribe,
  text,
  visit,
} from '../../test/raw-mqtt.ts';
import { testStores } from '../../test/stores.ts';

// What MQTT 3.1.1 demands of a server about messages, by the names of its statements.

const stores = await testStores();
let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker(stores.redisUrl);
});
afterAll(() => broker.end());

async function listener(filter: string, qos: 0 | 1 | 2, fields = {}): Promise<RawClient> {
  const client = await enter(broker, fields);
  client.send(subscribe(1, [filter, qos]));
  await client.until(({ cmd }) => cmd === 'suback');
  return client;
}

describe('a packet that breaks the rules ends the connection [MQTT-4.8.0-1]', () => {
  const topic = text('emon/bad');
  const cases: [name: string, bytes: number[]][] = [
    ['[MQTT-3.3.1-4] both QoS bits of PUBLISH', frame(0x36, ...topic, 0, 1)],
    ['[MQTT-2.3.1-1] PUBLISH of QoS 1 with identifier 0', frame(0x32, ...topic, 0, 0)],
    ['[MQTT-2.3.1-1] PUBLISH of QoS 2 with identifier 0', frame(0x34, ...topic, 0, 0)],
    ['[MQTT-2.3.1-1] SUBSCRIBE with identifier 0', frame(0x82, 0, 0, ...topic, 0)],
    ['[MQTT-2.3.1-1] UNSUBSCRIBE with identifier 0', frame(0xa2, 0, 0, ...topic)],
    [
      '[MQTT-3.3.2-1] [MQTT-1.5.3-1] a topic that is no UTF-8',
      frame(0x30, ...text([0x65, 0x6d, 0x6f, 0x6e, 0x2f, 0xff])),
    ],
    ['[MQTT-1.5.3-2] [MQTT-4.7.3-2] a topic with U+0000', frame(0x30, ...text('emon/a\0b'))],
    ['[MQTT-3.3.2-2] [MQTT-4.7.1-1] a topic with #', frame(0x30, ...text('emon/#'))],
    ['[MQTT-3.3.2-2] [MQTT-4.7.1-1] a topic with +', frame(0x30, ...text('emon/+/x'))],
    ['[MQTT-4.7.3-1] an empty topic', frame(0x30, 0, 0)],
    ['a topic longer than its packet', frame(0x30, 0, 90, 0x65)],
    ['[MQTT-2.2.2-2] flags of PUBACK', frame(0x41, 0, 1)],
    ['[MQTT-2.2.2-2] flags of PUBREC', frame(0x51, 0, 1)],
    ['[MQTT-3.6.1-1] flags of PUBREL', frame(0x60, 0, 1)],
    ['[MQTT-2.2.2-2] flags of PUBCOMP', frame(0x71, 0, 1)],
    ['[MQTT-3.8.1-1] flags of SUBSCRIBE', frame(0x80, 0, 1, ...topic, 0)],
    ['[MQTT-3.10.1-1] flags of UNSUBSCRIBE', frame(0xa0, 0, 1, ...topic)],
    ['[MQTT-2.2.2-2] flags of PINGREQ', frame(0xc1)],
    ['[MQTT-3.14.1-1] flags of DISCONNECT', frame(0xe1)],
    ['[MQTT-3.8.3-3] SUBSCRIBE to nothing', frame(0x82, 0, 1)],
    ['[MQTT-3.8.3-4] SUBSCRIBE with QoS 3', frame(0x82, 0, 1, ...topic, 3)],
    ['[MQTT-3.8.3-4] SUBSCRIBE with reserved bits', frame(0x82, 0, 1, ...topic, 0x41)],
    ['[MQTT-3.8.3-1] SUBSCRIBE to what is no UTF-8', frame(0x82, 0, 1, ...text([0x65, 0xff]), 0)],
    ['[MQTT-4.7.1-2] SUBSCRIBE with # not last', frame(0x82, 0, 1, ...text('emon/#/x'), 0)],
    ['[MQTT-4.7.1-2] SUBSCRIBE with # in a word', frame(0x82, 0, 1, ...text('emon/x#'), 0)],
    ['[MQTT-4.7.1-3] SUBSCRIBE with + in a word', frame(0x82, 0, 1, ...text('emon/x+'), 0)],
    ['[MQTT-4.7.1-3] SUBSCRIBE with a word after +', frame(0x82, 0, 1, ...text('emon/+x'), 0)],
    ['[MQTT-4.7.3-1] SUBSCRIBE to an empty filter', frame(0x82, 0, 1, 0, 0, 0)],
    ['[MQTT-3.10.3-2] UNSUBSCRIBE from nothing', frame(0xa2, 0, 1)],
    ['[MQTT-3.10.3-1] UNSUBSCRIBE from what is no UTF-8', frame(0xa2, 0, 1, ...text([0x65, 0xff]))],
    ['a packet type that is reserved', frame(0xf0)],
    ['packet type 0', frame(0x00)],
    ['what only a server says', frame(0x20, 0, 0)],
  ];
  test.each(cases)('%s', async (_, bytes) => {
    const before = broker.messages.length;
    const client = await enter(broker);
    client.send(bytes, publish('emon/bad/after', '1'));
    expect((await client.ended()).filter(({ cmd }) => cmd !== 'pingresp')).toEqual([]);
    expect(broker.messages.slice(before).filter((message) => message.topic.startsWith('emon/bad'))).toEqual([]);
  });
});

test('what follows a broken packet in the same breath is not taken, even before the client is let in', async () => {
  const before = broker.messages.length;
  const client = visit(broker);
  const broken = frame(0x82, 0, 0, ...text('emon/bad'), 0);
  client.send(hello(), subscribe(1, ['emon/bad/#', 1]), broken, publish('emon/bad/after', '1'), frame(0xc0));
  await client.ended();
  expect(broker.messages.slice(before).filter(({ topic }) => topic === 'emon/bad/after')).toEqual([]);
  const next = await enter(broker);
  next.send(frame(0xc0));
  expect((await next.next()).cmd).toBe('pingresp');
});

describe('who says something is answered as its QoS asks [MQTT-3.3.4-1] [MQTT-2.3.1-6]', () => {
  test('[MQTT-4.3.1-1] QoS 0 not at all', async () => {
    const client = await enter(broker);
    client.send(publish('emon/qos/0', '1'), frame(0xc0));
    expect((await client.next()).cmd).toBe('pingresp');
  });

  test('[MQTT-4.3.2-2] [MQTT-4.6.0-2] QoS 1 by PUBACK, in order', async () => {
    const client = await enter(broker);
    for (const messageId of [9, 65535, 1]) client.send(publish('emon/qos/1', '1', { qos: 1, messageId }));
    const got = [await client.next(), await client.next(), await client.next()];
    expect(got.map(({ cmd, messageId }) => `${cmd} ${messageId}`)).toEqual(['puback 9', 'puback 65535', 'puback 1']);
  });

  test('[MQTT-4.3.3-2] [MQTT-4.6.0-3] QoS 2 by PUBREC and PUBCOMP, in order', async () => {
    const client = await enter(broker);
    for (const messageId of [7, 3]) client.send(publish('emon/qos/2', '1', { qos: 2, messageId }));
    for (const messageId of [7, 3]) expect(await client.next()).toMatchObject({ cmd: 'pubrec', messageId });
    for (const messageId of [7, 3]) client.send({ cmd: 'pubrel', messageId });
    for (const messageId of [7, 3]) expect(await client.next()).toMatchObject({ cmd: 'pubcomp', messageId });
  });

  test('[MQTT-4.3.3-2] what is sent twice before PUBREL is taken once, after it is another', async () => {
    const hears = await listener('emon/twice', 0);
    const client = await enter(broker);
    const say = (payload: string, dup: boolean) =>
      client.send(publish('emon/twice', payload, { qos: 2, messageId: 5, dup }));
    say('1', false);
    await client.next();
    say('1', true);
    await client.next();
    client.send({ cmd: 'pubrel', messageId: 5 });
    await client.next();
    say('2', false);
    await client.next();
    expect([await hears.next(), await hears.next()].map(said)).toEqual(['emon/twice=1 q0', 'emon/twice=2 q0']);
  });

  test('a PUBREL of something unknown is completed', async () => {
    const client = await enter(broker);
    client.send({ cmd: 'pubrel', messageId: 77 });
    expect(await client.next()).toMatchObject({ cmd: 'pubcomp', messageId: 77 });
  });

  test('[MQTT-3.3.5-2] what may not be said closes the connection', async () => {
    const client = await enter(broker);
    client.send(publish('elsewhere', '1', { qos: 1, messageId: 1 }));
    expect(await client.ended()).toEqual([]);
  });
});

describe('who subscribed hears', () => {
  const rows = [0, 1, 2].flatMap((asked) => [0, 1, 2].map((sent) => [asked, sent, Math.min(asked, sent)] as const));
  test.each(rows)(
    '[MQTT-3.8.4-6] [MQTT-2.3.1-5] asked for QoS %i, sent with %i: hears with %i',
    async (asked, sent, heard) => {
      const topic = `emon/lesser/${freshId()}`;
      const hears = await listener(topic, asked as 0 | 1 | 2);
      (await enter(broker)).send(publish(topic, 'x', { qos: sent as 0 | 1 | 2, ...(sent > 0 && { messageId: 4 }) }));
      const got = (await hears.next()) as IPublishPacket;
      expect(said(got)).toBe(`${topic}=x q${heard}`);
      expect((got.messageId ?? 0) > 0).toBe(heard > 0);
    },
  );

  test('[MQTT-4.3.2-1] [MQTT-4.3.3-1] [MQTT-2.3.1-4] two messages under way have two identifiers; QoS 2 goes on by PUBREL', async () => {
    const topic = `emon/pair/${freshId()}`;
    const hears = await listener(topic, 2);
    const client = await enter(broker);
    for (const messageId of [1, 2]) client.send(publish(topic, 'x', { qos: 2, messageId }));
    const [one, two] = [(await hears.next()) as IPublishPacket, (await hears.next()) as IPublishPacket];
    expect(one.messageId).not.toBe(two.messageId);
    hears.send({ cmd: 'pubrec', messageId: one.messageId as number });
    expect(await hears.next()).toMatchObject({ cmd: 'pubrel', messageId: one.messageId });
  });

  test('[MQTT-3.3.1-2] [MQTT-3.3.1-3] DUP and RETAIN of the sender are not handed on [MQTT-3.3.1-9]', async () => {
    const topic = `emon/flags/${freshId()}`;
    const hears = await listener(topic, 1);
    (await enter(broker)).send(publish(topic, 'x', { qos: 1, messageId: 1, dup: true, retain: true }));
    expect(said(await hears.next())).toBe(`${topic}=x q1`);
  });

  test('[MQTT-4.6.0-5] [MQTT-4.6.0-6] messages of one client on one topic in their order, at every QoS', async () => {
    const topic = `emon/ordered/${freshId()}`;
    const listeners = [await listener(topic, 0), await listener(topic, 1), await listener(topic, 2)];
    const client = await enter(broker);
    const numbers = Array.from({ length: 300 }, (_, at) => at + 1);
    client.send(...numbers.map((messageId) => publish(topic, `${messageId}`, { qos: 1, messageId })));
    for (const hears of listeners) {
      const got = await hears.until((packet) => packet.cmd === 'publish' && packet.payload.toString() === '300');
      expect(got.map((packet) => Number((packet as IPublishPacket).payload))).toEqual(numbers);
    }
  });

  test('[MQTT-4.4.0-1] [MQTT-3.3.1-1] what was not acknowledged comes again, with its identifier and as repeated', async () => {
    const [topic, clientId] = [`emon/again/${freshId()}`, freshId()];
    const first = await listener(topic, 2, { clientId, clean: false });
    const meter = await enter(broker);
    meter.send(publish(topic, '1', { qos: 1, messageId: 1 }), publish(topic, '2', { qos: 2, messageId: 2 }));
    const sent = [await first.next(), await first.next()] as IPublishPacket[];
    first.socket.destroy();
    const back = await enter(broker, { clientId, clean: false });
    const again = [await back.next(), await back.next()] as IPublishPacket[];
    expect(again.map(said).toSorted()).toEqual([`${topic}=1 q1 d`, `${topic}=2 q2 d`]);
    expect(again.map(({ messageId }) => messageId)).toEqual(sent.map(({ messageId }) => messageId));
  });

  test('[MQTT-3.8.4-6] what waited for a kept session comes with no more than the QoS it asked for', async () => {
    const [topic, clientId] = [`emon/less/${freshId()}`, freshId()];
    const first = await listener(`${topic}/+`, 1, { clientId, clean: false });
    first.send(frame(0xe0));
    await first.ended();
    const meter = await enter(broker);
    meter.send(publish(`${topic}/x`, '1', { qos: 2, messageId: 2 }), { cmd: 'pubrel', messageId: 2 });
    await meter.until(({ cmd }) => cmd === 'pubcomp');
    const back = await enter(broker, { clientId, clean: false });
    expect(said(await back.next())).toBe(`${topic}/x=1 q1`);
  });

  test('[MQTT-4.4.0-1] a PUBREL that was not completed comes again, not its message', async () => {
    const [topic, clientId] = [`emon/again/${freshId()}`, freshId()];
    const first = await listener(topic, 2, { clientId, clean: false });
    (await enter(broker)).send(publish(topic, '1', { qos: 2, messageId: 2 }));
    const { messageId = 0 } = (await first.next()) as IPublishPacket;
    first.send({ cmd: 'pubrec', messageId });
    await first.next();
    first.socket.destroy();
    const back = await enter(broker, { clientId, clean: false });
    expect(await back.next()).toMatchObject({ cmd: 'pubrel', messageId });
  });

  test('[MQTT-4.1.0-1] [MQTT-4.1.0-2] what was acknowledged does not come again', async () => {
    const [topic, clientId] = [`emon/once/${freshId()}`, freshId()];
    const first = await listener(topic, 1, { clientId, clean: false });
    const meter = await enter(broker);
    meter.send(publish(topic, '1', { qos: 1, messageId: 1 }));
    const { messageId = 0 } = (await first.next()) as IPublishPacket;
    first.send({ cmd: 'puback', messageId }, frame(0xc0));
    await first.until(({ cmd }) => cmd === 'pingresp');
    first.socket.destroy();
    meter.send(publish(topic, '2', { qos: 1, messageId: 2 }));
    await meter.next();
    const back = await enter(broker, { clientId, clean: false });
    expect(said(await back.next())).toMatch(/=2 q1/);
  });
});

describe('retained messages', () => {
  /** What is retained on the topic and on another below it. */
  const ask = async (topic: string, count: number): Promise<string[]> => {
    const client = await enter(broker);
    client.send(subscribe(1, [`${topic}/#`, 2]));
    const got: string[] = [];
    while (got.length < count) got.push(...(await client.until(({ cmd }) => cmd === 'publish')).map(said).slice(-1));
    client.send(frame(0xc0));
    return [...got, ...(await client.until(({ cmd }) => cmd === 'pingresp')).slice(0, -1).map(said)].toSorted();
  };
  const rows: [name: string, packets: [payload: string, qos: 0 | 1 | 2, retain: boolean][], heard: string | null][] = [
    [
      '[MQTT-3.3.1-5] [MQTT-3.3.1-6] [MQTT-3.3.1-8] the last one is kept, with its QoS',
      [
        ['1', 1, true],
        ['2', 1, true],
      ],
      '=2 q1 r',
    ],
    [
      '[MQTT-3.3.1-7] one of QoS 0 takes the place of another',
      [
        ['1', 2, true],
        ['2', 0, true],
      ],
      '=2 q0 r',
    ],
    [
      '[MQTT-3.3.1-12] one without the flag changes nothing',
      [
        ['1', 1, true],
        ['2', 1, false],
      ],
      '=1 q1 r',
    ],
    [
      '[MQTT-3.3.1-10] [MQTT-3.3.1-11] an empty one takes it back',
      [
        ['1', 1, true],
        ['', 1, true],
      ],
      null,
    ],
  ];
  test.each(rows)('%s', async (_, packets, heard) => {
    const topic = `emon/retained/${freshId()}`;
    const client = await enter(broker);
    for (const [payload, qos, retain] of packets) {
      client.send(publish(topic, payload, { qos, retain, ...(qos > 0 && { messageId: 1 }) }), frame(0xc0));
      await client.until(({ cmd }) => cmd === (qos === 1 ? 'puback' : qos === 2 ? 'pubrec' : 'pingresp'));
    }
    client.send(publish(`${topic}/last`, '1', { qos: 1, messageId: 9, retain: true }));
    await client.until(({ cmd, messageId }) => cmd === 'puback' && messageId === 9);
    const other = `${topic}/last=1 q1 r`;
    expect(await ask(topic, heard ? 2 : 1)).toEqual(heard ? [other, `${topic}${heard}`] : [other]);
  });

  test('[MQTT-3.3.1-10] an empty one is heard by those who listen', async () => {
    const topic = `emon/retained/${freshId()}`;
    const hears = await listener(topic, 0);
    (await enter(broker)).send(publish(topic, '', { retain: true }));
    expect(said(await hears.next())).toBe(`${topic}= q0`);
  });
});

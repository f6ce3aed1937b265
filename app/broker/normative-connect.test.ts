import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, keyOf, startTestBroker, type TestBroker } from '../../test/broker.ts';
import { enter, frame, freshId, hello, publish, said, subscribe, text, visit } from '../../test/raw-mqtt.ts';
import { testStores } from '../../test/stores.ts';

// What MQTT 3.1.1 demands of a server about connections and sessions, by the names of its statements.

const stores = await testStores();
let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker(stores.redisUrl);
});
afterAll(() => broker.end());

interface ConnectBytes {
  protocol?: string;
  level?: number;
  flags?: number;
  id?: readonly number[] | string;
  after?: number[];
}

const LOGIN = [...text('anna'), ...text(keyOf('anna'))];

/** A CONNECT put together by hand. Flags are those of a clean session with name and password unless told otherwise. */
function connectBytes({
  protocol = 'MQTT',
  level = 4,
  flags = 0xc2,
  id = freshId(),
  after = LOGIN,
}: ConnectBytes = {}) {
  return frame(0x10, ...text(protocol), level, flags, 0, 0, ...text(id), ...after);
}

describe('a CONNECT that is not one ends the connection without an answer [MQTT-3.1.4-1] [MQTT-4.8.0-1]', () => {
  const long = (count: number) => Array.from({ length: count }, () => 0x61);
  const cases: [name: string, bytes: number[]][] = [
    ['[MQTT-3.1.0-1] another packet comes first', frame(0xc0)],
    ['[MQTT-3.1.2-1] another protocol name', connectBytes({ protocol: 'MQXX' })],
    ['[MQTT-3.1.2-3] the reserved flag is set', connectBytes({ flags: 0xc3 })],
    ['[MQTT-3.1.2-9] [MQTT-3.1.3-1] a will is announced and not there', connectBytes({ flags: 0x06, after: [] })],
    ['[MQTT-3.1.2-11] [MQTT-3.1.2-13] a will’s QoS without a will', connectBytes({ flags: 0xca })],
    ['[MQTT-3.1.2-15] a will’s retain flag without a will', connectBytes({ flags: 0xe2 })],
    [
      '[MQTT-3.1.2-14] a will of QoS 3',
      connectBytes({ flags: 0xde, after: [...text('emon/w'), ...text('1'), ...LOGIN] }),
    ],
    ['[MQTT-3.1.2-19] a name is announced and not there', connectBytes({ flags: 0x82, after: [] })],
    ['[MQTT-3.1.2-21] a password is announced and not there', connectBytes({ after: text('anna') })],
    ['[MQTT-3.1.2-22] a password without a name', connectBytes({ flags: 0x42, after: text('x') })],
    ['[MQTT-3.1.3-3] no client id', frame(0x10, ...text('MQTT'), 4, 0xc2, 0, 0)],
    ['[MQTT-3.1.3-4] [MQTT-1.5.3-1] a client id that is no UTF-8', connectBytes({ id: [0x61, 0xc3, 0x28] })],
    ['[MQTT-1.5.3-1] a client id with half a surrogate pair', connectBytes({ id: [0xed, 0xa0, 0x80] })],
    ['[MQTT-1.5.3-2] a client id with U+0000', connectBytes({ id: [0x61, 0, 0x62] })],
    ['[MQTT-3.1.3-11] a name that is no UTF-8', connectBytes({ after: [...text([0xff]), ...text('x')] })],
    [
      '[MQTT-3.1.3-10] a will topic that is no UTF-8',
      connectBytes({ flags: 0xc6, after: [...text([0x65, 0xff]), ...text('1'), ...LOGIN] }),
    ],
    ['[MQTT-2.2.2-2] flags of CONNECT’s first byte are set', [0x11, ...connectBytes().slice(1)]],
    ['a length of more than four bytes', [0x10, 0xff, 0xff, 0xff, 0xff, 0x01, ...long(20)]],
  ];
  test.each(cases)('%s', async (_, bytes) => {
    const client = visit(broker);
    client.send(bytes);
    expect(await client.ended()).toEqual([]);
  });
});

describe('a CONNECT that is refused is told why, without a session, and closed [MQTT-3.2.2-4] [MQTT-3.2.2-5]', () => {
  const cases: [name: string, bytes: number[], code: number][] = [
    ['[MQTT-3.1.2-2] a protocol level of the future', connectBytes({ level: 6 }), 1],
    ['[MQTT-3.1.3-8] no client id for a session to be kept', connectBytes({ id: '', flags: 0xc0 }), 2],
    ['[MQTT-3.1.3-9] a client id that is too long', mqttBytes('x'.repeat(200)), 2],
    ['a wrong key', connectBytes({ after: [...text('anna'), ...text('wrong')] }), 4],
    ['[MQTT-3.1.2-18] [MQTT-3.1.2-20] neither name nor password', connectBytes({ flags: 0x02, after: [] }), 5],
  ];
  function mqttBytes(id: string): number[] {
    const [, , ...body] = connectBytes({ id });
    return [0x10, (body.length & 127) | 128, body.length >> 7, ...body];
  }
  test.each(cases)('%s', async (_, bytes, returnCode) => {
    const client = visit(broker);
    client.send(bytes);
    expect(await client.ended()).toMatchObject([{ cmd: 'connack', returnCode, sessionPresent: false }]);
  });
});

test('[MQTT-3.1.4-5] what follows a refused CONNECT is not looked at', async () => {
  const before = broker.messages.length;
  const client = visit(broker);
  client.send(hello({ password: Buffer.from('wrong') }), publish('emon/refused/x', '1'));
  expect((await client.ended()).map(said)).toEqual(['connack']);
  expect(broker.messages).toHaveLength(before);
});

test('[MQTT-3.1.4-4] [MQTT-3.2.0-1] who is let in hears CONNACK 0 before anything else', async () => {
  const client = visit(broker);
  client.send(hello(), frame(0xc0), subscribe(1, ['emon/first', 0]));
  const got = [await client.next(), await client.next(), await client.next()];
  expect(got[0]).toMatchObject({ cmd: 'connack', returnCode: 0, sessionPresent: false });
  expect(got.map(({ cmd }) => cmd).toSorted()).toEqual(['connack', 'pingresp', 'suback']);
});

test.each([
  ['[MQTT-3.1.3-5] letters and digits', '0123456789abcdefghijkLM'],
  ['longer and stranger ones', `dé-vice/${'x'.repeat(100)}`],
  ['[MQTT-1.5.3-3] U+FEFF is kept', '\ufeffraw'],
])('client ids: %s', async (_, clientId) => {
  const { connack } = await enter(broker, { clientId });
  expect(connack).toMatchObject({ returnCode: 0 });
});

test('[MQTT-3.1.3-6] [MQTT-3.1.3-7] nameless clients each get a name of their own', async () => {
  const [one, other] = [await enter(broker, { clientId: '' }), await enter(broker, { clientId: '' })];
  for (const client of [one, other]) {
    client.send(frame(0xc0));
    expect((await client.next()).cmd).toBe('pingresp');
  }
});

test('[MQTT-1.5.3-3] ids that differ in U+FEFF alone are two clients', async () => {
  const id = freshId();
  const [plain] = [await enter(broker, { clientId: id }), await enter(broker, { clientId: `\ufeff${id}` })];
  plain.send(frame(0xc0));
  expect((await plain.next()).cmd).toBe('pingresp');
});

test('[MQTT-3.1.0-2] a second CONNECT ends the connection', async () => {
  const client = await enter(broker);
  client.send(hello());
  expect(await client.ended()).toEqual([]);
});

test('[MQTT-3.1.3-2] [MQTT-3.1.4-2] who comes with the id of one who is there takes its place', async () => {
  const clientId = freshId();
  const first = await enter(broker, { clientId });
  const second = await enter(broker, { clientId });
  expect(await first.ended()).toEqual([]);
  second.send(frame(0xc0));
  expect((await second.next()).cmd).toBe('pingresp');
});

describe('sessions [MQTT-3.1.4-3]', () => {
  test('[MQTT-3.2.2-1] [MQTT-3.2.2-2] [MQTT-3.2.2-3] CONNACK says whether one was kept', async () => {
    const clientId = freshId();
    const present = async (clean: boolean) => {
      const client = await enter(broker, { clientId, clean });
      if (!clean) client.send(subscribe(1, ['emon/present', 1]));
      if (!clean) await client.until(({ cmd }) => cmd === 'suback');
      client.send(frame(0xe0));
      await client.ended();
      return (client.connack as { sessionPresent?: boolean }).sessionPresent;
    };
    expect([await present(false), await present(false), await present(true), await present(false)]).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('[MQTT-3.1.2-4] [MQTT-3.1.2-5] [MQTT-4.5.0-1] what came meanwhile waits for a kept session, in order', async () => {
    const clientId = freshId();
    const away = await enter(broker, { clientId, clean: false });
    away.send(subscribe(1, ['emon/kept/#', 2]));
    await away.next();
    away.send(frame(0xe0));
    await away.ended();
    const meter = await enter(broker);
    for (const messageId of [1, 2, 3, 4])
      meter.send(publish(`emon/kept/${messageId % 2}`, `${messageId}`, { qos: 1, messageId }));
    for (let count = 0; count < 4; count += 1) await meter.next();
    const back = await enter(broker, { clientId, clean: false });
    const got = [await back.next(), await back.next(), await back.next(), await back.next()];
    expect(got.map(said)).toEqual(['emon/kept/1=1 q1', 'emon/kept/0=2 q1', 'emon/kept/1=3 q1', 'emon/kept/0=4 q1']);
  });

  test('[MQTT-3.1.2-6] [MQTT-3.1.2-7] a clean session forgets the one before, not what is retained', async () => {
    const clientId = freshId();
    const kept = await enter(broker, { clientId, clean: false });
    kept.send(subscribe(1, ['emon/forget/#', 1]), publish('emon/forget/r', 'stays', { retain: true }));
    await kept.until((packet) => packet.cmd === 'publish');
    kept.send(frame(0xe0));
    await kept.ended();
    const clean = await enter(broker, { clientId });
    const meter = await enter(broker);
    meter.send(publish('emon/forget/x', '1', { qos: 1, messageId: 1 }));
    await meter.next();
    clean.send(subscribe(2, ['emon/forget/r', 0]));
    expect([await clean.next(), await clean.next()].map(said)).toEqual(['suback', 'emon/forget/r=stays q0 r']);
  });
});

test('[MQTT-3.1.2-24] who is silent for one and a half times his keep alive is let go', async () => {
  const started = performance.now();
  const client = await enter(broker, { keepalive: 1 });
  await client.ended();
  expect(performance.now() - started).toBeGreaterThanOrEqual(1450);
});

describe('wills', () => {
  const will = (topic: string, fields: { qos?: 0 | 1 | 2; retain?: boolean } = {}) => ({
    will: { topic, payload: Buffer.from('gone'), qos: 0, retain: false, ...fields } as const,
  });
  async function witness(topic: string) {
    const client = await enter(broker);
    client.send(subscribe(1, [topic, 2]));
    await client.next();
    return client;
  }
  const endings: [name: string, end: (client: Awaited<ReturnType<typeof enter>>) => void][] = [
    ['the connection breaks', ({ socket }) => socket.destroy()],
    ['the client closes without DISCONNECT', ({ socket }) => socket.end()],
    ['the client breaks the protocol', (client) => client.send(hello())],
    ['[MQTT-3.14.1-1] DISCONNECT has flags set', (client) => client.send(frame(0xe1))],
    ['the client falls silent', () => undefined],
  ];
  test.each(endings)('[MQTT-3.1.2-8] is published when %s', async (_, end) => {
    const topic = `emon/will/${freshId()}`;
    const listener = await witness(topic);
    const client = await enter(broker, { ...will(topic, { qos: 1 }), keepalive: 1 });
    end(client);
    expect(said(await listener.next())).toBe(`${topic}=gone q1`);
  });

  test('[MQTT-3.1.2-10] [MQTT-3.14.4-3] is forgotten after DISCONNECT', async () => {
    const listener = await witness('emon/wills/#');
    const client = await enter(broker, will('emon/wills/x'));
    client.send(frame(0xe0));
    await client.ended();
    client.socket.destroy();
    (await enter(broker)).send(publish('emon/wills/marker', '1'));
    expect(said(await listener.next())).toBe('emon/wills/marker=1 q0');
  });

  test.each([
    ['[MQTT-3.1.2-16]', false, 0],
    ['[MQTT-3.1.2-17]', true, 1],
  ] as const)('%s is retained: %s', async (_, retain, count) => {
    const topic = `emon/wills/retained/${retain}`;
    const listener = await witness(topic);
    (await enter(broker, will(topic, { retain }))).socket.destroy();
    expect(said(await listener.next())).toBe(`${topic}=gone q0`);
    await eventually(async () => {
      const later = await enter(broker);
      later.send(subscribe(1, [topic, 0], ['emon/marker/none', 0]), frame(0xc0));
      await later.until(({ cmd }) => cmd === 'suback');
      const got = count
        ? [said(await later.until(({ cmd }) => cmd === 'publish').then((all) => all.at(-1) as never))]
        : [];
      expect(got).toEqual(count ? [`${topic}=gone q0 r`] : []);
    });
  });
});

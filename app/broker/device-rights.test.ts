import { connect } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import { LoginModel } from '../../models/login.ts';
import { loginStore } from '../../models/login-store.ts';
import { closed, eventually, startTestBroker, type TestBroker } from '../../test/broker.ts';
import { testStores } from '../../test/stores.ts';

const ACCOUNT = 1;
const OWN = 'emon/plug/#';
const stores = await testStores();
const clock = new ManualClock();
const logins = new LoginModel({
  store: loginStore(stores.db),
  clock,
  random: systemRandom,
  log: createLog('silent'),
  nodes: { claim: (_account, device, node) => (node === 'taken' ? null : device) },
  timezone: () => 'Europe/Paris',
});
let broker: TestBroker;

beforeAll(async () => {
  broker = await startTestBroker(stores.redisUrl, () => undefined, logins);
  logins.onRevoke(({ id }) => broker.cut(id));
});
afterAll(() => broker?.end());

let devices = 100;

async function device(filters: readonly string[] | null, options: object = {}) {
  devices += 1;
  const { login, secret } = await logins.make(ACCOUNT, devices, filters);
  const as = { username: login.username, password: secret };
  return { login, as, client: await broker.client({ ...as, ...options }) };
}

/** One hundred topics and filters that are not `emon/plug`'s, in every shape that might slip through. */
const FOREIGN: string[] = [
  ...Array.from({ length: 60 }, (_, n) => `emon/node${n}/power`),
  ...['emon', 'emon/', 'emon//plug', '/emon/plug/a', 'Emon/plug/a', 'emon/Plug/a', 'emon/plug2/a', 'emon/plu/a'],
  ...['emon/plug /a', ' emon/plug/a', 'emon/plug%2fa', 'emon/../plug/a', 'emon/other/plug/a', 'plug/a', 'plug', 'a'],
  ...['tasmota/discovery/x', 'shellies/announce', 'openevse/announce/1', 'homeassistant/x', 'status/a', 'command/out'],
  ...[
    'data/in/w',
    'query/out',
    'responses/1',
    'describe',
    'emon/describe',
    'emon/1/plug/a',
    'emon/2/plug/a',
    'emon/shaper/club',
  ],
  ...[
    'emon/plug\u0001/a',
    'emon/plüg/a',
    'emon/PLUG',
    'emon/meter',
    'emon/meter/in/ctrlmode',
    'emon/smartplug1/in/timer',
  ],
];

test('there are a hundred of them', () => expect(new Set(FOREIGN).size).toBeGreaterThanOrEqual(95));

test('a device publishes below its own node, and nothing on a hundred other topics, retained or not', {
  timeout: 120_000,
}, async () => {
  const { as, client } = await device([OWN]);
  await client.publishAsync('emon/plug/power', '1', { qos: 1 });
  await client.publishAsync('emon/plug', '2', { qos: 1, retain: true });
  expect(broker.messages.map(({ topic }) => topic)).toEqual(['emon/plug/power', 'emon/plug']);
  await client.endAsync(true);
  for (const [index, topic] of FOREIGN.entries()) {
    const intruder = await broker.client(as);
    intruder.publish(topic, 'x', { qos: 1, retain: index % 2 === 0 });
    await closed(intruder);
  }
  expect(broker.messages).toHaveLength(2);
  const heard: string[] = [];
  const owner = await broker.client({ heard });
  await owner.subscribeAsync('emon/#');
  await owner.publishAsync('emon/end', '1', { qos: 1 });
  await eventually(() => expect(heard).toContain('emon/end=1'));
  expect(heard.sort()).toEqual(['emon/end=1', 'emon/plug=2']);
});

test('it may not listen to any of them, nor to a wildcard that covers more than its own', async () => {
  const heard: string[] = [];
  const { client } = await device([OWN], { heard });
  const wide = [
    '#',
    '+',
    '+/#',
    'emon/#',
    'emon/+',
    'emon/+/power',
    '+/plug/#',
    'emon/+/#',
    '$SYS/#',
    '$share/g/emon/#',
  ];
  for (const filter of [...FOREIGN, ...wide, '$share/g/emon/plug/#']) {
    await expect(client.subscribeAsync(filter, { qos: 1 }), filter).rejects.toThrow();
  }
  expect(client.connected).toBe(true);
  const own = await client.subscribeAsync(['emon/plug/#', 'emon/plug/+/ctrlmode'], { qos: 1 });
  expect(own.map(({ qos }) => qos)).toEqual([1, 1]);
  const owner = await broker.client();
  for (const topic of ['emon/meter/power', 'emon/plug2/a', 'emon/plug/in/ctrlmode'])
    await owner.publishAsync(topic, '7', { qos: 1 });
  await eventually(() => expect(heard).toContain('emon/plug/in/ctrlmode=7'));
  expect(new Set(heard)).toEqual(new Set(['emon/plug=2', 'emon/plug/in/ctrlmode=7']));
});

test.each(['emon/meter/power', 'emon/#', 'status', 'emon/plug2'])('its last will may not be on %s', async (topic) => {
  const will = { topic, payload: Buffer.from('dead'), qos: 0 as const, retain: true };
  await expect(device([OWN], { will })).rejects.toThrow();
});

test('the session of another client is neither taken over nor ended by its client id', async () => {
  const heard: string[] = [];
  const owner = await broker.client({ clientId: 'kitchen', clean: false, heard });
  await owner.subscribeAsync('emon/secret', { qos: 1 });
  const stolen: string[] = [];
  const { client } = await device([OWN], { clientId: 'kitchen', clean: false, heard: stolen });
  const meter = await broker.client();
  await meter.publishAsync('emon/secret', '1', { qos: 1 });
  await eventually(() => expect(heard).toEqual(['emon/secret=1']));
  expect(owner.connected).toBe(true);
  expect(client.connected).toBe(true);
  expect(stolen).toEqual([]);
});

test('the first `describe` settles whose node it is, once', async () => {
  const { login, as, client } = await device(null);
  const refused = await broker.client(as);
  refused.publish('emon/meter/power', '1', { qos: 1 });
  await closed(refused);
  const taken = await broker.client(as);
  taken.publish('emon/taken/describe', 'smartplug', { qos: 1 });
  await closed(taken);
  const steering = await broker.client(as);
  steering.publish('emon/shaper/describe', 'smartplug', { qos: 1 });
  await closed(steering);
  await client.publishAsync('emon/lamp/describe', 'smartplug', { qos: 1 });
  expect(logins.find(login.id)).toMatchObject({ filters: ['emon/lamp/#'], claims: false });
  client.publish('emon/other/describe', 'smartplug', { qos: 1 });
  await closed(client);
  expect(logins.find(login.id)?.filters).toEqual(['emon/lamp/#']);
});

test('a revoked login loses its connection within a second and gets no new one', async () => {
  const { login, as, client } = await device([OWN], {
    will: { topic: 'emon/plug/lwt', payload: Buffer.from('gone'), qos: 0 as const, retain: false },
  });
  const before = broker.messages.length;
  const started = performance.now();
  const cut = closed(client);
  await logins.revoke(ACCOUNT, login.id);
  await cut;
  expect(performance.now() - started).toBeLessThan(1000);
  const again = connect({ host: '127.0.0.1', port: broker.addresses().mqttPort, reconnectPeriod: 0, ...as });
  await expect(new Promise((_, reject) => again.once('error', reject))).rejects.toThrow(/Bad username|Not authorized/i);
  again.end(true);
  expect(broker.messages).toHaveLength(before);
});

test('a new login of the same device ends the one before', async () => {
  const { login, client } = await device([OWN]);
  const cut = closed(client);
  const { login: next } = await logins.make(ACCOUNT, login.device, [OWN]);
  await cut;
  expect(logins.ofDevice(login.device).map(({ id }) => id)).toEqual([next.id]);
});

test('what is stored is a hash, and what is stored is known after a start', async () => {
  const { login, secret } = await logins.make(ACCOUNT, 999, [OWN]);
  const rows = await stores.db.selectFrom('logins').selectAll().where('id', '=', login.id).execute();
  expect(JSON.stringify(rows)).not.toContain(secret);
  await logins.load();
  expect(logins.mqttLogin(login.username, secret)).toMatchObject({ account: ACCOUNT, by: 'device login' });
  expect(logins.mqttLogin(login.username, `${secret}x`)).toBeUndefined();
});

import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../app/broker/limits.ts';
import { loadConfig } from '../app/config.ts';
import { type Hub, startHub } from '../app/hub.ts';
import { createLog } from '../lib/log.ts';
import { closed, eventually } from './broker.ts';
import { openSealed, proofFor } from './pairing-device.ts';
import { testFolder, testStores } from './stores.ts';
import { type Owner, setUp } from './visitor.ts';

const stores = await testStores();
const beacons: string[] = [];
let ear: Socket;
let hub: Hub;
let owner: Owner;
let plug: MqttClient;
let login: { user: string; password: string; base: string };

beforeAll(async () => {
  ear = createSocket('udp4').on('message', (message) => beacons.push(message.toString('latin1')));
  await new Promise<void>((resolve) => ear.bind(0, '127.0.0.1', resolve));
  const config = loadConfig({
    HEARTH_STORAGE: testFolder('pairing'),
    HEARTH_HTTP_HOST: '127.0.0.1',
    HEARTH_HTTP_PORT: '0',
    HEARTH_MQTT_HOST: '127.0.0.1',
    HEARTH_MQTT_PORT: '0',
    HEARTH_MQTTS_PORT: '0',
    HEARTH_MYSQL_URL: stores.mysqlUrl,
    HEARTH_REDIS_URL: stores.redisUrl,
    HEARTH_BEACON_ADDRESS: '127.0.0.1',
    HEARTH_BEACON_PORT: String((ear.address() as AddressInfo).port),
    HEARTH_PAIRING_PORT: '0',
    HEARTH_PRESENCE: '0',
  });
  hub = await startHub(config, createLog('silent'));
  owner = await setUp(hub.addresses.http);
}, 90_000);
afterAll(async () => {
  await plug?.endAsync(true);
  await hub?.stop();
  ear.close();
});

const REQUEST = '/emoncms/device/auth/request.json';
const REGISTERED = 'Authentication request registered for IP 127.0.0.1';

async function get(path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${hub.addresses.http}${path}`, { headers, redirect: 'error' });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

const key = () => ({ authorization: `Bearer ${owner.write}` });

async function post(path: string, body: object, headers: Record<string, string> = key()) {
  const answer = await fetch(`${hub.addresses.http}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

async function state() {
  return JSON.parse((await get('/api/v1/pairing', key())).text) as { open: boolean; requests: { request: string }[] };
}

test('while nobody lets devices in, a device that asks leaves no trace', async () => {
  const answer = await get(REQUEST);
  expect(answer).toEqual({ status: 200, type: 'text/plain;charset=UTF-8', text: REGISTERED });
  expect(await state()).toMatchObject({ open: false, requests: [] });
  const ask = await post('/api/v1/pairing', { deviceId: 'abc', name: 'x', nonce: '00'.repeat(16) }, {});
  expect(ask).toMatchObject({ status: 409, body: { type: 'HUB_PAIRING_CLOSED' } });
});

test('beacon, request, Allow, login, first reading: EmonESP as it is', async () => {
  const opened = await post('/api/v1/pairing/window', { minutes: 5 });
  expect(opened.body).toMatchObject({ open: true, secondsLeft: 300 });
  await eventually(() => expect(beacons.at(-1)).toBe('emonpi.local'));
  const asking = get(REQUEST);
  await eventually(async () => {
    expect((await state()).requests).toMatchObject([{ kind: 'legacy', address: '127.0.0.1', state: 'waiting' }]);
  });
  const { requests } = await state();
  expect((await post(`/api/v1/pairing/${requests[0]?.request}/allow`, {})).status).toBe(200);
  // the question was held for this
  const line = (await asking).text;
  const [user = '', password = '', base = '', ...more] = line.split(':');
  expect([more, base]).toEqual([[], 'emon']);
  // the answer got lost: the same again
  expect((await get(REQUEST)).text).toBe(line);
  login = { user, password, base };
  plug = await connectAsync(hub.addresses.mqtt, { username: user, password, clientId: '1272', reconnectPeriod: 0 });
  // it arrived: nobody gets it again
  expect((await get(REQUEST)).text).toBe(REGISTERED);
  await plug.publishAsync(`${base}/smartplug1272/describe`, 'smartplug');
  await plug.subscribeAsync(`${base}/smartplug1272/in/#`);
  await plug.publishAsync(`${base}/smartplug1272/power`, '42', { qos: 1 });
  await eventually(async () => {
    const inputs = await get(`/input/get/smartplug1272/power.json?apikey=${owner.read}`);
    expect(inputs.text).toContain('42');
  });
  await eventually(async () => {
    const devices = JSON.parse((await get(`/device/list.json?apikey=${owner.write}`)).text);
    expect(devices).toMatchObject([{ nodeid: 'smartplug1272', type: 'smartplug' }]);
  });
});

test('a revoked login is off within a second, stays off, and the trail says who did what', async () => {
  const { logins } = JSON.parse((await get('/api/v1/logins', key())).text) as { logins: { id: number }[] };
  expect(logins).toMatchObject([{ username: login.user, filters: ['emon/smartplug1272/#'], revoked: null }]);
  const cut = closed(plug);
  const started = performance.now();
  await post(`/api/v1/logins/${logins[0]?.id}/revoke`, {});
  await cut;
  expect(performance.now() - started).toBeLessThan(1000);
  const again = { username: login.user, password: login.password, reconnectPeriod: 0 };
  await expect(connectAsync(hub.addresses.mqtt, again)).rejects.toThrow();
  const { entries } = JSON.parse((await get('/api/v1/audit', key())).text) as { entries: { action: string }[] };
  const actions = entries.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining(['pairing opened', 'pairing allowed', 'login handed out', 'login revoked']),
  );
  expect(JSON.stringify(entries)).not.toContain(login.password);
});

test('guessing at a login is told once in the trail', async () => {
  const wrong = { username: login.user, password: 'x', reconnectPeriod: 0 };
  for (let guess = 0; guess < LIMITS.failuresPerName + 2; guess += 1)
    await expect(connectAsync(hub.addresses.mqtt, wrong)).rejects.toThrow();
  await eventually(async () => {
    const { entries } = JSON.parse((await get('/api/v1/audit', key())).text) as { entries: { action: string }[] };
    const detail = `${login.user}, the last time from 127.0.0.1`;
    expect(entries.filter(({ action }) => action === 'login guessed')).toMatchObject([{ actor: 'somebody', detail }]);
  });
});

test('EmonCMS’s page: check shows the address, allow lets it in', async () => {
  const ask = (path: string) => get(`/device/${path}&apikey=${owner.write}`).then(({ text }) => JSON.parse(text));
  await get(REQUEST);
  expect(await ask('auth/check.json?')).toEqual({ success: true, ip: '127.0.0.1' });
  expect(await ask('authcheck.json?')).toEqual({ success: true, ip: '127.0.0.1' });
  const message = 'No authentication request registered';
  expect(await ask('auth/allow.json?ip=10.0.0.1')).toEqual({ success: false, message });
  const allowed = { success: true, message: 'Authentication request allowed for IP 127.0.0.1' };
  expect(await ask('authallow.json?ip=127.0.0.1')).toEqual(allowed);
  expect(await ask('auth/check.json?')).toEqual({ success: true, message });
  expect((await get(REQUEST)).text).toMatch(/^\w+:\w+:emon$/);
  expect((await get('/device/auth/check.json')).text).toBe('false');
  expect((await get(`/device/auth/allow.json?ip=127.0.0.1&apikey=${owner.read}`)).text).toBe('false');
});

test('a request that came through a proxy gets nothing: many may share its address', async () => {
  expect((await get(REQUEST, { 'x-forwarded-for': '10.0.0.7' })).text).toBe(REGISTERED);
});

test.each([true, false])('a device that names itself gets its login sealed (own key: %s)', async (withKey) => {
  await post('/api/v1/pairing/window', { minutes: 5 });
  const device = proofFor(withKey);
  const form = { deviceId: `aabbcc00112${withKey ? 1 : 2}`, type: 'smartplug', name: '<b>Kettle\n:x', ...device.form };
  const asked = await post('/api/v1/pairing', form, {});
  expect(asked.status).toBe(201);
  const { request, code, fingerprint } = asked.body as unknown as Record<string, string>;
  expect(code).toBe(device.code(form.deviceId, request ?? '', fingerprint ?? ''));
  const poll = () => get(`/api/v1/pairing/${request}?proof=${device.proof(request ?? '')}`);
  expect(JSON.parse((await poll()).text)).toEqual({ state: 'waiting', code });
  const shown = await state();
  expect(shown.requests.at(-1)).toMatchObject({ name: '<b>Kettle :x', code, kind: 'new' });
  await post(`/api/v1/pairing/${request}/allow`, {});
  expect((await get(`/api/v1/pairing/${request}?proof=${'0'.repeat(64)}`)).status).toBe(404);
  const { credential } = JSON.parse((await poll()).text);
  const opened = JSON.parse(openSealed(device, request ?? '', credential));
  expect(opened).toMatchObject({ topic: 'emon', fingerprint });
  const mqtt = { username: opened.username, password: opened.password, reconnectPeriod: 0 };
  const client = await connectAsync(hub.addresses.mqtt, mqtt);
  await client.publishAsync(`emon/${opened.node}/power`, '7', { qos: 1 });
  const said = { power_w: 1900, energy_wh: 5000, switch: 1 };
  await client.publishAsync(`emon/${opened.node}`, JSON.stringify(said), { qos: 1 });
  const feeds = JSON.parse((await get('/feed/list.json', key())).text) as { tag: string; name: string }[];
  const names = feeds.filter(({ tag }) => tag === opened.node).map(({ name }) => name);
  expect(names.sort()).toEqual(['energy_kwh', 'energy_kwhd', 'power_w', 'switch']);
  const { devices } = JSON.parse((await get('/api/v1/devices', key())).text) as { devices: { node: string }[] };
  expect(devices.find(({ node }) => node === opened.node)).toMatchObject({
    ...{ values: { power_w: 1900 }, todayKwh: 0, reported: { on: true }, health: { state: 'online' } },
  });
  await client.endAsync(true);
});

test('a device set up by hand gets a login of its own too', async () => {
  const id = Number(JSON.parse((await get(`/device/create.json?nodeid=meter&apikey=${owner.write}`)).text));
  const made = await post('/api/v1/logins', { device: id });
  expect(made).toMatchObject({ status: 201, body: { device: id, filters: ['emon/meter/#'] } });
  const { username, password } = made.body as unknown as { username: string; password: string };
  const client = await connectAsync(hub.addresses.mqtt, { username, password, reconnectPeriod: 0 });
  await client.publishAsync('emon/meter/power', '5', { qos: 1 });
  const cut = closed(client);
  await get(`/device/delete.json?id=${id}&apikey=${owner.write}`);
  await cut;
});

test('anybody may fetch the authority, and compare it', async () => {
  const answer = await get('/ca.crt');
  expect(answer).toMatchObject({ status: 200, type: expect.stringContaining('x509-ca-cert') });
  expect(answer.text).toContain('BEGIN CERTIFICATE');
});

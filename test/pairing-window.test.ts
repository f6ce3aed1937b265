import { beforeEach, expect, test } from 'vitest';
import { PAIRING } from '../models/pairing/limits.ts';
import { askForm, proofOf } from '../models/pairing/request.ts';
import { HOUSE, World } from '../scripts/campaign/pairing/world.ts';

const IP = '192.168.1.20';
const WAITING = `Authentication request registered for IP ${IP}`;
const LOGIN = /^d[0-9a-f]{12}:[0-9a-f]{32}:emon$/;
let world: World;

beforeEach(async () => {
  world = new World(7);
  await world.boot();
});

/** Lets whatever waits in this world go on. */
async function done<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const finished = work.finally(() => {
    isDone = true;
  });
  finished.catch(() => undefined);
  while (!isDone) await world.step();
  return await finished;
}

const legacy = (ip = IP, proxied = false) => done(world.pairing.askLegacy(ip, proxied));
const open = (minutes = 5) => world.pairing.open(HOUSE, minutes, 'Megan');
const shown = () => world.pairing.state(HOUSE).requests.filter(({ state }) => state === 'waiting');
const form = (deviceId: string, nonce = world.random.hex(16)) => askForm.parse({ deviceId, name: deviceId, nonce });
const allowOnly = () => world.pairing.allow(HOUSE, shown()[0]?.request ?? '', 'Megan');

test('the window closes by itself, and what waited goes with it', async () => {
  open(1);
  await legacy();
  expect(shown()).toHaveLength(1);
  world.clock.advance(59_000);
  expect(world.pairing.state(HOUSE)).toMatchObject({ open: true, secondsLeft: 1 });
  world.clock.advance(2000);
  expect(world.pairing.state(HOUSE)).toMatchObject({ open: false, secondsLeft: 0, requests: [] });
  expect(world.pairing.isBusy).toBe(false);
  expect(world.told.at(-1)).toMatchObject({ name: 'pairing', deciders: true, data: { open: false } });
});

test('a poll of EmonCMS’s page opens it for a minute, and never shortens it', () => {
  world.pairing.check(HOUSE);
  expect(world.pairing.state(HOUSE).secondsLeft).toBe(60);
  open(10);
  world.pairing.check(HOUSE);
  expect(world.pairing.state(HOUSE).secondsLeft).toBe(600);
});

test('a request is forgotten two minutes after the device last asked', async () => {
  open(30);
  await legacy();
  world.clock.advance(PAIRING.requestMs - 1000);
  await legacy();
  world.clock.advance(PAIRING.requestMs - 1000);
  expect(shown()).toHaveLength(1);
  world.clock.advance(2000);
  expect(shown()).toHaveLength(0);
});

test('three are shown, and the next when one is decided', async () => {
  open();
  for (const host of [1, 2, 3, 4, 5]) await legacy(`192.168.1.${host}`);
  expect(shown().map(({ address }) => address)).toEqual(['192.168.1.1', '192.168.1.2', '192.168.1.3']);
  expect(world.pairing.state(HOUSE).more).toBe(2);
  await world.pairing.deny(HOUSE, shown()[0]?.request ?? '', 'Megan');
  expect(shown().map(({ address }) => address)).toEqual(['192.168.1.2', '192.168.1.3', '192.168.1.4']);
});

test('an address has three requests at most, and everybody together has a limit', async () => {
  open();
  for (const id of ['one', 'two', 'three']) await done(world.pairing.ask(form(id), IP));
  await expect(done(world.pairing.ask(form('four'), IP))).rejects.toMatchObject({ code: 'HUB_TOO_MANY' });
  for (let host = 1; host < 60; host += 1) await legacy(`10.0.0.${host}`);
  const { requests, more } = world.pairing.state(HOUSE);
  expect(requests.length + more).toBeLessThanOrEqual(PAIRING.inAll);
});

test('the login is given once, and again where the answer got lost, for a minute', async () => {
  open();
  expect(await legacy()).toBe(WAITING);
  allowOnly();
  const line = await legacy();
  expect(line).toMatch(LOGIN);
  expect(await legacy()).toBe(line);
  world.clock.advance(PAIRING.grantMs + 1);
  expect(await legacy()).toBe(WAITING);
  expect(world.stores.logins.size).toBe(1);
});

test('two questions at the same moment get the same login', async () => {
  open();
  await legacy();
  allowOnly();
  const [one, two] = await done(Promise.all([world.pairing.askLegacy(IP, false), world.pairing.askLegacy(IP, false)]));
  expect(one).toMatch(LOGIN);
  expect(two).toBe(one);
  expect(world.stores.logins.size).toBe(1);
});

test('a device that does not fetch its login in time has none', async () => {
  open();
  await legacy();
  allowOnly();
  world.clock.advance(PAIRING.grantMs + 1);
  expect(await legacy()).toBe(WAITING);
  expect(world.stores.logins.size).toBe(0);
});

test('allowed is allowed although the window closes', async () => {
  open();
  await legacy();
  allowOnly();
  open(0);
  expect(await legacy()).toMatch(LOGIN);
});

test('another card at the address voids what was allowed', async () => {
  world.cards.set(IP, 'aabbcc001122');
  open();
  await legacy();
  expect(shown()).toMatchObject([{ mac: 'aabbcc001122' }]);
  allowOnly();
  world.cards.set(IP, 'aabbcc003344');
  expect(await legacy()).toBe(WAITING);
  world.cards.set(IP, 'aabbcc001122');
  expect(await legacy()).toBe(WAITING);
});

test.each(['fe80::1', '2001:db8::7:1'])('what %s is answered is no login to the firmware', async (ip) => {
  open();
  expect((await legacy(ip)).split(':')).toHaveLength(1);
});

test('denied is out of sight until the window closes, blocked until it is taken back', async () => {
  open();
  await legacy();
  await world.pairing.deny(HOUSE, shown()[0]?.request ?? '', 'Megan');
  await legacy();
  expect(shown()).toHaveLength(0);
  open(0);
  open();
  await legacy();
  await world.pairing.deny(HOUSE, shown()[0]?.request ?? '', 'Megan', true);
  open(0);
  open();
  await legacy();
  expect(shown()).toHaveLength(0);
  const [block] = world.pairing.blocked(HOUSE);
  expect(await world.pairing.unblock(HOUSE + 1, block?.id ?? 0, 'Eve')).toBe(false);
  expect(await world.pairing.unblock(HOUSE, block?.id ?? 0, 'Megan')).toBe(true);
  await legacy();
  open(0);
  open();
  await legacy();
  expect(shown()).toHaveLength(1);
});

/** Pairs the plug at an address once more and lets it say which node it is. */
async function pairAs(node: string, ip = IP) {
  open();
  await legacy(ip);
  const request = shown().find(({ address }) => address === ip)?.request ?? '';
  world.pairing.allow(HOUSE, request, 'Megan');
  const [username = '', secret = ''] = (await legacy(ip)).split(':');
  const who = world.logins.mqttLogin(username, secret);
  world.pairing.used(who?.topics?.login ?? 0);
  who?.topics?.claim(`emon/${node}/describe`);
  for (let turn = 0; turn < 5; turn += 1) await world.step();
  return who?.topics;
}

test('a plug that was reset and let in again goes on where it was, and its login before is over', async () => {
  const first = await pairAs('smartplug1272');
  expect(first?.covers('emon/smartplug1272/power')).toBe(true);
  const second = await pairAs('smartplug1272');
  expect(second?.covers('emon/smartplug1272/power')).toBe(true);
  expect(first?.covers('emon/smartplug1272/power')).toBe(false);
  expect(world.stores.devices.list(HOUSE)).toMatchObject([{ node: 'smartplug1272' }]);
  expect(second?.device).toBe(first?.device);
});

test('a device elsewhere on the network does not get the node of another by naming it', async () => {
  const plug = await pairAs('smartplug1272');
  const other = await pairAs('smartplug1272', '192.168.1.66');
  expect(other?.covers('emon/smartplug1272/power')).toBe(false);
  expect(plug?.covers('emon/smartplug1272/power')).toBe(true);
});

test('a plug whose card is known is the same device with a new login', async () => {
  world.cards.set(IP, 'aabbcc001122');
  const first = await pairAs('smartplug1272');
  const again = await pairAs('smartplug1272');
  expect(again?.covers('emon/smartplug1272/power')).toBe(true);
  expect(first?.isOpen).toBe(false);
  expect(world.stores.devices.list(HOUSE)).toHaveLength(1);
});

test('a household that has not opened its window sees and decides nothing', async () => {
  open();
  await legacy();
  const other = HOUSE + 1;
  expect(world.pairing.state(other).requests).toEqual([]);
  const id = shown()[0]?.request ?? '';
  expect(() => world.pairing.allow(other, id, 'Eve')).toThrow(/Nobody is letting/);
  allowOnly();
  world.pairing.open(other, 5, 'Eve');
  expect(() => world.pairing.allow(other, id, 'Eve')).toThrow(/decided/);
});

test('after twenty wrong guesses an address is not read any more for a minute', async () => {
  open();
  const mine = form('mine');
  const { id } = await done(world.pairing.ask(mine, IP));
  for (let guess = 0; guess < PAIRING.wrongPerAddress; guess += 1)
    await expect(world.pairing.poll(id, 'no', IP)).rejects.toMatchObject({ code: 'HUB_PAIRING_NOT_FOUND' });
  const right = () => world.pairing.poll(id, proofOf(id, mine.nonce), IP);
  await expect(right()).rejects.toMatchObject({ code: 'HUB_TOO_MANY' });
  world.clock.advance(60_000);
  expect(await right()).toMatchObject({ state: 'waiting' });
});

test.each([
  ['a key everybody shares', { publicKey: '00'.repeat(32) }],
  ['a short nonce', { nonce: '00' }],
  ['an id with a slash', { deviceId: 'a/b/c' }],
  ['no name', { name: '' }],
])('%s is refused', (_what, wrong) => {
  const good = { deviceId: 'abc', name: 'x', nonce: '00'.repeat(16) };
  expect(askForm.safeParse(good).success).toBe(true);
  expect(askForm.safeParse({ ...good, ...wrong }).success).toBe(false);
});

test.each([
  ['an Allow answers at once', () => allowOnly(), true],
  ['a Deny too, with nothing to fetch', () => void world.pairing.deny(HOUSE, shown()[0]?.request ?? '', 'Megan'), true],
  ['the window closes', () => void world.pairing.open(HOUSE, 0, 'Megan'), true],
  ['nobody decides in time', () => world.clock.advance(PAIRING.holdMs), false],
])('a shown request is held until %s', async (_, then, isDecided) => {
  open();
  await legacy();
  let answer: boolean | undefined;
  const held = world.pairing
    .decided(IP, () => undefined)
    .then((decided) => {
      answer = decided;
    });
  world.clock.advance(PAIRING.holdMs - 1);
  await world.step();
  expect(answer).toBeUndefined();
  then();
  await held;
  expect(answer).toBe(isDecided);
  expect(await legacy()).toMatch(world.pairing.state(HOUSE).requests[0]?.state === 'granted' ? LOGIN : WAITING);
});

test('what is held ends when the device hangs up or asks again; what is not shown, known or open is not held', async () => {
  let hangUp: () => void = () => undefined;
  const decided = (ip = IP, onGone: (listener: () => void) => void = () => undefined) =>
    done(world.pairing.decided(ip, onGone));
  expect(await decided()).toBe(false);
  open();
  await legacy();
  const first = world.pairing.decided(IP, () => undefined);
  const second = world.pairing.decided(IP, (listener) => {
    hangUp = listener;
  });
  expect(await first).toBe(false);
  hangUp();
  expect(await second).toBe(false);
  for (const last of [21, 22, 23]) await legacy(`192.168.1.${last}`);
  // a fourth is not shown yet
  expect(await decided('192.168.1.23')).toBe(false);
  expect(await decided('192.168.1.99')).toBe(false);
  world.pairing.allow(HOUSE, shown()[0]?.request ?? '', 'Megan');
  expect(await decided()).toBe(false);
  expect(await legacy()).toMatch(LOGIN);
});

test('an answer that is held stays below the time after which the firmware gives up', () => {
  expect(PAIRING.holdMs).toBeLessThan(5000);
  expect(PAIRING.mostHeld).toBeLessThanOrEqual(PAIRING.inAll);
});

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { systemRandom } from '../../lib/random.ts';
import type { Kind } from '../../scripts/simulate/shelly/kinds.ts';
import { type ShellyServer, shellyServer } from '../../scripts/simulate/shelly/server.ts';
import { idOf, type ShellyState, type ShellyWish, shellyState } from '../../scripts/simulate/shelly/state.ts';
import { shellyVoice } from '../../scripts/simulate/shelly/voice.ts';
import { deviceOf, portsTo } from '../../test/device-trial.ts';
import { driverConformance } from '../../test/driver-conformance.ts';
import { hasSwitch } from '../switchable.ts';
import type { DeviceError } from './device-error.ts';
import type { DeviceRef, Driver, Found } from './driver.ts';
import { DRIVERS } from './registry.ts';
import { shelly1 } from './shelly1.ts';
import { shelly2 } from './shelly2.ts';

const MAC = 'A8:03:2A:00:00:21';
const IDENTITY = 'a8032a000021';
const FAULTS = { silent: 'slow', garbled: 'garbage', huge: 'huge' } as const;

interface Shelly {
  readonly state: ShellyState;
  readonly server: ShellyServer;
  device(fields?: Partial<DeviceRef>): DeviceRef;
}

const open = new Set<ShellyServer>();
afterEach(async () => {
  for (const server of open) await server.stop();
  open.clear();
});

const TRIED: [Driver, Kind, string | undefined][] = [
  [shelly1, 'plug-s', undefined],
  [shelly1, '3em', 'secret'],
  [shelly2, 'plus-plug-s', 'secret'],
  [shelly2, 'pro-4pm', undefined],
];

for (const [driver, kind, password] of TRIED)
  driverConformance(driver, {
    async start(clock) {
      const { state, server, device } = await started(kind, { clock, ...(password && { password }) });
      const { relays, generation } = state.kind;
      const several = relays > 1 ? { identity: `${IDENTITY}.0`, settings: { channel: 0, topic: idOf(state) } } : {};
      const heard: [string, Buffer][] = [];
      const voice = shellyVoice(
        state,
        server.address,
        (topic, payload) => void heard.push([topic, Buffer.from(payload)]),
      );
      const [load] = state.loads;
      const topic = generation === 1 ? `shellies/${idOf(state)}` : idOf(state);
      return {
        device: device({ settings: { topic, ...(password && { password }) }, ...several }),
        measure(power, energyWh = 0) {
          if (load) Object.assign(load, { on: true, watts: power, wattHours: energyWh });
        },
        isOn: () => load?.on ?? false,
        fail: async (fault) => {
          if (fault === 'gone') await server.stop();
          else server.fault = FAULTS[fault];
        },
        heard: () => heard,
        press: voice.press,
        reboot: voice.reboot,
        stop: () => server.stop(),
      };
    },
  });

describe('a meter that keeps its minutes', () => {
  test('tells those that nobody asked for, in several answers, with its counter as it stood then', async () => {
    const { state, device } = await started('pro-3em', { password: 'right' });
    const now = systemClock.seconds();
    const first = now - 150 * 60;
    for (let at = 0; at < 150; at += 1) state.minutes.push({ ts: first + at * 60, wattHours: at < 140 ? 3 : 30 });
    const [load] = state.loads;
    if (load) Object.assign(load, { on: false, wattHours: 10_000 });
    const ref = device({ settings: { password: 'right' } });
    const missed = (await shelly2.missed?.(ref, now - 145 * 60 - 1, portsTo())) ?? [];
    expect(missed).toHaveLength(146);
    expect(missed.map(({ time }) => time)).toEqual(missed.map(({ time }) => time).sort());
    expect(missed[0]).toMatchObject({ valid: true, values: { power_w: 180, power_w_1: 60 } });
    expect(missed.at(-2)?.values.power_w).toBe(1800);
    const energies = missed.map(({ values }) => values.energy_wh ?? 0);
    expect((energies.at(-1) ?? 0) - (energies.at(-2) ?? 0)).toBeCloseTo(30);
    expect(energies.at(-1)).toBeLessThanOrEqual(10_000);
    expect(await shelly2.missed?.(ref, now, portsTo())).toEqual([]);
  });

  test('one that keeps none tells none', async () => {
    const { device } = await started('plus-plug-s');
    expect(await shelly2.missed?.(device(), 0, portsTo()).catch(() => [])).toEqual([]);
  });
});

describe('both generations', () => {
  test.each([
    ['plug-s', shelly1, shelly2],
    ['plus-plug-s', shelly2, shelly1],
  ] as const)('%s is known by its own driver alone', async (kind, own, other) => {
    const { server } = await started(kind);
    expect(await own.identify?.(server.address, portsTo())).toMatchObject({ identity: IDENTITY, type: 'plug' });
    expect(await other.identify?.(server.address, portsTo())).toBeNull();
  });

  test.each([
    ['plug-s', shelly1],
    ['plus-plug-s', shelly2],
  ] as const)('%s with a password is found, and says so; a wrong one is told', async (kind, driver) => {
    const { server, device, state } = await started(kind, { password: 'right' });
    expect(await driver.identify?.(server.address, portsTo())).toMatchObject({ note: 'It asks for a password.' });
    for (const settings of [{}, { password: 'wrong' }])
      await expect(driver.read?.(device({ settings }), portsTo())).rejects.toMatchObject({ fault: 'login' });
    await driver.switch?.(device({ settings: { password: 'right' } }), false, portsTo());
    expect(state.loads[0]?.on).toBe(false);
  });

  test.each([
    ['plug-s', shelly1],
    ['plus-plug-s', shelly2],
  ] as const)('%s whose address another has now is neither read nor switched', async (kind, driver) => {
    const { device, state } = await started(kind);
    const other = device({ identity: 'a8032a0000ff' });
    await expect(driver.read?.(other, portsTo())).rejects.toThrow('Another device answers at this address.');
    await expect(driver.switch?.(other, false, portsTo())).rejects.toThrow('Another device answers at this address.');
    expect(state.loads[0]?.on).toBe(true);
  });

  test.each([
    ['another Shelly', shelly1, greets('A8032A0000FF')],
    ['what says nothing of itself', shelly1, () => asksForIt],
    ['what is no Shelly', shelly1, greets('')],
    ['what calls itself by its name and asks for the password itself', shelly2, greets(MAC)],
  ] as const)('%s that took over its address gets no password', async (_, driver, answers) => {
    const heard: string[] = [];
    const thief = createServer((req, res) => {
      heard.push(req.headers.authorization ?? '');
      answers(req.url ?? '')(res);
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(thief.address() as AddressInfo).port}`;
    const settings = { password: 'secret' };
    const robbed = deviceOf({ family: driver.family, identity: IDENTITY, address, settings });
    await expect(driver.read?.(robbed, portsTo())).rejects.toThrow();
    await expect(driver.switch?.(robbed, true, portsTo())).rejects.toThrow();
    await new Promise((resolve) => thief.close(resolve));
    expect(heard.length).toBeGreaterThan(1);
    expect(new Set(heard)).toEqual(new Set(['']));
  });

  test.each([
    ['plug-s', shelly1],
    ['plus-plug-s', shelly2],
    ['pro-3em', shelly2],
  ] as const)('a lie of %s is not passed on', async (kind, driver) => {
    const { device, server } = await started(kind);
    server.fault = 'lying';
    expect(await driver.read?.(device(), portsTo())).toMatchObject({ valid: false, values: { power_w: null } });
  });

  test.each([
    ['3em', shelly1, true],
    ['pro-3em', shelly2, false],
  ] as const)('whether the meter %s can be switched is known when it is found', async (kind, driver, can) => {
    const { server } = await started(kind);
    const found = (await driver.identify?.(server.address, portsTo())) as Found;
    expect(hasSwitch(DRIVERS, { settings: {}, ...found })).toBe(can);
  });

  test('three phases are told apart and together', async () => {
    for (const [kind, driver] of [
      ['3em', shelly1],
      ['pro-3em', shelly2],
    ] as const) {
      const { device, state } = await started(kind);
      Object.assign(state.loads[0] ?? {}, { watts: 3000, wattHours: 900 });
      const reading = await driver.read?.(device(), portsTo());
      expect(reading?.values).toMatchObject({ power_w: 3000, power_w_2: 1000, energy_returned_wh: 0 });
      expect(reading?.values.energy_wh).toBeCloseTo(900, 0);
    }
  });

  test('each relay of a device with four is one of its own', async () => {
    const { device, server, state } = await started('pro-4pm');
    const found = await shelly2.identify?.(server.address, portsTo());
    expect(found?.children?.map(({ identity }) => identity)).toEqual([0, 1, 2, 3].map((n) => `${IDENTITY}.${n}`));
    await shelly2.switch?.(device(found?.children?.[2] as Partial<DeviceRef>), false, portsTo());
    expect(state.loads.map(({ on }) => on)).toEqual([true, true, false, true]);
  });
});

describe('on the broker', () => {
  const plug = deviceOf({ family: 'shelly2', identity: IDENTITY, settings: { topic: 'shellyplusplugs-a8032a000021' } });
  const said = (method: string, params: object) =>
    shelly2.fromMqtt?.(
      plug,
      'shellyplusplugs-a8032a000021/events/rpc',
      Buffer.from(JSON.stringify({ method, params })),
    );

  test.each([
    ['a press', { 'switch:0': { output: true, source: 'button' } }, { on: true, wish: true }],
    ['a command', { 'switch:0': { output: true, source: 'MQTT' } }, { on: true }],
    ['its own timer', { 'switch:0': { output: false, source: 'timer' } }, { on: false, wish: false }],
    ['a start', { 'switch:0': { output: false, source: 'init' } }, { on: false, reboot: true }],
    ['another relay', { 'switch:1': { output: true, source: 'button' } }, null],
  ])('%s of the second generation', (_, params, meaning) => {
    expect(said('NotifyStatus', params)).toEqual(meaning);
  });

  test('what is announced is known by its MAC, with the topics it speaks on', () => {
    const first = { id: 'shellyplug-s-000021', mac: 'A8032A000021', model: 'SHPLG-S', ip: '192.168.1.9' };
    expect(shelly1.discover?.fromMqtt?.('shellies/announce', Buffer.from(JSON.stringify(first)))).toMatchObject({
      identity: IDENTITY,
      address: '192.168.1.9',
      settings: { topic: 'shellies/shellyplug-s-000021' },
    });
    const second = { src: 'shellyplusplugs-a8032a000021', method: 'NotifyStatus', params: {} };
    expect(shelly2.discover?.fromMqtt?.('attic/events/rpc', Buffer.from(JSON.stringify(second)))).toMatchObject({
      identity: IDENTITY,
      settings: { topic: 'attic' },
    });
  });

  test.each([['#'], ['+'], ['a//b'], ['$SYS'], ['x'.repeat(300)]])(
    'a topic of %s is not taken for its own',
    (topic) => {
      const first = { id: topic, mac: 'A8032A000021', model: 'SHPLG-S' };
      expect(shelly1.discover?.fromMqtt?.('shellies/announce', Buffer.from(JSON.stringify(first)))).toBeNull();
      expect(shelly2.topics?.(deviceOf({ ...plug, settings: { topic } }))).toEqual([]);
    },
  );

  test.each([['emon'], ['shellies'], ['tasmota/x']])('topics below %s are not for one device alone', (topic) => {
    expect(shelly2.topics?.(deviceOf({ ...plug, settings: { topic } }))).toEqual([]);
  });

  /** One that nobody knows an address of, as it and the hub talk by way of the broker. */
  function onBroker(wish: Partial<ShellyWish> = {}) {
    const state = shellyState({ kind: 'plus-plug-s', mac: MAC, watts: 77, clock: systemClock, ...wish });
    const said: [string, Buffer][] = [];
    const ports = portsTo((topic, payload, heard) => {
      const say = (at: string, text: string) => {
        said.push([at, Buffer.from(text)]);
        heard(at, text);
      };
      shellyVoice(state, '', say).take(topic, payload);
    });
    return { state, said, ports };
  }

  test('without an address its status is asked for over the broker, and the answer is understood', async () => {
    const { said, ports } = onBroker();
    await shelly2.refresh?.(plug, ports);
    const [topic = '', payload = Buffer.alloc(0)] = said[0] ?? [];
    expect(shelly2.fromMqtt?.(plug, topic, payload)).toMatchObject({ on: true, reading: { values: { power_w: 77 } } });
    const lost = deviceOf({ ...plug, settings: {} });
    await expect(shelly2.refresh?.(lost, portsTo())).rejects.toMatchObject({ fault: 'unreachable' });
  });

  test.each([
    ['without a password', {}, {}, 'switched'],
    ['as the maker has it, which lets MQTT in', { password: 'right' }, {}, 'switched'],
    ['that wants its password there too', { password: 'right', guardsBroker: true }, { password: 'right' }, 'switched'],
    ['that wants another', { password: 'right', guardsBroker: true }, { password: 'wrong' }, 'login'],
    ['that wants one nobody wrote down', { password: 'right', guardsBroker: true }, {}, 'login'],
    [
      'with another’s name',
      { password: 'right', guardsBroker: true, mac: 'A8032A000099' },
      { password: 'right' },
      'answer',
    ],
  ])('one %s is switched over the broker, or says why not', async (_, wish, settings, outcome) => {
    const { state, ports } = onBroker(wish);
    const topic = idOf(state);
    const device = deviceOf({ ...plug, settings: { topic, ...settings } });
    const result = await shelly2.switch?.(device, false, ports).catch((error: DeviceError) => error.fault);
    expect(result ?? 'switched').toBe(outcome);
    expect(state.loads[0]?.on).toBe(outcome !== 'switched');
  });

  test('the password itself never goes over the broker', async () => {
    const sent: string[] = [];
    const { ports, state } = onBroker({ password: 'right', guardsBroker: true });
    const ask: typeof ports.mqtt.ask = (account, topic, payload, answer) => {
      sent.push(payload.toString());
      return ports.mqtt.ask(account, topic, payload, answer);
    };
    const device = deviceOf({ ...plug, settings: { topic: idOf(state), password: 'right' } });
    await shelly2.switch?.(device, false, { ...ports, mqtt: { ...ports.mqtt, ask } });
    expect(sent).toHaveLength(2);
    expect(sent.join()).not.toContain('right');
  });

  test('an older one is switched by a word on its topic', async () => {
    const sent: string[][] = [];
    const ports = portsTo((topic, payload) => void sent.push([topic, payload]));
    const old = deviceOf({ family: 'shelly1', identity: IDENTITY, settings: { topic: 'shellies/shelly1-000021' } });
    await shelly1.switch?.(old, false, ports);
    expect(sent).toEqual([['shellies/shelly1-000021/relay/0/command', 'off']]);
    expect(await shelly1.setWindow?.(old, [[0, 1e10]], ports, 'UTC')).toEqual({ keeps: 'none', until: null });
  });
});

function asksForIt(res: ServerResponse): void {
  res.writeHead(401, { 'www-authenticate': 'Basic realm="shelly"' }).end();
}

/** Tells a network card at `/shelly`; everywhere else it wants the password. */
function greets(mac: string): (path: string) => (res: ServerResponse) => void {
  return (path) => (path === '/shelly' ? (res) => void res.end(JSON.stringify({ type: 'SHPLG-S', mac })) : asksForIt);
}

async function started(kind: Kind, wish: Partial<ShellyWish> = {}): Promise<Shelly> {
  const state = shellyState({ kind, mac: MAC, clock: systemClock, ...wish });
  const server = await shellyServer({ state, host: '127.0.0.1', port: 0, clock: systemClock, random: systemRandom });
  open.add(server);
  const family = state.kind.generation === 1 ? 'shelly1' : 'shelly2';
  return {
    state,
    server,
    device: (fields) => deviceOf({ family, identity: IDENTITY, address: server.address, ...fields }),
  };
}

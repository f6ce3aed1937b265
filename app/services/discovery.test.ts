import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Disposer, sleep, systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import type { Driver, Found, FoundService } from '../../models/drivers/driver.ts';
import { DRIVERS } from '../../models/drivers/registry.ts';
import { hearBroadcasts, kasaPlug, klapPlug } from '../../scripts/simulate/kasa/house.ts';
import type { Kind } from '../../scripts/simulate/shelly/kinds.ts';
import { shellyServer } from '../../scripts/simulate/shelly/server.ts';
import { idOf, shellyState } from '../../scripts/simulate/shelly/state.ts';
import { ownLoopback, portsTo } from '../../test/device-trial.ts';
import { udpBroadcast } from '../connections/broadcast.ts';
import { Discovery, type DiscoveryDeps } from './discovery.ts';

const log = createLog('silent');
const TASMOTA = { mac: 'A020A6000031', ip: '192.168.1.5', dn: 'Heater', t: 'heater', ft: '%prefix%/%topic%/', rl: [1] };

describe('discovery', () => {
  let clock: ManualClock;
  let seen: [account: number, found: Found][];
  let questions: number[];
  let answers: Map<number, (answer: Buffer, from: string) => void>;
  let browsing: ((service: FoundService) => void) | null;
  let discovery: Discovery;
  const stops: (Disposer | (() => Promise<unknown>))[] = [];

  beforeEach(() => {
    clock = new ManualClock();
    [seen, questions, answers, browsing] = [[], [], new Map(), null];
    discovery = made();
  });
  afterEach(async () => {
    discovery.stop();
    for (const stop of stops.splice(0)) await stop();
  });

  test('nothing goes out until a person looks, nor after the time is up', () => {
    discovery.start();
    clock.advance(3_600_000);
    expect(questions).toEqual([]);
    discovery.look(1, 5);
    expect(discovery.remaining(1)).toBe(300);
    expect(questions.sort()).toEqual([20_002, 9999]);
    clock.advance(300_000);
    expect([discovery.remaining(1), answers.size, browsing]).toEqual([0, 0, null]);
    const asked = questions.length;
    expect(asked).toBeGreaterThan(40);
    clock.advance(3_600_000);
    expect(questions).toHaveLength(asked);
  });

  test('what is found is told to those who look, and to nobody else', () => {
    discovery.look(1, 5);
    clock.advance(120_000);
    discovery.look(2, 5);
    const answer = Buffer.concat([Buffer.alloc(16), Buffer.from('{"result":{"mac":"50-C7-BF-00-00-FF"}}')]);
    answers.get(20_002)?.(answer, '192.168.1.7');
    clock.advance(200_000);
    answers.get(20_002)?.(answer, '192.168.1.7');
    expect(seen.map(([account]) => account)).toEqual([1, 2, 2]);
  });

  test('Kasa plugs answer on the wire, with old and new firmware', async () => {
    stops.push(await hearBroadcasts(), await klapPlug({ mac: '50:C7:BF:00:00:FF', model: 'HS110(UK)' }));
    for (const [model, mac] of [
      ['hs110v2', '50:C7:BF:00:00:51'],
      ['hs300', '50:C7:BF:00:00:52'],
    ] as const) {
      const plug = kasaPlug({ model, mac, alias: '<i>Desk</i>', address: ownLoopback() }, systemClock);
      await plug.start();
      stops.push(() => plug.stop());
    }
    discovery = made({ broadcast: udpBroadcast(log, '127.255.255.255'), clock: systemClock });
    discovery.look(1, 1);
    const wanted = ['50c7bf000051', '50c7bf000052', '50c7bf0000ff'];
    for (let tries = 0; tries < 500 && wanted.some((one) => !find(one)); tries += 1) await sleep(systemClock, 10);
    expect(find('50c7bf000051')).toMatchObject({ name: '<i>Desk</i>', supported: true });
    expect(find('50c7bf000052')?.children).toHaveLength(6);
    expect(find('50c7bf0000ff')).toMatchObject({ supported: false, note: 'firmware not supported' });
  });

  test.each(['plug-s', 'plus-plug-s'] as const)('%s announces itself and is asked who it is', async (kind) => {
    const { address, id, type } = await shelly(kind);
    discovery.look(1, 1);
    browsing?.(service(id, '_http._tcp', address));
    if (type !== '_http._tcp') browsing?.(service(id, type, address));
    await settled(() => seen.length > 0);
    expect(seen).toMatchObject([[1, { identity: 'a8032a000021', address }]]);
  });

  test.each([
    ['a printer', 'Office printer', '127.0.0.1:9'],
    ['a Shelly that is gone', 'shellyplug-s-C18B12', '127.0.0.1:9'],
    ['a Shelly outside the house', 'shellyplug-s-C18B12', '203.0.113.1:80'],
  ])('%s is not found', async (_, name, address) => {
    discovery.look(1, 1);
    for (const type of ['_http._tcp', '_shelly._tcp']) browsing?.(service(name, type, address));
    await sleep(systemClock, 50);
    expect(seen).toEqual([]);
  });

  test.each<[string, string, string | object, string | null]>([
    ['Tasmota', 'tasmota/discovery/A020A6000031/config', TASMOTA, 'a020a6000031'],
    ['a Tasmota that goes', 'tasmota/discovery/A020A6000031/config', '', null],
    ['its sensors', 'tasmota/discovery/A020A6000031/sensors', { sn: {} }, null],
    ['Shelly 1', 'shellies/announce', { id: 'shelly1-1', mac: 'A8032A000021', ip: '192.168.1.4' }, 'a8032a000021'],
    ['garbage', 'shellies/announce', '{{{', null],
    ['too much', 'shellies/announce', { id: 'shelly1-1', mac: 'A8032A000021', x: 'x'.repeat(20_000) }, null],
    ['a reading', 'emon/house/power', '12', null],
  ])('on the broker: %s', async (_, topic, payload, identity) => {
    await discovery.announced(7, topic, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)));
    expect(seen.map(([account, found]) => [account, found.identity])).toEqual(identity === null ? [] : [[7, identity]]);
    expect(questions).toEqual([]);
  });

  test('a Shelly on the broker that does not say where it is, is looked for, once an hour', async () => {
    const said = Buffer.from('{"src":"shellyplus1pm-a8032a000021","method":"NotifyStatus","params":{}}');
    for (let times = 0; times < 5; times += 1)
      await discovery.announced(7, 'shellyplus1pm-a8032a000021/events/rpc', said);
    expect(discovery.remaining(7)).toBe(60);
    clock.advance(120_000);
    await discovery.announced(7, 'shellyplus1pm-a8032a000021/events/rpc', said);
    expect(discovery.remaining(7)).toBe(0);
  });

  test('of ten thousand answers in a second, five hundred are looked at', () => {
    discovery.look(1, 1);
    const answer = (mac: number) =>
      Buffer.concat([Buffer.alloc(16), Buffer.from(`{"result":{"mac":"${mac.toString(16).padStart(12, '0')}"}}`)]);
    for (let mac = 0; mac < 10_000; mac += 1) answers.get(20_002)?.(answer(mac), '192.168.1.7');
    expect(seen).toHaveLength(500);
    clock.advance(1000);
    answers.get(20_002)?.(answer(1), '192.168.1.7');
    expect(seen).toHaveLength(501);
  });

  test('a driver that fails takes no other along', async () => {
    const broken = { ...DRIVERS.get('tasmota'), family: 'broken' } as Driver;
    const fails = () => {
      throw new Error('broken');
    };
    const drivers = new Map([['broken', { ...broken, discover: { ...broken.discover, fromMqtt: fails } }], ...DRIVERS]);
    discovery = made({ drivers });
    await discovery.announced(7, 'tasmota/discovery/A020A6000031/config', Buffer.from(JSON.stringify(TASMOTA)));
    expect(seen).toHaveLength(1);
  });

  function made(more: Partial<DiscoveryDeps> = {}): Discovery {
    return new Discovery({
      inbox: { seen: async (account, found) => void seen.push([account, found]) },
      drivers: DRIVERS,
      ports: portsTo(),
      broadcast: (port, _question, heard) => {
        questions.push(port);
        answers.set(port, heard);
        return { send: () => void questions.push(port), close: () => void answers.delete(port) };
      },
      browse: (_types, found) => {
        browsing = found;
        return () => {
          browsing = null;
        };
      },
      ...{ clock, log },
      ...more,
    });
  }

  async function shelly(kind: Kind): Promise<{ address: string; id: string; type: string }> {
    const state = shellyState({ kind, mac: 'A8:03:2A:00:00:21', clock: systemClock });
    const server = await shellyServer({
      state,
      host: ownLoopback(),
      port: 80,
      clock: systemClock,
      random: systemRandom,
    });
    stops.push(() => server.stop());
    const type = state.kind.generation === 1 ? '_http._tcp' : '_shelly._tcp';
    return {
      address: state.kind.generation === 1 ? server.address.replace(/:80$/, '') : server.address,
      id: idOf(state),
      type,
    };
  }

  function find(identity: string): Found | undefined {
    return seen.find(([, found]) => found.identity === identity)?.[1];
  }
});

function service(name: string, type: string, address: string): FoundService {
  const [host = '', port] = address.split(':');
  return { name, type, host: `${name}.local`, addresses: [host], port: Number(port ?? 80), txt: {} };
}

async function settled(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !done(); tries += 1) await sleep(systemClock, 10);
  await sleep(systemClock, 20);
}

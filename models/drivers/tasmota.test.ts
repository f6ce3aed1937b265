import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { Load } from '../../scripts/simulate/load.ts';
import { type TasmotaState, tasmotaVoice } from '../../scripts/simulate/tasmota/voice.ts';
import { deviceOf, portsTo } from '../../test/device-trial.ts';
import { driverConformance } from '../../test/driver-conformance.ts';
import type { DeviceRef, Found } from './driver.ts';
import { tasmota } from './tasmota.ts';

const MAC = 'A020A6000031';

for (const relays of [1, 2])
  driverConformance(tasmota, {
    async start(clock) {
      const state = stateOf(relays, clock);
      const heard: [string, Buffer][] = [];
      const voice = tasmotaVoice(state, (topic, payload) => void heard.push([topic, Buffer.from(payload)]));
      voice.greet();
      const [load] = state.loads;
      const found = announced(heard);
      const first = found?.children?.[0] ?? found;
      return {
        device: deviceFrom(first),
        measure: (power, energyWh = 0) => {
          if (load) Object.assign(load, { on: true, watts: power, wattHours: energyWh });
          voice.tell();
        },
        isOn: () => load?.on ?? false,
        take: voice.take,
        heard: () => heard.filter(([topic]) => !topic.startsWith('tasmota/discovery/')),
        press: voice.press,
        reboot: voice.reboot,
        stop: () => undefined,
      };
    },
  });

describe('Tasmota', () => {
  const plug = deviceFrom(found({}));
  const told = (below: string, payload: unknown, device = plug) =>
    tasmota.fromMqtt?.(device, below, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)));
  const values = (energy: object, device = plug) =>
    told('tele/plug/SENSOR', { ENERGY: energy }, device)?.reading?.values;

  test.each([
    ['a plug', { rl: [1] }, 'plug', 0],
    ['a strip', { rl: [1, 1, 1], fn: ['Lamp', null, 'Fan'] }, 'strip', 3],
    ['a meter reader', { rl: [0] }, 'sensor', 0],
  ])('%s is found by what it announces', (_, more, type, outlets) => {
    expect(found(more)).toMatchObject({ family: 'tasmota', identity: 'a020a6000031', type });
    expect(found(more)?.children ?? []).toHaveLength(outlets);
  });

  test.each([
    ['no MAC', { mac: 'x' }],
    ['a topic with a wildcard', { t: '#' }],
    ['the same topics for commands and states', { ft: '%prefix%/%topic%/', tp: ['a', 'a', 'a'] }],
    ['topics that are everybody’s', { tp: ['emon', 'stat', 'tele'] }],
    ['a pattern without topic', { ft: '%prefix%/' }],
    ['a pattern without prefix', { ft: '%topic%/' }],
    ['a removal', null],
  ])('%s is none', (_, more) => {
    const payload = more === null ? '' : JSON.stringify({ ...CONFIG, ...more });
    expect(tasmota.discover?.fromMqtt?.('tasmota/discovery/x/config', Buffer.from(payload))).toBeNull();
  });

  test('a person’s own pattern of topics and words are kept to', async () => {
    const device = deviceFrom(found({ ft: 'home/%topic%/%prefix%/', state: ['AUS', 'AN'] }));
    expect(tasmota.topics?.(device)).toEqual(
      expect.arrayContaining(['home/plug/stat/#', 'home/plug/tele/#', 'home/plug/cmnd/#']),
    );
    expect(told('home/plug/stat/POWER', 'AN', device)).toEqual({ on: true });
    const sent: string[][] = [];
    await tasmota.switch?.(
      device,
      false,
      portsTo((topic, payload) => void sent.push([topic, payload])),
    );
    expect(sent).toEqual([['home/plug/cmnd/POWER', 'AUS']]);
  });

  test.each([
    ['numbers', { Power: 12, Total: 1.5 }, { power_w: 12, energy_wh: 1500 }],
    ['text', { Power: '12.5', Total: '1.5' }, { power_w: 12.5, energy_wh: 1500 }],
    ['three phases', { Power: [1, 2, 3], Voltage: [230, 231, 229] }, { power_w: 6, power_w_3: 3, voltage_v_2: 231 }],
    ['no figures', { Power: null, Total: 'nan', Voltage: {} }, undefined],
    ['an energy nobody used', { Power: 0, Total: 0 }, { power_w: 0, energy_wh: 0 }],
  ])('%s', (_, energy, expected) => {
    const seen = values(energy);
    if (expected) expect(seen).toMatchObject(expected);
    else expect(seen).toBeUndefined();
  });

  test('a list of figures of several relays belongs to each of them', () => {
    const [, second] = found({ rl: [1, 1] })?.children ?? [];
    expect(values({ Power: [5, 7], Total: [0.1, 0.2], Voltage: 230 }, deviceFrom(second))).toEqual({
      power_w: 7,
      energy_wh: 200,
    });
  });

  test('a power that no plug has is not valid', () => {
    expect(told('tele/plug/SENSOR', { ENERGY: { Power: 9e12, Total: 1 } })?.reading).toEqual({
      values: { power_w: null, energy_wh: 1000 },
      valid: false,
    });
  });

  test('its own clock, in a zone nobody knows, is not believed', () => {
    const reading = told('tele/plug/SENSOR', { Time: '1999-01-01T00:00:00', ENERGY: { Power: 1 } })?.reading;
    expect(reading).not.toHaveProperty('time');
  });

  test('other sensors go by their own names, Fahrenheit as Celsius', () => {
    const said = { Time: 'x', AM2301: { Temperature: 212, Humidity: 40 }, TempUnit: 'F' };
    expect(told('tele/plug/SENSOR', said)?.reading?.values).toEqual({ am2301_temperature_c: 100, am2301_humidity: 40 });
  });

  test.each([
    ['tele/plug/LWT', 'Online', { online: true }],
    ['tele/plug/LWT', 'Offline', { online: false }],
    ['tele/plug/LWT', 'Perhaps', null],
    ['tele/plug/INFO3', { Info3: {} }, { reboot: true }],
    ['tele/plug/STATE', { POWER: 'ON', Berry: { HeapUsed: 5 } }, { on: true }],
    ['stat/plug/RESULT', { POWER: 'PERHAPS' }, null],
    ['stat/other/POWER', 'ON', null],
  ])('%s %j', (topic, payload, meaning) => expect(told(topic, payload)).toEqual(meaning));
});

const CONFIG = {
  ip: '192.168.1.5',
  dn: 'Plug',
  fn: ['Plug'],
  mac: MAC,
  md: 'Sonoff',
  t: 'plug',
  ft: '%prefix%/%topic%/',
  rl: [1],
};

function found(more: object): Found | null | undefined {
  return tasmota.discover?.fromMqtt?.(
    'tasmota/discovery/x/config',
    Buffer.from(JSON.stringify({ ...CONFIG, ...more })),
  );
}

function stateOf(relays: number, clock: Clock = systemClock): TasmotaState {
  const loads = Array.from({ length: relays }, () => new Load(clock, 60));
  return { mac: MAC, topic: 'tasmota_000031', name: 'Heater', ip: '127.0.0.31', loads };
}

function announced(heard: readonly [string, Buffer][]): Found | null | undefined {
  const [topic = '', payload = Buffer.alloc(0)] = heard.find(([at]) => at.endsWith('/config')) ?? [];
  return tasmota.discover?.fromMqtt?.(topic, payload);
}

function deviceFrom(one: Found | null | undefined): DeviceRef {
  if (!one) throw new Error('nothing was found');
  return deviceOf({ family: one.family, identity: one.identity, address: one.address, settings: one.settings ?? {} });
}

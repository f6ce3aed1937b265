import { describe, expect, test } from 'vitest';
import { cad } from './cad.ts';
import type { DeviceMessage, DeviceRef, Driver, Ports } from './driver.ts';
import { emonesp } from './emonesp.ts';
import { HeldValues } from './held-values.ts';
import { meterOperator } from './meter-operator.ts';
import { mqttRelay } from './mqtt-relay.ts';
import { openevse2 } from './openevse2.ts';
import { openevse4 } from './openevse4.ts';

const relay = { command: 'r/set', state: 'r/state', words: { on: 'open', off: 'closed' } };

function ref(driver: Driver, identity: string, settings: DeviceRef['settings'] = {}): DeviceRef {
  return { id: 1, account: 1, node: 'n', name: 'n', family: driver.family, identity, address: null, settings };
}

const plug = ref(emonesp, 'smartplug7');
const two = ref(openevse2, 'openevse');
const four = ref(openevse4, 'abcd1234', { topic: 'evse' });
const meter = ref(meterOperator, 'E1');
const cr = ref(cad, '20E5012345');
const box = ref(mqttRelay, 'box', relay);
const NOON = 1_590_321_600;
const read = 'openenergy/0/mtr/20E5012345/meter/read';

type Row = [what: string, Driver, DeviceRef, topic: string, payload: string, DeviceMessage | null];

describe('what a message means', () => {
  test.each<Row>([
    ['it has started', emonesp, plug, 'emon/smartplug7/describe', 'smartplug', { reboot: true, online: true }],
    ['its state is no wish', emonesp, plug, 'emon/smartplug7/out/state', '1', { on: true, wish: false, online: true }],
    [
      'the button is one',
      emonesp,
      plug,
      'emon/smartplug7/out/ctrlmode',
      'Off',
      { on: false, wish: true, online: true },
    ],
    ['Timer is neither', emonesp, plug, 'emon/smartplug7/out/ctrlmode', 'Timer', null],
    ['small letters are nothing', emonesp, plug, 'emon/smartplug7/out/ctrlmode', 'on', null],
    ['our own command is not its', emonesp, plug, 'emon/smartplug7/in/ctrlmode', 'On', null],
    [
      'its state as the firmware tells it',
      emonesp,
      plug,
      'emon/smartplug7/out/state',
      '{"ip":"192.168.1.9","ctrlmode":"On","timer":"130 430 0 0","vout":"0"}',
      { on: true, wish: false, online: true, address: '192.168.1.9' },
    ],
    [
      'in its windows it does not tell whether it is on',
      emonesp,
      plug,
      'emon/smartplug7/out/state',
      '{"ip":"","ctrlmode":"Timer","timer":"130 430 0 0","vout":"0"}',
      { online: true },
    ],
    ['no state is not Off', emonesp, plug, 'emon/smartplug7/out/state', '', null],
    ['another plug', emonesp, plug, 'emon/smartplug77/out/state', '1', null],
    [
      'all it measures at once',
      emonesp,
      plug,
      'emon/smartplug7',
      '{"power_w":60,"energy_wh":1000,"wifi":-61,"ip":"10.0.0.7","switch":1,"time":1590321600}',
      { online: true, reading: { ...valid({ power_w: 60, energy_wh: 1000, wifi: -61 }), on: true, time: NOON } },
    ],
    [
      'one figure',
      emonesp,
      plug,
      'emon/smartplug7/power_w',
      '60.5',
      { online: true, reading: valid({ power_w: 60.5 }) },
    ],
    ['a figure that is none', emonesp, plug, 'emon/smartplug7/power_w', 'lots', null],
    ['a name of its own is recorded as it comes', emonesp, plug, 'emon/smartplug7', '{"ct1":60}', null],
    ['a switch that says nothing clear', emonesp, plug, 'emon/smartplug7', '{"switch":"maybe"}', null],
    ['half an object', emonesp, plug, 'emon/smartplug7', '{"power_w":6', null],
    ['no sensor there', openevse2, two, 'openevse/temp2', 'false', temperature('temperature_c_2', null)],
    ['tenths of a degree', openevse2, two, 'openevse/temp1', '281', temperature('temperature_c_1', 28.1)],
    ['asleep', openevse2, two, 'openevse/state', '254', { online: true, on: false, reading: state(254) }],
    ['a fault tells of no switch', openevse2, two, 'openevse/state', '7', { online: true, reading: state(7) }],
    ['no state', openevse2, two, 'openevse/state', 'x', null],
    ['its will', openevse2, two, 'openevse', 'disconnected', { online: false }],
    ['ordered', openevse4, four, 'evse/override', '{"state":"disabled"}', { online: true, on: false }],
    ['another order', openevse4, four, 'evse/override', '{"charge_current":9}', null],
    [
      'energy in kWh',
      openevse4,
      four,
      'evse/total_energy',
      '1.5',
      { online: true, reading: valid({ energy_wh: 1500 }) },
    ],
    ['a twin by its last four', openevse4, four, 'openevse/announce/1234', announce('zzzz1234'), null],
    ['left', openevse4, four, 'openevse/announce/1234', announce('abcd1234', 'disconnected'), { online: false }],
    [
      'power when asked',
      meterOperator,
      meter,
      'resp/kW/E1',
      '{"value":1.25}',
      { online: true, reading: valid({ power_w: 1250 }) },
    ],
    ['another meter inside', meterOperator, meter, 'mtr/e/E1', cumulative('E2'), null],
    ['a reading ahead of its type', cad, cr, read, '{"ts":1}', null],
    ['too much to be true', cad, cr, read, rate(120_000), { online: true, reading: held({ power_w: null }, false) }],
    ['much, but true', cad, cr, read, rate(119_999), { online: true, reading: held({ power_w: 119_999 }) }],
    ['a state in its own words', mqttRelay, box, 'r/state', 'OPEN', { online: true, on: true }],
    ['a word that is neither', mqttRelay, box, 'r/state', 'opening', null],
    ['a relay without topics', mqttRelay, ref(mqttRelay, 'x'), 'r/state', 'ON', null],
  ])('%s', (_, driver, device, topic, payload, meaning) => {
    expect(driver.fromMqtt?.(device, topic, Buffer.from(payload))).toEqual(meaning);
  });

  test('half-hours come in order, those of others and such that are none left out', () => {
    const entry = (hour: number, more = {}) => ({
      ...{ serial: 'E1', date: `2020-05-24T${hour}:00:00Z`, unit: 'kWh', import: hour, export: 0, status: 0 },
      ...more,
    });
    const profile = [entry(14), entry(12), entry(13, { serial: 'E2' }), entry(15, { unit: 'MWh' }), null];
    const said = meterOperator.fromMqtt?.(meter, 'mtr/e/E1', Buffer.from(JSON.stringify({ profile })));
    const at = (hour: number) => ({
      time: NOON + (hour - 12) * 3600,
      ...valid({ halfhour_import_kwh: hour, halfhour_export_kwh: 0 }),
    });
    expect(said).toEqual({ online: true, reading: at(14), earlier: [at(12)] });
  });
});

type Order = [what: string, Driver, DeviceRef, settings: object, published: [string, string][]];

describe('what the device itself keeps', () => {
  test.each<Order>([
    ['flow temperature', emonesp, plug, { flow: 41.5 }, [['emon/smartplug7/in/flowT', '41.5']]],
    ['a current', openevse2, two, { current: 10 }, [['openevse/rapi/in/$SC', '10']]],
    ['a claimed current', openevse4, four, { current: 10 }, [['evse/claim/set', '{"charge_current":10}']]],
    [
      'back to its own ways',
      openevse4,
      four,
      { release: true },
      [
        ['evse/override/set', 'clear'],
        ['evse/claim/set', 'release'],
      ],
    ],
  ])('%s', async (_, driver, device, settings, expected) => {
    const published: [string, string][] = [];
    const mqtt = {
      publish: async (_account: number, topic: string, payload: unknown) => void published.push([topic, `${payload}`]),
    };
    await driver.configure?.(device, settings as Record<string, unknown>, { mqtt } as unknown as Ports);
    expect(published).toEqual(expected);
  });
});

describe('what is found on the broker', () => {
  test.each([
    ['a plug', emonesp, 'emon/smartplug7/describe', 'smartplug', 'smartplug7'],
    ['a heat pump', emonesp, 'emon/hp/describe', 'hpmon', 'hp'],
    ['no firmware of ours', emonesp, 'emon/x/describe', 'toaster', undefined],
    ['an older charger', openevse2, 'emon/openevse', 'connected', 'emon/openevse'],
    ['a charger that announces itself', openevse4, 'openevse/announce/1234', announce('abcd1234'), 'abcd1234'],
    ['one that has left', openevse4, 'openevse/announce/1234', announce('abcd1234', 'disconnected'), undefined],
    ['an operator’s meter', meterOperator, 'mtr/e/E1', '{}', 'E1'],
    ['a CAD', cad, read, '{}', '20E5012345'],
    ['markup for a serial', cad, 'openenergy/0/mtr/<b>bold</b>/meter/read', '{}', undefined],
  ])('%s', (_, driver, topic, payload, identity) => {
    expect(driver.discover?.fromMqtt?.(topic, Buffer.from(payload))?.identity).toBe(identity);
  });
});

describe('a value that holds until it changes', () => {
  const says = (power: number) => ({ ...held({ power_w: power }) });
  test.each([
    ['the next step needs none', 10, 0],
    ['a longer silence is filled', 11, 1],
    ['up to a quarter of an hour', 900, 1],
    ['and no longer', 901, 0],
    ['nor backwards', -5, 0],
  ])('%s', (_, gap, filled) => {
    const values = new HeldValues();
    values.take(1, says(500), NOON);
    const readings = values.take(1, says(900), NOON + gap);
    expect(readings).toHaveLength(1 + filled);
    if (filled) expect(readings[0]).toEqual({ time: NOON + gap - 10, values: { power_w: 500 }, valid: true });
  });
});

function valid(values: Record<string, number | null>) {
  return { values, valid: true };
}

function held(values: Record<string, number | null>, isValid = true) {
  return { time: NOON, values, valid: isValid, holds: { step: 10, most: 900 } };
}

function temperature(name: string, value: number | null): DeviceMessage {
  return { online: true, reading: valid({ [name]: value }) };
}

function state(value: number) {
  return valid({ state: value });
}

function announce(id: string, presence = 'connected'): string {
  return JSON.stringify({ state: presence, id, name: 'Car', mqtt: 'evse', http: 'http://192.0.2.7/' });
}

function cumulative(serial: string): string {
  return JSON.stringify({ cumulative: { serial, timeStamp: '2020-05-24T12:00:00Z', import_kWh: 1 } });
}

function rate(watts: number): string {
  return JSON.stringify({ ts: '2020-05-24T13:00:00+01:00', reads: [{ type: 'e', rate: watts }] });
}

import { describe, expect, test } from 'vitest';
import { parseIsdl } from './parse.ts';

const older = JSON.stringify({
  Waschmaschine: {
    type: 'shelly:plug-s',
    ip: '192.168.178.31',
    update_time: 10,
    cost_calc_day: true,
    cost_calc_month: '31',
  },
  Server: { type: 'shelly:3em', ip: '192.168.178.32', update_time: 30, cost_day: true, cost_calc_year: '31.02' },
  Fernseher: { type: 'shelly:plug-s', ip: '192.168.178.33', update_time: 60 },
});
const newer = JSON.stringify({
  Kühlschrank: {
    type: 'shelly:plug-s',
    ip: '192.168.178.41',
    update_time: 10,
    cost_calculation: { daily: true, monthly: true, yearly: false },
    power_on_counter: { daily: true, on_threshold: 5, off_threshold: 2.5 },
    energy_alarm: { active: true, period_min: 60 },
    switch: { active: true },
  },
  Pumpe: { type: 'my:socket', ip: '192.168.178.42', update_time: 15, power_on_counter: { daily: true } },
});
const config = (general: object, more: object = {}) => JSON.stringify({ general, ...more });

test('the older generation: when each device is reported', () => {
  const { devices, notes, left } = parseIsdl(older, config({ cost_calc_request_time: '23:30' }));
  expect(left).toEqual([]);
  expect(devices.map(({ name, type, seconds, report }) => ({ name, type, seconds, report }))).toEqual([
    {
      name: 'Waschmaschine',
      type: 'shelly:plug-s',
      seconds: 10,
      report: { at: '23:30', daily: true, monthly: { day: 31 }, yearly: null },
    },
    {
      name: 'Server',
      type: 'shelly:3em',
      seconds: 30,
      report: { at: '23:30', daily: true, monthly: null, yearly: { day: 29, month: 2 } },
    },
    { name: 'Fernseher', type: 'shelly:plug-s', seconds: 60, report: null },
  ]);
  expect(notes).toEqual([
    'Waschmaschine: ISDL 1.5 reported on the 1st instead of day 31; Hearth takes day 31.',
    'Server: cost_calc_year: day 29 is taken, the last of that month.',
  ]);
});

test('the newer generation: switches, alarms, power-on counts', () => {
  const said = { calc_request_time_daily: '01:00', calc_request_time_monthly: '15', price_kwh: '0,3456' };
  const { devices, notes, house } = parseIsdl(newer, config(said, { telegrambot: { chat_id_source: 'auto' } }));
  expect(house).toEqual({ price: 0.346, telegram: { chat_id_source: 'auto' } });
  expect(devices).toMatchObject([
    {
      report: { at: '01:00', daily: true, monthly: { day: 15 }, yearly: null },
      powerOn: { daily: true, monthly: false, yearly: false, on: 5, off: 1 },
      alarm: { active: true, referenceWh: 100, periodMinutes: 60, thresholdWh: 120 },
      isSwitched: true,
    },
    { type: 'my:socket', report: null, powerOn: { on: 2, off: 1 }, alarm: null, isSwitched: false },
  ]);
  expect(notes).toEqual([
    'Kühlschrank: off_threshold, 2.5, is no whole number; 1 is taken, as ISDL did.',
    'Pumpe: ISDL never counted its power-ons, because it has no cost_calculation; Hearth keeps the wish.',
  ]);
});

describe('prices', () => {
  test.each([
    ['absent', '{"general":{}}', 0.3, 0],
    ['a number', '{"general":{"price_kwh": 0.2899}}', 0.29, 0],
    ['text with a point', '{"general":{"price_kwh":"0.31"}}', 0.31, 0],
    ['text with a comma', '{"general":{"price_kwh":"0,31"}}', 0.31, 0],
    ['a whole number, which ISDL did not understand', '{"general":{"price_kwh": 1}}', 1, 1],
    ['a whole number written with decimals', '{"general":{"price_kwh": 1.0}}', 1, 0],
    ['text that is none', '{"general":{"price_kwh":"cheap"}}', 0.3, 1],
    ['empty', '{"general":{"price_kwh":""}}', 0.3, 1],
    ['below nothing', '{"general":{"price_kwh":-0.1}}', 0.3, 1],
    ['null', '{"general":{"price_kwh":null}}', 0.3, 1],
  ])('%s', (_what, text, price, notes) => {
    const plan = parseIsdl('{}', text);
    expect([plan.house.price, plan.notes.length]).toEqual([price, notes]);
  });
});

describe('entries that cannot be taken are told', () => {
  test.each([
    [{ ip: '10.0.0.1', update_time: 10 }, 'it has no type'],
    [{ type: 'shelly:plug-s' }, 'it has no ip and no update_time'],
    [{ type: 'shelly:plug-s', ip: 'not an address', update_time: 10 }, 'its ip is no address'],
    [{ type: 'shelly:plug-s', ip: '10.0.0.1', update_time: 'often' }, 'its update_time is not 1 to 86400 seconds'],
    [{ type: 7, ip: '10.0.0.1', update_time: 10 }, 'its type is no text'],
    ['plug', 'it is no object'],
  ])('%j', (entry, why) => {
    const plan = parseIsdl(JSON.stringify({ Lampe: entry }), null);
    expect([plan.devices, plan.left]).toEqual([[], [{ name: 'Lampe', why }]]);
  });

  test.each([['[]'], ['{"a":'], ['7']])('a file that is none: %s', (text) => {
    expect(() => parseIsdl(text, null)).toThrow(/devices\.json is no JSON/);
  });

  test.each([
    ['25:00', '00:00'],
    ['7:00', '00:00'],
    ['06:59', '06:59'],
  ])('the time %s is taken as %s', (said, at) => {
    const text = '{"a":{"type":"t","ip":"10.0.0.1","update_time":1,"cost_calc_day":true}}';
    expect(parseIsdl(text, config({ cost_calc_request_time: said })).devices[0]?.report?.at).toBe(at);
  });
});

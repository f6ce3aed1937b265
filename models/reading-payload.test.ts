import { describe, expect, test } from 'vitest';
import { parseReading } from './reading-payload.ts';

const NOW = 1_700_000_000;
const context = { now: NOW, timezone: 'Europe/London' };
const parse = (topic: string, payload: string | Buffer) => parseReading(topic, Buffer.from(payload), context);

type Values = Record<string, number | null>;

describe('what a message says', () => {
  const cases: [name: string, topic: string, payload: string, node: string, values: Values, time?: number][] = [
    ['a value', 'emon/mq1/power', '12.5', 'mq1', { power: 12.5 }],
    ['a value between spaces', 'emon/mq1/power', ' 12 ', 'mq1', { power: 12 }],
    ['an exponent', 'emon/mq1/power', '-1.5e3', 'mq1', { power: -1500 }],
    ['deeper levels are joined', 'emon/mq1/sub/level/x', '1', 'mq1', { sub_level_x: 1 }],
    ['colons go', 'emon/a:b/c:d', '1', 'ab', { cd: 1 }],
    ['names are cleaned', 'emon/n<o>de/p&ower', '1', 'node', { power: 1 }],
    ['letters of any script stay', 'emon/Küche/Wärme', '1', 'Küche', { Wärme: 1 }],
    ['a quoted number is no number', 'emon/mq1/power', '"12"', 'mq1', { power: null }],
    ['true is no number', 'emon/mq1/power', 'true', 'mq1', { power: null }],
    ['nothing is no number', 'emon/mq1/power', '', 'mq1', { power: null }],
    ['infinity is no number', 'emon/mq1/power', '1e999', 'mq1', { power: null }],
    ['hexadecimal is no number', 'emon/mq1/power', '0x10', 'mq1', { power: null }],
    ['CSV counts from 0', 'emon/mq1', '5,6,7', 'mq1', { 0: 5, 1: 6, 2: 7 }],
    ['a CSV field left out', 'emon/mq1', '5,,7', 'mq1', { 0: 5, 1: null, 2: 7 }],
    ['CSV below a name keeps every number', 'emon/mq1/ct', '5,6', 'mq1', { ct_0: 5, ct_1: 6 }],
    ['a JSON object', 'emon/mq1', '{"a":1,"b":-2.5}', 'mq1', { a: 1, b: -2.5 }],
    ['a JSON object below a name', 'emon/mq1/pre', '{"key":1}', 'mq1', { pre_key: 1 }],
    ['a JSON array', 'emon/mq1', '[4,5]', 'mq1', { 0: 4, 1: 5 }],
    ['a named value', 'emon/mq1', '{"k":{"name":"n","value":9}}', 'mq1', { k_n: 9 }],
    ['an unnamed value', 'emon/mq1', '{"k":{"value":8}}', 'mq1', { k: 8 }],
    ['null and nested values are left out', 'emon/mq1', '{"a":null,"b":{"c":1},"d":[1],"e":2}', 'mq1', { e: 2 }],
    ['a numeric string in JSON', 'emon/mq1', '{"a":"7"}', 'mq1', { a: 7 }],
    ['true in JSON', 'emon/mq1', '{"a":true}', 'mq1', { a: null }],
    ['time in seconds', 'emon/mq1', '{"time":1600000000.9,"a":1}', 'mq1', { a: 1 }, 1_600_000_000],
    ['time as a numeric string', 'emon/mq1', '{"time":"1600000000","a":1}', 'mq1', { a: 1 }, 1_600_000_000],
    ['time as a date', 'emon/mq1', '{"time":"2020-09-13T12:26:40Z","a":1}', 'mq1', { a: 1 }, 1_600_000_000],
    ['time in the house’s zone', 'emon/mq1', '{"time":"2020-09-13 13:26:40","a":1}', 'mq1', { a: 1 }, 1_600_000_000],
    ['Time is an input too', 'emon/mq1', '{"Time":1600000000,"a":1}', 'mq1', { Time: 1.6e9, a: 1 }, 1_600_000_000],
    ['no time at all', 'emon/mq1', '{"time":"soon","a":1}', 'mq1', { time: null, a: 1 }],
    [
      'a name that objects have by themselves',
      'emon/mq1',
      '{"__proto__":1,"constructor":2}',
      'mq1',
      {
        ['__proto__']: 1,
        constructor: 2,
      },
    ],
  ];
  test.each(cases)('%s', (_, topic, payload, node, values, time = NOW) => {
    const { readings } = parse(topic, payload);
    expect(readings.map((reading) => ({ ...reading, values: new Map(reading.values) }))).toEqual([
      { node, time, values: new Map(Object.entries(values)) },
    ]);
  });
});

describe('no reading', () => {
  test.each([
    ['a control topic', 'emon/plug/in/state'],
    ['an answer', 'emon/plug/out/state'],
    ['a control topic without an end', 'emon/plug/in'],
    ['a control topic deeper down', 'emon/openevse/rapi/in/$ST'],
    ['an empty object', 'emon/plug', '{}'],
  ])('%s', (_, topic, payload = '1') => {
    expect(parse(topic, payload)).toEqual({ readings: [] });
  });

  test('an announcement is handed over apart', () => {
    expect(parse('emon/plug/describe', 'smartplug')).toEqual({ readings: [], describe: 'smartplug' });
  });
});

describe('not understood', () => {
  test.each([
    ['JSON cut short', 'emon/mq1', '{"a":1'],
    ['JSON with loose keys', 'emon/mq1', '{a:1}'],
    ['bytes that are no text', 'emon/mq1', Buffer.from([0xff, 0xfe, 0x31])],
    ['a zero byte', 'emon/mq1', '1\0'],
    ['no node', 'emon', '1'],
    ['an empty node', 'emon//power', '1'],
    ['a node of nothing but signs', 'emon/$$/power', '1'],
    ['a node too long', `emon/${'n'.repeat(65)}/power`, '1'],
    ['a name too long', 'emon/mq1', JSON.stringify({ ['n'.repeat(65)]: 1 })],
    ['too many values', 'emon/mq1', Array.from({ length: 1001 }, () => '1').join(',')],
  ])('%s', (_, topic, payload) => {
    expect(() => parse(topic, payload)).toThrow(expect.objectContaining({ code: 'HUB_BAD_REQUEST' }));
  });
});

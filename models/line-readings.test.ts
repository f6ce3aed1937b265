import { describe, expect, test } from 'vitest';
import { lineReadings } from './line-readings.ts';

const NOW = 1_700_000_000;
const NS = `${NOW}000000000`;
const read = (text: string, precision?: string) => lineReadings(text, precision, NOW + 5);

describe('what a line becomes: node, time, values', () => {
  const cases: readonly [string, string, unknown][] = [
    ['a measurement and a field', `meter power=230.5 ${NS}`, ['meter', NOW, [['power', 230.5]]]],
    ['without a time it is now', 'meter power=1', ['meter', NOW + 5, [['power', 1]]]],
    [
      'several fields of every kind',
      `m a=1i,b=-2.5e3,c=7u,d=t,e=FALSE,f="on" ${NS}`,
      [
        'm',
        NOW,
        [
          ['a', 1],
          ['b', -2500],
          ['c', 7],
          ['d', 1],
          ['e', 0],
        ],
      ],
    ],
    [
      'a device’s name is part of the node',
      `census,device=esp1 energy_wh=2.5,impulse=25 ${NS}`,
      [
        'census_esp1',
        NOW,
        [
          ['energy_wh', 2.5],
          ['impulse', 25],
        ],
      ],
    ],
    ['device counts before host', `m,host=pi,device=d v=1 ${NS}`, ['m_d', NOW, [['pi_v', 1]]]],
    ['other tags tell inputs apart', `cpu,host=pi,cpu=cpu0 idle=98 ${NS}`, ['cpu_pi', NOW, [['cpu0_idle', 98]]]],
    ['in the order of their keys', `m,b=2,a=1 v=3 ${NS}`, ['m', NOW, [['1_2_v', 3]]]],
    ['a unit tells nothing apart', `power,id=17,unit=W value=3 ${NS}`, ['power_17', NOW, [['value', 3]]]],
    ['a field called value', `power,phase=L1 value=3 ${NS}`, ['power', NOW, [['L1', 3]]]],
    ['quoted signs', `living\\ room,na\\,me=a\\=b po\\ wer=1 ${NS}`, ['living room', NOW, [['ab_po wer', 1]]]],
    ['blanks and commas in a text', `m a="x, y=\\"1\\" z",b=2 ${NS}`, ['m', NOW, [['b', 2]]]],
    ['a line break in a text', `m a="x\ny",b=2 ${NS}`, ['m', NOW, [['b', 2]]]],
    ['Windows line ends', `m b=2 ${NS}\r\n`, ['m', NOW, [['b', 2]]]],
  ];
  test.each(cases)('%s', (_name, text, expected) => {
    expect(read(text).map(({ node, time, values }) => [node, time, values])).toEqual([expected]);
  });

  test('lines with texts alone, blank lines and remarks have none', () => {
    expect(read(`# remark\n\nm state="on" ${NS}\n`)).toEqual([]);
  });
});

describe('precision', () => {
  const cases: readonly [string | undefined, string][] = [
    [undefined, `${NOW}999999999`],
    ['', `${NOW}000000000`],
    ['n', `${NOW}000000001`],
    ['ns', `${NOW}000000000`],
    ['u', `${NOW}999999`],
    ['us', `${NOW}000000`],
    ['ms', `${NOW}999`],
    ['s', `${NOW}`],
  ];
  test.each(cases)('%s: %s', (precision, time) => {
    expect(read(`m v=1 ${time}`, precision)[0]?.time).toBe(NOW);
  });

  test('minutes and hours', () => {
    expect(read('m v=1 28333333', 'm')[0]?.time).toBe(28_333_333 * 60);
    expect(read('m v=1 472222', 'h')[0]?.time).toBe(472_222 * 3600);
  });
});

describe('the first wrong line is named', () => {
  const cases: readonly [string, string, string | undefined, RegExp][] = [
    ['no field', 'm v=1\nm', undefined, /^line 2: a line is/],
    ['a field without a value', 'm v=', undefined, /^line 1: “v=” is not a field$/],
    ['a tag without a value', 'm,a v=1', undefined, /^line 1: “a” is not a tag$/],
    ['no measurement', ',a=b v=1', undefined, /^line 1: a measurement needs a name$/],
    ['a value that is none', 'm v=abc', undefined, /^line 1: “abc” is not a value$/],
    ['not a number', 'm v=NaN', undefined, /^line 1: “NaN”/],
    ['an endless value', 'm v=1e999', undefined, /^line 1: “1e999”/],
    ['a text without an end', 'm v="on', undefined, /^line 1: a text has no end$/],
    ['a time with a point', 'm v=1 1.5', undefined, /^line 1: “1.5” is not a time$/],
    ['too many parts', `m v=1 ${NS} 5`, undefined, /^line 1: a line is/],
    ['a time before 2000', 'm v=1 5', 's', /^line 1: The reading is from before/],
    ['a time ahead', `m v=1 ${NOW}`, 'm', /^line 1: The reading is more than a day/],
    ['a unit there is not', 'm v=1 5', 'fortnight', /^precision must be/],
    ['a name of signs', '??? v=1\nm ???=1', undefined, /^line 2: An input needs a name/],
    ['a name beyond all measure', `m ${'x'.repeat(65)}=1`, undefined, /^line 1: A name may have at most 64/],
  ];
  test.each(cases)('%s', (_name, text, precision, sentence) => {
    expect(() => read(text, precision)).toThrow(sentence);
  });
});

import { expect, test } from 'vitest';
import { formatSenml, parseSenml, type SenmlRecord } from './senml.ts';

const NOW = 1_800_000_000;
const at = (name: string, unit: string, time: number, value: SenmlRecord['value']) => ({ name, unit, time, value });

test.each<[string, unknown, readonly SenmlRecord[]]>([
  [
    'a single value',
    [{ n: 'urn:dev:ow:10e2073a01080063', u: 'Cel', v: 23.1 }],
    [at('urn:dev:ow:10e2073a01080063', 'Cel', NOW, 23.1)],
  ],
  [
    'bases that later records take over (RFC 8428, 5.1.2)',
    [
      { bn: 'urn:dev:ow:10e2073a0108006:', bt: 1.276020076e9, bu: 'A', n: 'voltage', u: 'V', v: 120.1 },
      { n: 'current', t: -5, v: 1.2 },
      { n: 'current', v: 1.7 },
    ],
    [
      at('urn:dev:ow:10e2073a0108006:voltage', 'V', 1.276020076e9, 120.1),
      at('urn:dev:ow:10e2073a0108006:current', 'A', 1.276020071e9, 1.2),
      at('urn:dev:ow:10e2073a0108006:current', 'A', 1.276020076e9, 1.7),
    ],
  ],
  [
    'what a collector of smart plugs publishes',
    [
      { bn: 'sp_w.r1.c2/power', bu: 'W', t: 1.5e9, v: 61.5 },
      { bn: 'sp_w.r1.c2/status', bu: 'S', t: 1.5e9, v: 1 },
    ],
    [at('sp_w.r1.c2/power', 'W', 1.5e9, 61.5), at('sp_w.r1.c2/status', 'S', 1.5e9, 1)],
  ],
  ['a base value', [{ bn: 'a', bv: 20, v: 1.5 }, { n: 'b' }], [at('a', '', NOW, 21.5), at('ab', '', NOW, 20)]],
  ['times near nought count from now', [{ bn: 'x', t: -60, v: 1 }], [at('x', '', NOW - 60, 1)]],
  [
    'words and truth',
    [
      { n: 'a', vs: 'on' },
      { n: 'b', vb: false },
    ],
    [at('a', '', NOW, 'on'), at('b', '', NOW, false)],
  ],
])('reads %s', (_name, pack, records) => {
  expect(parseSenml(pack, NOW)).toEqual(records);
});

test.each([
  ['a record without a value', [{ n: 'sp_g1/status' }]],
  ['a record without a name', [{ v: 1 }]],
  ['a name with markup', [{ n: '<b>', v: 1 }]],
  ['a number in words', [{ n: 'a', v: '1' }]],
  ['no pack', { n: 'a', v: 1 }],
  ['an empty pack', []],
  ['more than it takes', Array.from({ length: 5001 }, () => ({ n: 'a', v: 1 }))],
])('refuses %s', (_name, pack) => {
  expect(() => parseSenml(pack, NOW)).toThrow(expect.objectContaining({ code: 'HUB_BAD_REQUEST' }));
});

test('writes what it reads', () => {
  const pack = formatSenml('power', [
    { name: '/sp_g1', unit: 'W', time: 1.5e9, value: 2 },
    { name: '/sp_g2', unit: 'W', time: 1.6e9, value: 3 },
  ]);
  expect(parseSenml(pack, NOW)).toEqual([at('power/sp_g1', 'W', 1.5e9, 2), at('power/sp_g2', 'W', 1.6e9, 3)]);
});

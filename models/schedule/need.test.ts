import { describe, expect, test } from 'vitest';
import { missingFor, secondsNeeded, socOf } from './need.ts';
import type { Need } from './schedule.ts';

const charge = (more: object = {}): Need => ({
  ...{ kind: 'charge', capacityWh: 40_000, target: 0.8, current: { input: 7 }, balanceSeconds: 0 },
  ...more,
});
const HOUR = 3600;

describe('seconds needed', () => {
  test.each<[what: string, need: Need, known: Parameters<typeof secondsNeeded>[1], seconds: number | null]>([
    ['time', { kind: 'time', seconds: 5400 }, { powerW: null }, 5400],
    ['energy', { kind: 'energy', wh: 3000 }, { powerW: 2000 }, 1.5 * HOUR],
    ['energy of a device nobody measured', { kind: 'energy', wh: 3000 }, { powerW: null }, null],
    ['EmonCMS’s first example', charge(), { powerW: 7500, soc: 0.2 }, 3.2 * HOUR],
    [
      'and its second, with balancing',
      charge({ capacityWh: 19_000, target: 1, balanceFrom: 0.9, balanceSeconds: HOUR }),
      { powerW: 3800, soc: 0.7 },
      2.5 * HOUR,
    ],
    [
      'a target below where balancing begins',
      charge({ balanceFrom: 0.9, balanceSeconds: HOUR }),
      { powerW: 7500, soc: 0.2 },
      3.2 * HOUR,
    ],
    [
      'a full battery is left alone',
      charge({ balanceFrom: 0.7, balanceSeconds: HOUR }),
      { powerW: 7500, soc: 0.85 },
      0,
    ],
    [
      'one that was charged is balanced',
      charge({ balanceFrom: 0.7, balanceSeconds: HOUR }),
      { powerW: 7500, soc: 0.85, atTarget: 600 },
      3000,
    ],
    ['nobody tells the state of charge', charge(), { powerW: 7500 }, null],
    ['a stated level', charge({ current: { level: 0.5 } }), { powerW: 6000 }, 2 * HOUR],
    ['a stated level of a device nobody measured', charge({ current: { level: 0.5 } }), { powerW: null }, null],
  ])('%s', (_what, need, known, seconds) => {
    const found = secondsNeeded(need, known);
    if (seconds === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(seconds, -1);
  });

  test('what is missing is said', () => {
    expect(missingFor(charge(), { powerW: null })).toBe('soc');
    expect(missingFor(charge(), { powerW: null, soc: 0.5 })).toBe('power');
    expect(missingFor({ kind: 'time', seconds: 60 }, { powerW: null })).toBeNull();
  });
});

test.each([
  ['56.5 %', { time: 1000, value: 56.5 }, 0.565],
  ['empty', { time: 1000, value: 0 }, 0],
  ['never told', undefined, null],
  ['no number', { time: 1000, value: null }, null],
  ['no share of anything', { time: 1000, value: 101 }, null],
  ['two days old', { time: -171_800, value: 50 }, null],
])('state of charge: %s', (_what, last, soc) => {
  expect(socOf(last, 2000)).toBe(soc);
});

import { describe, expect, test } from 'vitest';
import { batchChanges, type TimedValue } from './feed-insert.ts';
import { parseScaling } from './feed-scale.ts';
import type { LastValue } from './timeseries/series.ts';

describe('batchChanges', () => {
  const twelve = Array.from({ length: 12 }, (_, i): TimedValue => [1000 + i * 10, i]);
  const cases: [string, TimedValue[], LastValue | undefined, number[], LastValue][] = [
    [
      'a short batch keeps its order',
      [
        [20, 2],
        [10, 1],
      ],
      undefined,
      [20, 10],
      { time: 10, value: 1 },
    ],
    [
      'a long batch drops what is older than its predecessor',
      [...twelve, [1050, 99], [1120, 12]],
      undefined,
      [...twelve.map(([time]) => time), 1120],
      { time: 1120, value: 12 },
    ],
    [
      'a long batch keeps a second value for a time',
      [...twelve, [1110, 99]],
      undefined,
      [...twelve.map(([time]) => time), 1110],
      { time: 1110, value: 99 },
    ],
    ['old values leave the newest reading', [[10, 1]], { time: 20, value: 5 }, [10], { time: 20, value: 5 }],
    ['a value of the same time replaces it', [[20, 1]], { time: 20, value: 5 }, [20], { time: 20, value: 1 }],
  ];
  test.each(cases)('%s', (_, batch, last, times, newest) => {
    const changes = batchChanges(7, batch, false, last);
    expect(changes.filter(({ kind }) => kind === 'point').map((change) => 'time' in change && change.time)).toEqual(
      times,
    );
    expect(changes.at(-1)).toEqual({ kind: 'last', feed: 7, ...newest });
  });
});

describe('parseScaling', () => {
  const cases: [string, number | null][] = [
    ['2', -8],
    ['-0.5', 2],
    ['1/4', -1],
    ['-1/4', 1],
    ['abs(x)', 4],
    ['NAN', Number.NaN],
    ['x*2', null],
    ['', null],
  ];
  test.each(cases)('%s turns -4 into %s', (text, expected) => {
    const scaling = parseScaling(text);
    expect(scaling ? scaling(-4) : null).toBe(expected);
  });
});

import { describe, expect, test } from 'vitest';
import { play, T, type World } from '../../test/play-list.ts';

describe('what is posted to the feed', () => {
  const cases: readonly [string, string, (readonly [number, number | null])[], number[][], World?][] = [
    [
      'log',
      '1:12',
      [
        [0, 5],
        [10, -3],
      ],
      [
        [0, 5],
        [10, -3],
      ],
    ],
    ['log without a value', '1:12', [[0, null]], [[0, 0]]],
    ['log is not changed by what follows', '1:12,2:10', [[0, 5]], [[0, 5]]],
    [
      'power to kWh',
      '4:12',
      [
        [0, 1000],
        [10, 1000],
        [20, 500],
        [60, 2000],
        [7259, 1000],
        [7270, 1000],
      ],
      [
        [0, 0],
        [10, 0.002777778],
        [20, 0.004166667],
        [60, 0.02638889],
        [7259, 2.026111],
        [7270, 2.029167],
      ],
    ],
    [
      'power to kWh over a pause of two hours',
      '4:12',
      [
        [0, 1000],
        [10, 1000],
        [7210, 1000],
        [7220, 1000],
      ],
      [
        [0, 0],
        [10, 0.002777778],
        [7210, 0.002777778],
        [7220, 0.005555556],
      ],
    ],
    [
      'power to kWh with a late packet',
      '4:12',
      [
        [0, 1000],
        [100, 1000],
        [50, 1000],
        [110, 1000],
      ],
      [
        [0, 0],
        [100, 0.02777778],
        [50, 0.02777778],
        [110, 0.04444444],
      ],
    ],
    [
      'accumulator',
      '14:12',
      [
        [0, 5],
        [10, 2.5],
        [30, -1],
        [50, 10],
      ],
      [
        [0, 5],
        [10, 7.5],
        [30, 6.5],
        [50, 16.5],
      ],
    ],
    [
      'rate of change',
      '15:12',
      [
        [0, 5],
        [10, 7.5],
        [20, 7],
      ],
      [
        [10, 2.5],
        [20, -0.5],
      ],
    ],
    [
      'pulses',
      '20:12',
      [
        [0, 100],
        [10, 110],
        [20, 110],
        [30, 5],
        [40, -5],
        [50, 0],
      ],
      [
        [0, 100],
        [10, 110],
        [20, 110],
        [30, 5],
        [40, 65531],
      ],
    ],
    [
      'kWh to power',
      '21:12',
      [
        [0, 100],
        [10, 100.01],
        [20, 100.015],
        [40, 100.1],
        [40, 100.2],
        [50, 100],
      ],
      [
        [10, 3600],
        [20, 1800],
        [40, 15300],
        [50, -72000],
      ],
    ],
    [
      'Wh accumulator',
      '34:12',
      [
        [0, 1000],
        [10, 1010],
        [20, 1030],
        [30, 5],
        [40, 25],
        [50, 100000],
        [60, 100010],
        [80, 100176.6],
        [90, 100343.4],
      ],
      [
        [10, 10],
        [20, 30],
        [30, 30],
        [40, 50],
        [50, 50],
        [60, 60],
        [80, 226.6],
        [90, 226.6],
      ],
    ],
    [
      'kWh accumulator',
      '64:12',
      [
        [0, 10],
        [10, 10.01],
        [20, 10.02],
        [30, 0.5],
        [40, 0.51],
        [50, 900],
        [60, 900.01],
        [70, 900.2],
      ],
      [
        [10, 0.01],
        [20, 0.02],
        [30, 0.02],
        [40, 0.03],
        [50, 0.03],
        [60, 0.04],
        [70, 0.04],
      ],
    ],
    [
      'kWh accumulator with repeated and late packets',
      '64:12',
      [
        [0, 10],
        [10, 10.01],
        [10, 10.01],
        [5, 10.005],
        [20, 10.02],
      ],
      [
        [10, 0.01],
        [20, 0.02],
      ],
    ],
  ];
  test.each(cases)('%s', (_name, list, readings, expected) => {
    expect(play(list, readings).posts).toEqual(expected);
  });
});

const LONDON = -80_000; // T's midnight in London, from T
const NEXT = LONDON + 86_400;

describe('what is posted for each local day', () => {
  const cases: readonly [string, string, string, (readonly [number, number | null])[], number[][]][] = [
    [
      'power to kWh/d',
      'Europe/London',
      '5:12',
      [
        [0, 1000],
        [3600, 1000],
        [5400, 2000],
        [7200, 500],
        [9000, 500],
        [30000, 500],
      ],
      [
        [LONDON, 0],
        [LONDON, 1],
        [LONDON, 2],
        [NEXT, 0.25],
        [NEXT, 0.5],
        [NEXT, 0.5],
      ],
    ],
    [
      'power to kWh/d, days of Sydney',
      'Australia/Sydney',
      '5:12',
      [
        [0, 1000],
        [3600, 1000],
        [5400, 2000],
        [7200, 500],
        [9000, 500],
      ],
      [
        [-33200, 0],
        [-33200, 1],
        [-33200, 2],
        [-33200, 2.25],
        [-33200, 2.5],
      ],
    ],
    [
      'kWh to kWh/d',
      'UTC',
      '23:12',
      [
        [0, 100],
        [3600, 101.5],
        [7200, 102],
        [9000, 90],
        [10800, 103],
        [12600, 104],
      ],
      [
        [LONDON, 1.5],
        [NEXT, 0.5],
        [NEXT, 0.5],
        [NEXT, 1.5],
        [NEXT, 2.5],
      ],
    ],
    [
      'on-time',
      'UTC',
      '7:12',
      [
        [0, 1],
        [60, 1],
        [120, 0],
        [180, 5],
        [7500, 1],
        [7600, 1],
      ],
      [
        [LONDON, 0],
        [LONDON, 60],
        [LONDON, 60],
        [LONDON, 120],
        [NEXT, 0],
        [NEXT, 100],
      ],
    ],
    [
      'Wh to kWh/d',
      'UTC',
      '8:12',
      [
        [0, 100],
        [60, 200],
        [7200, 50],
      ],
      [
        [LONDON, 0.1],
        [LONDON, 0.3],
        [NEXT, 0.05],
      ],
    ],
    [
      'max per day',
      'UTC',
      '27:12',
      [
        [0, 5],
        [10, 9],
        [20, 3],
        [7200, 2],
        [7210, 4],
      ],
      [
        [LONDON, 5],
        [LONDON, 9],
        [NEXT, 2],
        [NEXT, 4],
      ],
    ],
    [
      'min per day',
      'UTC',
      '28:12',
      [
        [0, 5],
        [10, 9],
        [20, 3],
        [7200, 2],
        [7210, 4],
      ],
      [
        [LONDON, 5],
        [LONDON, 3],
        [NEXT, 2],
      ],
    ],
    [
      'kWh of 15 minutes',
      'UTC',
      '71:15:12',
      [
        [0, 1000],
        [300, 1000],
        [600, 2000],
        [900, 500],
        [1800, 500],
        [3000, 100],
      ],
      [
        [100, 0],
        [1000, 0.08333333],
        [1000, 0.25],
        [1000, 0.2916667],
        [1900, 0.125],
        [3700, 0],
      ],
    ],
  ];
  test.each(cases)('%s', (_name, zone, list, readings, expected) => {
    const { posts, last } = play(list, readings, { zone });
    expect(posts).toEqual(expected);
    expect(last?.time).toBeGreaterThanOrEqual(T);
  });
  test('a day of 23 hours ends at its own midnight', () => {
    const midnight = Date.UTC(2023, 2, 26) / 1000 - T;
    const { posts } = play(
      '8:12',
      [
        [midnight + 3600, 1000],
        [midnight + 23 * 3600 - 1, 1000],
        [midnight + 23 * 3600, 1000],
      ],
      {
        zone: 'Europe/London',
      },
    );
    expect(posts).toEqual([
      [midnight, 1],
      [midnight, 2],
      [midnight + 23 * 3600, 1],
    ]);
  });
});

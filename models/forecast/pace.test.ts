import { describe, expect, test } from 'vitest';
import { isLate, nextFetch, type Pace } from './pace.ts';

const HOUR = 3600;
const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const octopus = { publication: { zone: 'Europe/London', from: [16, 0], reach: 22.5 } } as const;

function pace(fields: Partial<Pace> & { every?: number; perDay?: number }): Pace {
  const { every = 6 * HOUR, perDay = Number.POSITIVE_INFINITY, ...rest } = fields;
  const known = { fetched: 0, attempted: 0, wait: null, failures: 0, until: null };
  return { provider: {}, configured: { every, perDay }, ...known, ...rest };
}

describe('when a source is asked next', () => {
  const noon = at('2026-01-15T12:00');
  test.each<[what: string, pace: Pace, now: number, next: number]>([
    ['never asked: at once', pace({ attempted: null }), noon, noon],
    ['as often as usual', pace({ attempted: noon, every: 1800 }), noon, noon + 1800],
    ['failed once: a minute', pace({ attempted: noon, failures: 1 }), noon, noon + 60],
    ['failed five times: sixteen minutes', pace({ attempted: noon, failures: 5 }), noon, noon + 960],
    ['failed for days: an hour', pace({ attempted: noon, failures: 500 }), noon, noon + HOUR],
    ['ten a day, failures too', pace({ attempted: noon, failures: 1, perDay: 10, every: 8640 }), noon, noon + 8640],
    ['as long as the server wants', pace({ attempted: noon, failures: 1, wait: noon + 7000 }), noon, noon + 7000],
    ['but not for ever', pace({ attempted: noon, failures: 1, wait: noon + 9e6 }), noon, noon + 86_400],
    ['a clock that was ahead', pace({ attempted: noon + 9e8, every: 1800 }), noon, noon + 1800],
    [
      'today is known: when tomorrow is published',
      pace({ provider: octopus, attempted: noon, until: at('2026-01-15T23:00') }),
      noon,
      at('2026-01-15T16:00'),
    ],
    [
      'published and not here: every ten minutes',
      pace({ provider: octopus, attempted: at('2026-01-15T16:00'), until: at('2026-01-15T23:00') }),
      at('2026-01-15T16:00'),
      at('2026-01-15T16:10'),
    ],
    [
      'and after six hours every half-hour',
      pace({ provider: octopus, attempted: at('2026-01-15T22:30'), until: at('2026-01-15T23:00') }),
      at('2026-01-15T22:30'),
      at('2026-01-15T23:00'),
    ],
    [
      'here: not before long',
      pace({ provider: octopus, attempted: at('2026-01-15T16:10'), until: at('2026-01-16T23:00') }),
      at('2026-01-15T16:10'),
      at('2026-01-15T22:10'),
    ],
    [
      'in summer an hour earlier by UTC',
      pace({ provider: octopus, attempted: at('2026-07-15T12:00'), until: at('2026-07-15T22:00') }),
      at('2026-07-15T12:00'),
      at('2026-07-15T15:00'),
    ],
  ])('%s', (_what, given, now, next) => {
    expect(nextFetch(given, now, 0)).toBe(next);
  });

  test('chance spreads hubs over minutes, never to an earlier time', () => {
    const given = pace({ provider: octopus, attempted: noon, until: at('2026-01-15T23:00') });
    const times = [0, 0.25, 0.5, 0.99].map((chance) => nextFetch(given, noon, chance) - at('2026-01-15T16:00'));
    expect(times).toEqual([0, 75, 150, 297]);
  });
});

test.each<[what: string, pace: Pace, now: number, late: boolean]>([
  ['never heard', pace({ fetched: null }), 10, true],
  ['all over', pace({ fetched: 5, until: 9 }), 10, true],
  ['fresh', pace({ fetched: 5, until: 1e6 }), 10, false],
  ['thrice its time', pace({ fetched: 0, until: 1e6, every: HOUR }), 3 * HOUR + 1, true],
  [
    'tomorrow, six hours after it came out',
    pace({ provider: octopus, fetched: at('2026-01-15T22:00'), until: at('2026-01-15T23:00') }),
    at('2026-01-15T22:01'),
    true,
  ],
  [
    'tomorrow, an hour after it came out',
    pace({ provider: octopus, fetched: at('2026-01-15T16:50'), until: at('2026-01-15T23:00') }),
    at('2026-01-15T17:00'),
    false,
  ],
  [
    'tomorrow, known',
    pace({ provider: octopus, fetched: at('2026-01-15T16:50'), until: at('2026-01-16T23:00') }),
    at('2026-01-15T22:30'),
    false,
  ],
])('stale or not: %s', (_what, given, now, late) => {
  expect(isLate(given, now)).toBe(late);
});

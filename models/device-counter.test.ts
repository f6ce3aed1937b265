import { expect, test } from 'vitest';
import { type Count, countOn } from './device-counter.ts';

test.each<[string, Count | undefined, number, number, Count]>([
  ['starts where the counter stands', undefined, 5000, 0, { total: 5, offset: 0 }],
  ['counts up', { total: 5, offset: 0 }, 5010, 10, { total: 5.01, offset: 0 }],
  ['stands still', { total: 5, offset: 0 }, 5000, 10, { total: 5, offset: 0 }],
  ['was set back: all it shows is new', { total: 5, offset: 0 }, 20, 3600, { total: 5.02, offset: 5 }],
  ['counts on after it was set back', { total: 5.02, offset: 5 }, 30, 10, { total: 5.03, offset: 5 }],
  ['leaps beyond what a house can use', { total: 5, offset: 0 }, 9_000_000, 10, { total: 5, offset: -8995 }],
  ['comes back from a leap', { total: 5, offset: -8995 }, 5010, 10, { total: 5, offset: -0.01 }],
  ['was exchanged for a used one', { total: 5, offset: 0 }, 4000, 10, { total: 5, offset: 1 }],
  [
    'lost its last minutes in a long power cut',
    { total: 500, offset: 0 },
    499_800,
    8 * 3600,
    { total: 500, offset: 0.2 },
  ],
  [
    'shows what a feed rounded',
    { total: 5000.00048828125, offset: 0 },
    5_000_000,
    10,
    { total: 5000.00048828125, offset: 0 },
  ],
  ['comes back after a night', { total: 5, offset: 0 }, 25_000, 8 * 3600, { total: 25, offset: 0 }],
])('a counter that %s', (_name, before, counter, seconds, after) => {
  const { total, offset } = countOn(before, counter, seconds);
  expect(total).toBeCloseTo(after.total, 9);
  expect(offset).toBeCloseTo(after.offset, 9);
});

test('one garbled nought between two readings adds nothing', () => {
  const before = { total: 5, offset: 0 };
  const nought = countOn(before, 0, 10);
  const back = countOn(nought, 5000, 10);
  expect([nought.total, back.total, countOn(back, 5010, 10).total]).toEqual([5, 5, expect.closeTo(5.01, 9)]);
});

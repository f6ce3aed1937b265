import { expect, test } from 'vitest';
import { compareRates, figure, percentile } from './ratio.ts';

test('the ratio is of neighbouring turns, and the first turn does not count', async () => {
  const ours = [1, 50, 20, 90];
  const theirs = [1000, 100, 40, 90];
  const compared = await compareRates(
    async () => ours.shift() ?? 0,
    async () => theirs.shift() ?? 0,
  );
  expect(compared).toEqual({ ours: 50, theirs: 90, ratio: 0.5 });
});

test.each([
  [[], 0.99, 0],
  [[5], 0.99, 5],
  [[4, 1, 3, 2], 0.5, 3],
  [Array.from({ length: 1000 }, (_, n) => n), 0.99, 990],
])('percentile of %j', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

test('figures are read at a glance', () => {
  expect([figure(1234567), figure(1.26, 1)]).toEqual(['1,234,567', '1.3']);
});

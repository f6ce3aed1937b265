import { expect, test } from 'vitest';
import { linesFrom, METERS } from './points.ts';

test('each moment has a line of every meter', () => {
  const lines = linesFrom(1_700_000_000, 2).split('\n');
  expect(lines).toHaveLength(2 * METERS);
  expect(lines[0]).toBe('meter0 power=50 1700000000');
  expect(lines[METERS]).toBe('meter0 power=68.5 1700000010');
});

import { expect, test } from 'vitest';
import { OPERATIONS, type Row } from './operations.ts';

const rows: Row[] = [2, 4, 4, 4, 5, 5, 7, 9].map((value, index) => ({
  id: index < 4 ? 'a' : 'b',
  time: index * 10,
  value,
}));

test.each([
  ['count', [8]],
  ['sum', [40]],
  ['mean', [5]],
  ['median', [4.5]],
  ['mode', [4]],
  ['spread', [7]],
  ['stddev', [expect.closeTo(2.138, 3)]],
  ['integral', [30 + 40 + 40 + 50 + 60 + 80]],
  ['distinct', [2, 4, 5, 7, 9]],
  ['first', [2]],
  ['last', [9]],
  ['min', [2]],
  ['max', [9]],
  ['bottom', [2]],
  ['top', [9]],
  ['percentile', [9]],
  ['sample', [5]],
])('%s of what was read', (name, values) => {
  expect(OPERATIONS.get(name)?.(rows).map(({ value }) => value)).toEqual(values);
});

test.each([...OPERATIONS.keys()])('%s of nothing makes no value up', (name) => {
  const result = OPERATIONS.get(name)?.([]) ?? [];
  expect(result.every(({ value }) => Number.isFinite(value))).toBe(true);
  expect(result).toEqual([]);
});

import { expect, test } from 'vitest';
import { processWritten, sectorsWritten } from './disk.ts';

const STATS = `   7       0 loop0 55 0 2102 15 1 0 2 10 0 20 36 0 0 0 0 1 10
   7      10 loop10 1 0 2 3 4 0 512 6 0 7 8 0 0 0 0 0 0
`;

test.each([
  ['loop0', 2],
  ['loop10', 512],
])('sectors written to %s', (device, sectors) => {
  expect(sectorsWritten(STATS, device)).toBe(sectors);
});

test('an unknown device is an error', () => {
  expect(() => sectorsWritten(STATS, 'loop1')).toThrow('does not know loop1');
});

test('what this process wrote is a number', () => {
  expect(processWritten(process.pid)).toBeGreaterThanOrEqual(0);
});

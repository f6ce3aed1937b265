import { expect, test } from 'vitest';
import { dayStart } from '../../lib/local-day.ts';
import { dayOf } from '../../lib/wall-clock.ts';
import { localSlices } from './local-slices.ts';

const NO_CUTS = { minutes: [], steps: [] };
const slicesOf = (zone: string, year: number, month: number, day: number, minutes: number[] = []) => {
  const number = dayOf(year, month, day);
  return localSlices(dayStart(number, zone), dayStart(number + 1, zone), zone, { minutes, steps: [] });
};

test.each([
  ['an ordinary day', 'Europe/London', [2026, 1, 15], 48],
  ['the day clocks go on', 'Europe/London', [2026, 3, 29], 46],
  ['the day clocks go back', 'Europe/London', [2026, 10, 25], 50],
  ['half an hour back', 'Australia/Lord_Howe', [2025, 4, 6], 49],
  ['a zone of quarters', 'Asia/Kathmandu', [2026, 1, 15], 48],
] as const)('%s in %s', (_, zone, [year, month, day], count) => {
  const slices = slicesOf(zone, year, month, day);
  expect(slices).toHaveLength(count);
  expect(slices.filter(({ first }) => first)).toHaveLength(1);
  expect(slices.every(({ start }, at) => at === 0 || start === slices[at - 1]?.end)).toBe(true);
});

test('a time that comes twice cuts twice; one that is skipped does not', () => {
  const cuts = (month: number, day: number) =>
    slicesOf('Europe/London', 2026, month, day, [77]).filter(({ minute }) => minute === 77).length;
  expect([cuts(1, 15), cuts(3, 29), cuts(10, 25)]).toEqual([1, 0, 2]);
});

test('keeps to the range, and cuts at the steps asked for', () => {
  const slices = localSlices(1000, 4000, 'UTC', { ...NO_CUTS, steps: [900] });
  expect(slices.map(({ start }) => start)).toEqual([1000, 1800, 2700, 3600]);
  expect(slices.at(-1)?.end).toBe(4000);
  expect(localSlices(4000, 4000, 'UTC', NO_CUTS)).toEqual([]);
});

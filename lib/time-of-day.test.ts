import { describe, expect, it } from 'vitest';
import { beganOn, clockOf, minutesOf, weekdayOf } from './time-of-day.ts';

it.each([
  ['00:00', 0],
  ['07:30', 450],
  ['23:59', 1439],
])('%s is %d minutes after midnight, and back', (clock, minutes) => {
  expect(minutesOf(clock)).toBe(minutes);
  expect(clockOf(minutes)).toBe(clock);
});

it.each([
  ['a day later', 1440 + 61, '01:01'],
  ['before midnight', -1, '23:59'],
])('the clock goes round %s', (_, minutes, clock) => expect(clockOf(minutes)).toBe(clock));

it.each([
  ['1970-01-01, a Thursday', 0, 4],
  ['1969-12-28, a Sunday', -4, 7],
  ['2026-03-29, a Sunday', 20541, 7],
])('%s', (_, day, weekday) => expect(weekdayOf(day)).toBe(weekday));

describe('hours of a day that hold at a minute', () => {
  it.each([
    ['the first minute', [60, 120, 60], 10],
    ['the last minute', [60, 120, 119], 10],
    ['the end is not theirs', [60, 120, 120], null],
    ['before midnight, of a night', [1380, 300, 1400], 10],
    ['after midnight, of the night before', [1380, 300, 299], 9],
    ['between two nights', [1380, 300, 300], null],
    ['from midnight to midnight', [0, 0, 700], 10],
    ['a whole day from seven to seven, before seven', [420, 420, 419], 9],
  ] as const)('%s', (_, [from, to, minute], day) => expect(beganOn(from, to, 10, minute)).toBe(day));
});

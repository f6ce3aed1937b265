import { describe, expect, test } from 'vitest';
import { calendarGrid, deltaEnd, fixedGrid, looseCalendarGrid } from './grid.ts';
import type { CalendarUnit } from './request.ts';

const at = (iso: string) => Date.parse(iso) / 1000;
const HOUR = 3600;

describe('fixedGrid', () => {
  const cases: [string, number, number, number, number[], number][] = [
    ['goes on while not after the end', 1000, 1030, 10, [1000, 1010, 1020, 1030], 1040],
    ['keeps the start where it is', 1003, 1020, 10, [1003, 1013], 1023],
    ['has one row in a span shorter than a step', 1000, 1005, 10, [1000], 1010],
    ['is empty where the end comes first', 1000, 990, 10, [], 1000],
  ];
  test.each(cases)('%s', (_, start, end, step, times, next) => {
    expect(fixedGrid(start, end, step)).toEqual({ times, next });
  });
});

describe('calendarGrid: lengths of days in hours', () => {
  const cases: [string, string, string, string, number[]][] = [
    ['London loses an hour in spring', 'Europe/London', '2023-03-25T12:00Z', '2023-03-27T12:00Z', [24, 23, 24]],
    ['London gains an hour in autumn', 'Europe/London', '2023-10-28T12:00Z', '2023-10-30T12:00Z', [24, 25, 24]],
    ['Kolkata never changes', 'Asia/Kolkata', '2023-03-25T12:00Z', '2023-03-27T12:00Z', [24, 24, 24]],
    ['Lord Howe loses half an hour', 'Australia/Lord_Howe', '2023-09-30T00:00Z', '2023-10-02T00:00Z', [24, 23.5, 24]],
    ['Lord Howe gains half an hour', 'Australia/Lord_Howe', '2023-04-01T00:00Z', '2023-04-03T00:00Z', [24, 24.5, 24]],
    ['Beirut has a day without a midnight', 'Asia/Beirut', '2022-03-26T12:00Z', '2022-03-28T12:00Z', [24, 23, 24]],
  ];
  test.each(cases)('%s', (_, zone, start, end, hours) => {
    const { times, next } = calendarGrid(at(start), at(end), 'daily', zone);
    expect(times.map((time, i) => ((times[i + 1] ?? next) - time) / HOUR)).toEqual(hours);
  });
});

describe('calendarGrid: first rows', () => {
  const cases: [string, CalendarUnit, string, string, string][] = [
    ['a day begins at its local midnight', 'daily', 'Asia/Kolkata', '2023-03-24T00:00Z', '2023-03-23T18:30Z'],
    ['a week begins at the Monday after', 'weekly', 'Europe/London', '2023-03-22T00:00Z', '2023-03-27T00:00+01:00'],
    ['a week begins on a Monday itself', 'weekly', 'Europe/London', '2023-03-27T10:00Z', '2023-03-27T00:00+01:00'],
    ['a month begins on its first', 'monthly', 'Europe/London', '2023-03-22T00:00Z', '2023-03-01T00:00Z'],
    ['a year begins in January', 'annual', 'America/New_York', '2022-02-10T00:00Z', '2022-01-01T05:00Z'],
  ];
  test.each(cases)('%s', (_, unit, zone, start, first) => {
    expect(calendarGrid(at(start), at('2025-01-01T00:00Z'), unit, zone).times[0]).toBe(at(first));
  });

  test('a loose year begins with the month of the start', () => {
    const { times } = looseCalendarGrid(at('2023-11-14T00:00Z'), at('2025-01-01T00:00Z'), 'annual', 'UTC');
    expect(times).toEqual([at('2023-11-01T00:00Z'), at('2024-11-01T00:00Z')]);
  });

  test('months counted from the 31st do not skip February', () => {
    const { times } = calendarGrid(at('2023-01-31T12:00Z'), at('2023-04-30T00:00Z'), 'monthly', 'UTC');
    expect(times.map((time) => new Date(time * 1000).getUTCMonth())).toEqual([0, 1, 2, 3]);
  });

  test('one request cannot ask for millions of days', () => {
    expect(calendarGrid(0, 1e11, 'daily', 'UTC').times).toHaveLength(75_000);
  });
});

describe('deltaEnd', () => {
  const cases: [string, number | CalendarUnit, string, string][] = [
    ['a fixed step ends on its own multiple', 100, '2023-11-14T22:21:40Z', '2023-11-14T22:23:20Z'],
    ['a day ends at the midnight after', 'daily', '2023-10-29T12:00Z', '2023-10-30T00:00Z'],
    ['a midnight belongs to the day it begins', 'daily', '2023-11-01T00:00Z', '2023-11-02T00:00Z'],
    ['a Monday belongs to the week it begins', 'weekly', '2023-03-27T10:00Z', '2023-04-03T00:00+01:00'],
    ['a month ends on the next first', 'monthly', '2023-01-31T10:00Z', '2023-02-01T00:00Z'],
    ['a year ends in January', 'annual', '2023-12-31T23:30Z', '2024-01-01T00:00Z'],
  ];
  test.each(cases)('%s', (_, step, end, expected) => {
    expect(deltaEnd(at(end), step, 'Europe/London')).toBe(at(expected));
  });
});

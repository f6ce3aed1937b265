import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { dayNumber, dayStart } from './local-day.ts';

const CASES: readonly (readonly [name: string, zone: string, date: [number, number, number], start: string])[] = [
  ['plain', 'Europe/London', [2023, 1, 1], '2023-01-01T00:00:00Z'],
  ['in summer', 'Europe/London', [2023, 7, 1], '2023-06-30T23:00:00Z'],
  ['the day that loses an hour', 'Europe/Berlin', [2023, 3, 26], '2023-03-25T23:00:00Z'],
  ['the day after it', 'Europe/Berlin', [2023, 3, 27], '2023-03-26T22:00:00Z'],
  ['a day without a midnight', 'America/Santiago', [2023, 9, 3], '2023-09-03T04:00:00Z'],
  ['a day with two midnights', 'America/Havana', [2023, 11, 5], '2023-11-05T04:00:00Z'],
  ['half hours', 'Asia/Kolkata', [2023, 5, 5], '2023-05-04T18:30:00Z'],
  ['a thirteenth month', 'UTC', [2023, 13, 1], '2024-01-01T00:00:00Z'],
];

test.each(CASES)('%s', (_name, zone, [year, month, day], start) => {
  expect(dayStart(dayNumber(year, month, day), zone)).toBe(Date.parse(start) / 1000);
  expect(dayStart(dayNumber(year, month, day), zone)).toBe(Date.parse(start) / 1000);
});

test.each(['Europe/London', 'America/Sao_Paulo', 'Pacific/Apia', 'Africa/Casablanca', 'Australia/Lord_Howe'])(
  'every day of eight years in %s, one after the other',
  (zone) => {
    const first = dayNumber(2007, 1, 1);
    for (let day = first; day < dayNumber(2015, 1, 1); day += 1) {
      const start = dayStart(day, zone);
      const local = DateTime.fromSeconds(start, { zone });
      const before = DateTime.fromSeconds(start - 1, { zone });
      expect(before.toISODate() !== local.toISODate(), `${zone} ${local.toISO()}`).toBe(true);
    }
  },
);

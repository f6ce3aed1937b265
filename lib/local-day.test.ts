import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { dayAt, dayStart, localDay } from './local-day.ts';
import { dateOf, dayOf } from './wall-clock.ts';

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
  expect(dayStart(dayOf(year, month, day), zone)).toBe(Date.parse(start) / 1000);
  expect(dayStart(dayOf(year, month, day), zone)).toBe(Date.parse(start) / 1000);
});

test.each(['Europe/London', 'America/Sao_Paulo', 'Pacific/Apia', 'Africa/Casablanca', 'Australia/Lord_Howe'])(
  'every day of eight years in %s, one after the other',
  (zone) => {
    const first = dayOf(2007, 1, 1);
    for (let day = first; day < dayOf(2015, 1, 1); day += 1) {
      const start = dayStart(day, zone);
      const local = DateTime.fromSeconds(start, { zone });
      const before = DateTime.fromSeconds(start - 1, { zone });
      expect(before.toISODate() !== local.toISODate(), `${zone} ${local.toISO()}`).toBe(true);
    }
  },
);

test.each([
  ['an ordinary day', 'Europe/London', '2026-01-15T12:00:00Z', '2026-01-15', 24],
  ['its first second', 'Europe/Berlin', '2026-01-14T23:00:00Z', '2026-01-15', 24],
  ['its last second', 'Europe/Berlin', '2026-01-15T22:59:59Z', '2026-01-15', 24],
  ['an hour short', 'Europe/London', '2026-03-29T00:30:00Z', '2026-03-29', 23],
  ['an hour long', 'Europe/London', '2026-10-25T01:30:00Z', '2026-10-25', 25],
  ['half an hour long', 'Australia/Lord_Howe', '2026-04-04T15:30:00Z', '2026-04-05', 24.5],
  ['without a midnight', 'America/Santiago', '2023-09-03T05:00:00Z', '2023-09-03', 23],
  ['between its two midnights', 'America/Havana', '2023-11-05T04:30:00Z', '2023-11-05', 25],
  ['after clocks went back over midnight', 'America/St_Johns', '2010-11-07T02:45:00Z', '2010-11-07', 25],
  ['no such zone', 'Nowhere/Land', '2026-07-15T12:00:00Z', '2026-07-15', 24],
])('%s in %s', (_name, zone, at, date, hours) => {
  const time = Date.parse(at) / 1000;
  const { start, end } = localDay(time, zone);
  expect(dateOf(dayAt(time, zone))).toBe(date);
  expect([start <= time && time < end, (end - start) / 3600]).toEqual([true, hours]);
  expect(localDay(end, zone).start).toBe(end);
});

import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { dues } from './due.ts';
import { type ReportSettings, reportSettingsSchema } from './report-settings.ts';

const settings = (fields: Partial<ReportSettings>) => reportSettingsSchema.parse(fields);
const at = (text: string, zone = 'Europe/London') => DateTime.fromISO(text, { zone }).toSeconds();
const told = (found: ReturnType<typeof dues>, zone = 'Europe/London') =>
  found.map(({ start, end }) =>
    [start, end].map((time) => DateTime.fromSeconds(time, { zone }).toFormat("yyyy-MM-dd'T'HH:mm")).join(' '),
  );

test.each<[string, 'day' | 'month' | 'year', Partial<ReportSettings>, from: string, to: string, string[]]>([
  [
    'a daily one',
    'day',
    { daily: true, at: '07:30' },
    '2026-01-15T07:30',
    '2026-01-16T07:30',
    ['2026-01-15T07:30 2026-01-16T07:30'],
  ],
  ['not a second early', 'day', { daily: true, at: '07:30' }, '2026-01-15T07:30', '2026-01-16T07:29:59', []],
  [
    'every day the hub was down, once',
    'day',
    { daily: true },
    '2026-01-15T00:00',
    '2026-01-18T12:00',
    ['2026-01-15T00:00 2026-01-16T00:00', '2026-01-16T00:00 2026-01-17T00:00', '2026-01-17T00:00 2026-01-18T00:00'],
  ],
  [
    'a day of 23 hours, at a time that is skipped',
    'day',
    { daily: true, at: '01:30' },
    '2026-03-28T12:00',
    '2026-03-29T12:00',
    ['2026-03-28T01:30 2026-03-29T02:30'],
  ],
  [
    'a time that comes twice counts once',
    'day',
    { daily: true, at: '01:30' },
    '2026-10-24T12:00',
    '2026-10-25T12:00',
    ['2026-10-24T01:30 2026-10-25T01:30'],
  ],
  [
    'the 31st of every month',
    'month',
    { monthly: { day: 31 } },
    '2026-01-31T00:00',
    '2026-05-01T00:00',
    ['2026-01-31T00:00 2026-02-28T00:00', '2026-02-28T00:00 2026-03-31T00:00', '2026-03-31T00:00 2026-04-30T00:00'],
  ],
  [
    'the 29th of February',
    'year',
    { yearly: { month: 2, day: 29 } },
    '2023-01-01T00:00',
    '2025-12-31T00:00',
    ['2022-02-28T00:00 2023-02-28T00:00', '2023-02-28T00:00 2024-02-29T00:00', '2024-02-29T00:00 2025-02-28T00:00'],
  ],
  ['nothing is wanted', 'day', {}, '2026-01-01T00:00', '2026-02-01T00:00', []],
  ['only the others are wanted', 'month', { daily: true }, '2026-01-01T00:00', '2026-03-01T00:00', []],
])('%s', (_, kind, fields, from, to, expected) => {
  expect(told(dues(kind, settings(fields), 'Europe/London', at(from), at(to)))).toEqual(expected);
});

test('years of downtime are made up for a month at a time, without a hole or a double', () => {
  const wanted = settings({ daily: true, at: '02:00', monthly: { day: 30 } });
  const now = at('2028-01-01T00:00', 'Australia/Lord_Howe');
  for (const kind of ['day', 'month'] as const) {
    let after = at('2026-01-01T00:00', 'Australia/Lord_Howe');
    const ends: number[] = [];
    for (let more = true; more; ) {
      const found = dues(kind, wanted, 'Australia/Lord_Howe', after, now);
      for (const { start, end } of found) {
        if (ends.length > 0) expect(start).toBe(ends.at(-1));
        ends.push(end);
      }
      more = found.length > 0;
      after = ends.at(-1) ?? now;
    }
    expect(ends).toHaveLength(kind === 'day' ? 730 : 24);
  }
});

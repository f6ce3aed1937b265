import { expect, test } from 'vitest';
import { parseDateText } from './date-text.ts';

const NOW = Date.UTC(2023, 10, 14, 22, 13, 20) / 1000; // Tuesday
const utc = (...parts: [number, number, number, number?, number?, number?]) =>
  Date.UTC(parts[0], parts[1] - 1, ...(parts.slice(2) as [number])) / 1000;

const CASES: readonly [string, string, string, number | undefined][] = [
  ['ISO with Z', '2023-11-14T22:13:20Z', 'Europe/Paris', NOW],
  ['ISO with offset', '2023-11-14T23:13:20+01:00', 'UTC', NOW],
  ['ISO with short offset', '2023-11-14T23:13:20+01', 'UTC', NOW],
  ['ISO with fraction', '2023-11-14T22:13:20.987Z', 'UTC', NOW],
  ['ISO basic', '20231114T221320Z', 'UTC', NOW],
  ['plain, in the zone', '2023-11-14 23:13:20', 'Europe/Paris', NOW],
  ['no seconds', '2023-11-14 22:13', 'UTC', NOW - 20],
  ['date alone is midnight', '2023-11-14', 'UTC', utc(2023, 11, 14)],
  ['date alone in the zone', '2023-07-01', 'Europe/Paris', utc(2023, 6, 30, 22)],
  ['slashes are American', '11/14/2023', 'UTC', utc(2023, 11, 14)],
  ['dots are European', '14.11.2023', 'UTC', utc(2023, 11, 14)],
  ['month by name', '14 November 2023 22:13:20', 'UTC', NOW],
  ['month first', 'Nov 14, 2023', 'UTC', utc(2023, 11, 14)],
  ['RFC 2822', 'Tue, 14 Nov 2023 22:13:20 +0000', 'Europe/Paris', NOW],
  ['at sign', '@1700000000', 'Europe/Paris', 1_700_000_000],
  ['now', 'now', 'UTC', NOW],
  ['today', 'today', 'UTC', utc(2023, 11, 14)],
  ['midnight in the zone', 'midnight', 'Europe/Paris', utc(2023, 11, 13, 23)],
  ['yesterday', 'yesterday', 'UTC', utc(2023, 11, 13)],
  ['tomorrow noon', 'tomorrow noon', 'UTC', utc(2023, 11, 15, 12)],
  ['yesterday at a time', 'yesterday 14:30', 'UTC', utc(2023, 11, 13, 14, 30)],
  ['afternoon', '2:30 pm', 'UTC', utc(2023, 11, 14, 14, 30)],
  ['plus a day', '+1 day', 'UTC', NOW + 86_400],
  ['minus hours', '-2 hours', 'UTC', NOW - 7200],
  ['ago', '10 minutes ago', 'UTC', NOW - 600],
  ['two parts', '+1 week -1 day', 'UTC', NOW + 6 * 86_400],
  ['next month', 'next month', 'UTC', utc(2023, 12, 14, 22, 13, 20)],
  ['last monday', 'last monday', 'UTC', utc(2023, 11, 13)],
  ['monday', 'monday', 'UTC', utc(2023, 11, 20)],
  ['first of the month', 'first day of this month midnight', 'UTC', utc(2023, 11, 1)],
  ['zone by name', '2023-11-14 23:13:20 Europe/Paris', 'UTC', NOW],
  ['rubbish', 'rubbish', 'UTC', undefined],
  ['half rubbish', '2023-11-14 rubbish', 'UTC', undefined],
  ['no such day', '2023-02-30', 'UTC', undefined],
  ['no such month', '2023-13-01', 'UTC', undefined],
  ['empty', '', 'UTC', undefined],
  ['endless', '+1 day'.repeat(1000), 'UTC', undefined],
];

test.each(CASES)('%s: %s', (_name, text, zone, expected) => {
  expect(parseDateText(text, NOW, zone)).toBe(expected);
});

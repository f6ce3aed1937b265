import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { parseCalendar } from './calendar-expression.ts';

const fits = (expression: string, local: string, zone = 'Europe/London') =>
  parseCalendar(expression)(DateTime.fromISO(local, { zone }));

describe('parseCalendar', () => {
  const TARIFF = 'Summer | Mon-Fri | 08:00-09:00, 12/25 | 00:00-24:00';
  const cases: readonly [string, string, string, boolean][] = [
    ['a summer Monday at eight', TARIFF, '2023-07-03T08:00', true],
    ['before nine', TARIFF, '2023-07-03T08:59:59', true],
    ['not at nine', TARIFF, '2023-07-03T09:00', false],
    ['not on a summer Saturday', TARIFF, '2023-07-08T08:30', false],
    ['not in winter', TARIFF, '2023-12-04T08:30', false],
    ['Christmas from its first minute', TARIFF, '2023-12-25T00:00', true],
    ['Christmas to its last', TARIFF, '2023-12-25T23:59', true],
    ['not Boxing Day', TARIFF, '2023-12-26T00:00', false],
    ['winter is the time without daylight saving', 'Winter', '2023-03-26T00:59', true],
    ['summer begins with the clock change', 'Winter', '2023-03-26T02:00', false],
    ['a range over midnight, evening', '22:00-06:00', '2023-07-03T23:30', true],
    ['a range over midnight, morning', '22:00-06:00', '2023-07-03T05:59', true],
    ['a range over midnight, noon', '22:00-06:00', '2023-07-03T12:00', false],
    ['a range over the weekend', 'Sat-Mon', '2023-07-03T12:00', true],
    ['a single weekday, written out', 'tuesday', '2023-07-04T12:00', true],
    ['a range over New Year', '12/24-1/6', '2024-01-06T12:00', true],
    ['after a range over New Year', '12/24-1/6', '2024-01-07T12:00', false],
    ['several times of one day', 'Mon | 06:00-07:00 | 18:00-19:00', '2023-07-03T18:30', true],
    ['nothing fits nothing', '', '2023-07-03T12:00', false],
    ['a word that is none', 'Mon | whenever', '2023-07-03T12:00', false],
    ['a word that is none leaves the others', 'whenever, Mon', '2023-07-03T12:00', true],
    ['no such hour', '25:00-26:00', '2023-07-03T01:00', false],
  ];
  test.each(cases)('%s', (_name, expression, local, expected) => {
    expect(fits(expression, local)).toBe(expected);
  });

  test('where clocks never change it is always winter', () => {
    expect(fits('Summer', '2023-07-03T12:00', 'Asia/Kolkata')).toBe(false);
    expect(fits('Winter', '2023-07-03T12:00', 'Asia/Kolkata')).toBe(true);
  });

  test('in the south summer is at New Year', () => {
    expect(fits('Summer', '2024-01-01T12:00', 'Australia/Sydney')).toBe(true);
  });
});

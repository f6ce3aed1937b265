import { describe, expect, test } from 'vitest';
import { checkReadingTime, parseReadingTime } from './reading-time.ts';

const NOW = 1_700_000_000;

describe('a time that comes with a reading', () => {
  const cases: readonly [string, unknown, number | undefined][] = [
    ['seconds', 1_699_999_990, 1_699_999_990],
    ['a fraction of a second', 1_699_999_990.75, 1_699_999_990],
    ['seconds as text', '1699999990', 1_699_999_990],
    ['a fraction as text', '1699999990.75', 1_699_999_990],
    ['zero', '0', 0],
    ['a date', '2023-11-14 22:13:20', 1_700_000_000],
    ['words', '-1 hour', NOW - 3600],
    ['rubbish', 'rubbish', undefined],
    ['nothing', '', undefined],
    ['null', null, undefined],
    ['an object', {}, undefined],
    ['endless', Number.POSITIVE_INFINITY, undefined],
  ];
  test.each(cases)('%s', (_name, time, expected) => {
    expect(parseReadingTime(time, NOW, 'UTC')).toBe(expected);
  });
});

describe('the times a reading may have', () => {
  const cases: readonly [string, number, string | undefined][] = [
    ['now', NOW, undefined],
    ['a day ahead', NOW + 86_400, undefined],
    ['more than a day ahead', NOW + 86_401, 'HUB_TIME_AHEAD'],
    ['milliseconds', NOW * 1000, 'HUB_TIME_AHEAD'],
    ['the first second of 2000', 946_684_800, undefined],
    ['the last second of 1999', 946_684_799, 'HUB_TIME_TOO_OLD'],
    ['1970', 0, 'HUB_TIME_TOO_OLD'],
    ['none', Number.NaN, 'HUB_TIME_TOO_OLD'],
  ];
  test.each(cases)('%s', (_name, time, code) => {
    const check = () => checkReadingTime(time, NOW);
    if (code === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code }));
  });
});

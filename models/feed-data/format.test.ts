import { describe, expect, test } from 'vitest';
import { formatRows } from './format.ts';
import type { TimeFormat } from './request.ts';
import { roundTo, twoPlaces } from './round.ts';
import { ZoneText } from './zone-text.ts';

describe('formatRows', () => {
  const rows = { times: [1_700_000_000, 1_700_000_010], values: [1.25, null] };
  const cases: [TimeFormat, number, unknown[]][] = [
    [
      'unixms',
      -1,
      [
        [1_700_000_000_000, 1.25],
        [1_700_000_010_000, null],
      ],
    ],
    [
      'unix',
      1,
      [
        [1_700_000_000, 1.3],
        [1_700_000_010, null],
      ],
    ],
    ['notime', 0, [1, null]],
    [
      'iso8601',
      -1,
      [
        ['2023-11-15T03:43:20+05:30', 1.25],
        ['2023-11-15T03:43:30+05:30', null],
      ],
    ],
    [
      'excel',
      -1,
      [
        ['15/11/2023 03:43:20', 1.25],
        ['15/11/2023 03:43:30', null],
      ],
    ],
  ];
  test.each(cases)('%s with %d places', (format, places, expected) => {
    expect(formatRows(rows, format, 'Asia/Kolkata', places)).toEqual(expected);
  });
});

describe('roundTo', () => {
  const cases: [number, number, number][] = [
    [0.5, 0, 1],
    [-0.5, 0, -1],
    [3.5, 0, 4],
    [1.005, 2, 1.01],
    [0.10000000149011612, 1, 0.1],
    [123.456, -1, 120],
    [-0.001, 2, 0],
  ];
  test.each(cases)('%d to %d places is %d', (value, places, expected) => {
    expect(roundTo(value, places)).toBe(expected);
  });

  test.each([
    [null, 'null'],
    [0, '0.00'],
    [-0.001, '0.00'],
    [15.4249997, '15.42'],
    [2.5, '2.50'],
  ])('csv of %s', (value, text) => {
    expect(twoPlaces(value as number | null)).toBe(text);
  });
});

describe('ZoneText', () => {
  const cases: [string, string, string][] = [
    ['before London’s spring hour', '2023-03-26T00:59:59Z', '2023-03-26T00:59:59+00:00'],
    ['after London’s spring hour', '2023-03-26T01:00:00Z', '2023-03-26T02:00:00+01:00'],
    ['in London’s repeated hour, first time', '2023-10-29T00:30:00Z', '2023-10-29T01:30:00+01:00'],
    ['in London’s repeated hour, second time', '2023-10-29T01:30:00Z', '2023-10-29T01:30:00+00:00'],
  ];
  test.each(cases)('%s', (_, time, text) => {
    expect(new ZoneText('Europe/London').iso(Date.parse(time) / 1000)).toBe(text);
  });

  test('west of Greenwich', () => {
    expect(new ZoneText('America/St_Johns').iso(1_700_000_000)).toBe('2023-11-14T18:43:20-03:30');
  });
});

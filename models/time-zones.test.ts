import { IANAZone } from 'luxon';
import { expect, test } from 'vitest';
import { TIME_ZONES } from './time-zones.ts';

test('every zone is one, and stands there once', () => {
  expect(TIME_ZONES.filter((zone) => !IANAZone.isValidZone(zone))).toEqual([]);
  expect(new Set(TIME_ZONES).size).toBe(TIME_ZONES.length);
});

test.each(['UTC', 'Europe/London', 'Asia/Kolkata', 'Europe/Kyiv', 'America/Argentina/Buenos_Aires'])(
  '%s is there',
  (zone) => {
    expect(TIME_ZONES).toContain(zone);
  },
);

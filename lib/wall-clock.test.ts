import { describe, expect, test } from 'vitest';
import { dateOf, dayNumber, momentAt, wallAt, wallDay } from './wall-clock.ts';

const wall = (text: string) => Date.parse(`${text}Z`) / 1000;
const utc = wall;

describe('momentAt', () => {
  test.each<[what: string, zone: string, shown: string, first: string, last: string]>([
    ['winter', 'Europe/London', '2026-01-15T08:00', '2026-01-15T08:00', '2026-01-15T08:00'],
    ['summer', 'Europe/London', '2026-07-15T08:00', '2026-07-15T07:00', '2026-07-15T07:00'],
    ['the morning of the change', 'Europe/London', '2026-03-29T08:00', '2026-03-29T07:00', '2026-03-29T07:00'],
    ['skipped', 'Europe/London', '2026-03-29T01:30', '2026-03-29T01:00', '2026-03-29T01:00'],
    ['the moment of the jump', 'Europe/London', '2026-03-29T02:00', '2026-03-29T01:00', '2026-03-29T01:00'],
    ['twice', 'Europe/London', '2026-10-25T01:30', '2026-10-25T00:30', '2026-10-25T01:30'],
    ['after both', 'Europe/London', '2026-10-25T02:00', '2026-10-25T02:00', '2026-10-25T02:00'],
    ['skipped', 'Europe/Berlin', '2026-03-29T02:59', '2026-03-29T01:00', '2026-03-29T01:00'],
    ['twice', 'Europe/Berlin', '2026-10-25T02:00', '2026-10-25T00:00', '2026-10-25T01:00'],
    ['half-hour zone', 'America/St_Johns', '2026-01-15T08:00', '2026-01-15T11:30', '2026-01-15T11:30'],
    ['skipped', 'America/St_Johns', '2026-03-08T02:15', '2026-03-08T05:30', '2026-03-08T05:30'],
    ['twice', 'America/St_Johns', '2026-11-01T01:15', '2026-11-01T03:45', '2026-11-01T04:45'],
    ['half an hour skipped', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30', '2026-10-03T15:30'],
    ['a day skipped', 'Pacific/Apia', '2011-12-30T08:00', '2011-12-30T10:00', '2011-12-30T10:00'],
    ['no such zone', 'Nowhere/Land', '2026-07-15T08:00', '2026-07-15T08:00', '2026-07-15T08:00'],
  ])('%s in %s: %s', (_what, zone, shown, first, last) => {
    expect(momentAt(wall(shown), zone)).toBe(utc(first));
    expect(momentAt(wall(shown), zone, 'last')).toBe(utc(last));
  });

  test('what is shown at a moment is a moment again', () => {
    for (const zone of ['Europe/London', 'America/St_Johns', 'Asia/Kathmandu'])
      for (let time = utc('2026-03-01T00:07'); time < utc('2026-12-01T00:00'); time += 11_213) {
        const shown = wallAt(time, zone);
        expect([momentAt(shown, zone), momentAt(shown, zone, 'last')]).toContain(time);
      }
  });
});

test.each([
  ['1970-01-01', 0],
  ['1969-12-31', -1],
  ['2028-02-29', 21_243],
])('%s is day %i', (date, day) => {
  expect(dayNumber(date)).toBe(day);
  expect(dateOf(day)).toBe(date);
});

test('the date on the wall is not Greenwich’s', () => {
  expect(dateOf(wallDay(utc('2026-07-14T23:30'), 'Europe/London'))).toBe('2026-07-15');
  expect(dateOf(wallDay(utc('2026-07-15T02:00'), 'America/St_Johns'))).toBe('2026-07-14');
});

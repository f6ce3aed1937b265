import { describe, expect, test } from 'vitest';
import { occurrenceAt, timerWindows } from './occurrence.ts';
import { parseSchedule } from './schedule.ts';

const LONDON = 'Europe/London';
const BERLIN = 'Europe/Berlin';
const ST_JOHNS = 'America/St_Johns';
const utc = (text: string) => Date.parse(`${text}Z`) / 1000;
const text = (time: number) => new Date(time * 1000).toISOString().slice(0, 16);
const schedule = (fields: object) => parseSchedule({ device: 1, ...fields });
const weekly = (weekdays: number[], more = {}) => ({ repeat: { weekdays, ...more } });

/** The deadlines that follow each other, as UTC. */
function deadlines(fields: object, from: string, zone: string, count: number, holidays: string[] = []): string[] {
  let now = utc(from);
  return Array.from({ length: count }, () => {
    const found = occurrenceAt(schedule(fields), now, zone, holidays);
    if (!found) return 'none';
    now = found.readyBy;
    return text(now);
  });
}

describe('the next deadlines', () => {
  test.each<[what: string, zone: string, fields: object, from: string, expected: string[]]>([
    ['08:00 is 08:00 when clocks go forward', LONDON, {}, '2026-03-28T09:00', ['2026-03-29T07:00', '2026-03-30T07:00']],
    ['and back', LONDON, {}, '2026-10-24T08:00', ['2026-10-25T08:00', '2026-10-26T08:00']],
    ['in Berlin', BERLIN, {}, '2026-03-28T08:00', ['2026-03-29T06:00']],
    ['in St John’s', ST_JOHNS, {}, '2026-03-07T12:00', ['2026-03-08T10:30']],
    [
      'a skipped time is the jump',
      LONDON,
      { readyBy: '01:30' },
      '2026-03-28T02:00',
      ['2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'of a doubled time the first',
      LONDON,
      { readyBy: '01:30' },
      '2026-10-24T12:00',
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    ['a skipped time in St John’s', ST_JOHNS, { readyBy: '02:30' }, '2026-03-07T12:00', ['2026-03-08T05:30']],
    ['now is over', LONDON, {}, '2026-01-15T08:00', ['2026-01-16T08:00']],
    ['29 February', LONDON, weekly([2], { months: [2] }), '2028-02-28T09:00', ['2028-02-29T08:00', '2029-02-06T08:00']],
    ['the end of a month', LONDON, weekly([5], { months: [1, 3] }), '2026-01-30T09:00', ['2026-03-06T08:00']],
    ['weekdays', LONDON, weekly([1, 2, 3, 4, 5]), '2026-01-16T09:00', ['2026-01-19T08:00', '2026-01-20T08:00']],
    ['months after the hub went off', LONDON, weekly([1]), '2026-08-05T00:00', ['2026-08-10T07:00']],
    ['skipped', LONDON, { skip: ['2026-01-16'] }, '2026-01-15T09:00', ['2026-01-17T08:00']],
    ['paused', LONDON, { pausedUntil: '2026-02-01' }, '2026-01-15T09:00', ['2026-02-01T08:00']],
    ['once', LONDON, { repeat: null, once: '2026-01-20' }, '2026-01-15T09:00', ['2026-01-20T08:00', 'none']],
    ['once on a day that is over', LONDON, { repeat: null, once: '2026-01-14' }, '2026-01-15T09:00', ['none']],
    ['other modes', LONDON, { mode: 'on' }, '2026-01-15T09:00', ['none']],
    [
      'only that one is earlier',
      LONDON,
      { changes: { '2026-01-16': { readyBy: '06:00' } } },
      '2026-01-15T09:00',
      ['2026-01-16T06:00', '2026-01-17T08:00'],
    ],
    [
      'every six hours',
      LONDON,
      { readyBy: null, within: 21_600 },
      '2026-01-15T07:00',
      ['2026-01-15T11:00', '2026-01-15T17:00'],
    ],
    [
      'every six hours from the deadline on',
      LONDON,
      { readyBy: '08:00', within: 21_600 },
      '2026-01-15T07:00',
      ['2026-01-15T08:00', '2026-01-15T14:00', '2026-01-15T20:00', '2026-01-16T02:00'],
    ],
    [
      'parts that do not fit a day',
      LONDON,
      { readyBy: '08:00', within: 36_000 },
      '2026-01-15T08:00',
      ['2026-01-15T18:00', '2026-01-16T04:00', '2026-01-16T08:00'],
    ],
    [
      'rolling on Mondays',
      LONDON,
      { readyBy: '00:00', within: 43_200, ...weekly([1]) },
      '2026-01-15T08:00',
      ['2026-01-19T12:00', '2026-01-20T00:00', '2026-01-26T12:00'],
    ],
  ])('%s', (_what, zone, fields, from, expected) => {
    expect(deadlines(fields, from, zone, expected.length)).toEqual(expected);
  });

  test.each([
    ['never', ['2026-12-24T08:00', '2026-12-26T08:00']],
    ['only', ['2026-12-25T08:00', '2027-01-01T08:00']],
    ['as-usual', ['2026-12-24T08:00', '2026-12-25T08:00']],
  ])('holidays: %s', (rule, expected) => {
    const fields = weekly([1, 2, 3, 4, 5, 6, 7], { holidays: rule });
    expect(deadlines(fields, '2026-12-23T09:00', LONDON, 2, ['2026-12-25', '2027-01-01'])).toEqual(expected);
  });
});

describe('when an occurrence may begin', () => {
  test.each<[what: string, fields: object, now: string, from: string]>([
    ['a day before', {}, '2026-01-15T09:00', '2026-01-15T08:00'],
    ['a day by the wall clock', {}, '2026-10-24T12:00', '2026-10-24T07:00'],
    ['after a weekend', weekly([1, 2, 3, 4, 5]), '2026-01-16T09:00', '2026-01-18T08:00'],
    [
      'after a weekend, as early as it likes',
      { ...weekly([1, 2, 3, 4, 5]), ahead: null },
      '2026-01-16T09:00',
      '2026-01-16T08:00',
    ],
    ['six hours before', { ahead: 21_600 }, '2026-01-15T09:00', '2026-01-16T02:00'],
    ['not in the time of one that is skipped', { skip: ['2026-01-16'] }, '2026-01-15T09:00', '2026-01-16T08:00'],
    ['nor of one that is paused', { pausedUntil: '2026-02-01', ahead: null }, '2026-01-15T09:00', '2026-01-31T08:00'],
    [
      'not before the earlier one’s own time',
      { changes: { '2026-01-15': { readyBy: '10:00' } } },
      '2026-01-15T11:00',
      '2026-01-15T10:00',
    ],
    ['rolling', { readyBy: null, within: 3600 }, '2026-07-15T09:30', '2026-07-15T09:00'],
  ])('%s', (_what, fields, now, from) => {
    expect(text(occurrenceAt(schedule(fields), utc(now), LONDON, [])?.from ?? 0)).toBe(from);
  });
});

test('an occurrence has its day’s changes and the times it may not run', () => {
  const never = [
    { from: '22:00', to: '06:00', weekdays: [4] },
    { from: '01:15', to: '01:45' },
  ];
  const changes = { '2026-10-25': { need: { kind: 'time' as const, seconds: 7200 }, interruptible: true } };
  const found = occurrenceAt(schedule({ never, changes }), utc('2026-10-24T12:00'), LONDON, []);
  expect(found?.schedule).toMatchObject({ need: { seconds: 7200 }, interruptible: true, readyBy: '08:00' });
  // 01:15 to 01:45 comes twice that night: from the first to the end of the second.
  expect(found?.never.map(([start, end]) => [text(start), text(end)])).toEqual([
    ['2026-10-25T00:15', '2026-10-25T01:45'],
  ]);
  const thursday = occurrenceAt(schedule({ never }), utc('2026-01-15T12:00'), LONDON, []);
  expect(thursday?.never.map(([start, end]) => [text(start), text(end)])).toEqual([
    ['2026-01-15T22:00', '2026-01-16T06:00'],
  ]);
});

describe('timers', () => {
  const timer = [
    { from: '06:30', to: '08:00' },
    { from: '22:00', to: '02:00', weekdays: [5] },
  ];
  const shown = (fields: object, from: string, to: string) =>
    timerWindows(schedule({ mode: 'timer', timer, ...fields }), utc(from), utc(to), LONDON).map(([start, end]) => [
      text(start),
      text(end),
    ]);

  test.each<[what: string, fields: object, from: string, to: string, expected: string[][]]>([
    [
      'over midnight',
      {},
      '2026-01-17T00:00',
      '2026-01-17T07:00',
      [
        ['2026-01-16T22:00', '2026-01-17T02:00'],
        ['2026-01-17T06:30', '2026-01-17T08:00'],
      ],
    ],
    ['summer', {}, '2026-07-15T00:00', '2026-07-15T20:00', [['2026-07-15T05:30', '2026-07-15T07:00']]],
    [
      'a shorter night',
      { timer: [{ from: '00:30', to: '02:30' }] },
      '2026-03-29T00:00',
      '2026-03-29T05:00',
      [['2026-03-29T00:30', '2026-03-29T01:30']],
    ],
    ['skipped whole', { timer: [{ from: '01:10', to: '01:40' }] }, '2026-03-29T00:00', '2026-03-29T20:00', []],
    [
      'twice, run once',
      { timer: [{ from: '01:10', to: '01:40' }] },
      '2026-10-25T00:00',
      '2026-10-25T20:00',
      [['2026-10-25T00:10', '2026-10-25T00:40']],
    ],
    [
      'a whole day',
      { timer: [{ from: '00:00', to: '00:00' }] },
      '2026-01-15T10:00',
      '2026-01-16T10:00',
      [['2026-01-15T00:00', '2026-01-17T00:00']],
    ],
    [
      'without what is forbidden',
      { never: [{ from: '07:00', to: '07:15' }] },
      '2026-01-15T03:00',
      '2026-01-15T20:00',
      [
        ['2026-01-15T06:30', '2026-01-15T07:00'],
        ['2026-01-15T07:15', '2026-01-15T08:00'],
      ],
    ],
    ['skipped', { skip: ['2026-01-15'] }, '2026-01-15T03:00', '2026-01-15T20:00', []],
    ['paused', { pausedUntil: '2026-02-01' }, '2026-01-15T03:00', '2026-01-20T20:00', []],
    [
      'only on Sundays',
      { timer: timer.slice(0, 1), ...weekly([7]) },
      '2026-01-15T03:00',
      '2026-01-20T20:00',
      [['2026-01-18T06:30', '2026-01-18T08:00']],
    ],
  ])('%s', (_what, fields, from, to, expected) => {
    expect(shown(fields, from, to)).toEqual(expected);
  });
});

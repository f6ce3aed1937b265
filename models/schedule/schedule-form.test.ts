import { describe, expect, it } from 'vitest';
import { parseSchedule, type Schedule } from './schedule.ts';
import { readScheduleForm, scheduleTexts, typedHours } from './schedule-form.ts';

const base = parseSchedule({ device: 1 });
const read = (texts: Record<string, string>, from: Schedule = base) =>
  readScheduleForm({ ...scheduleTexts(from), ...texts }, from);

describe('a schedule that was put into fields comes back the same', () => {
  const CASES: [string, object][] = [
    ['as it is by default', {}],
    ['energy in pieces', { need: { kind: 'energy', wh: 12_500 }, interruptible: true, minRun: 1800, minRest: 600 }],
    [
      'a car',
      { need: { kind: 'charge', capacityWh: 40_000, target: 0.8, current: { level: 0.35 }, balanceSeconds: 600 } },
    ],
    ['a car that tells', { need: { kind: 'charge', capacityWh: 40_000, target: 0.8, current: { input: 7 } } }],
    ['weekdays in winter', { repeat: { weekdays: [1, 2], months: [1, 12], holidays: 'never' } }],
    ['once', { repeat: null, once: '2026-03-01' }],
    ['a rolling window', { readyBy: null, within: 6 * 3600 }],
    ['windows', { mode: 'timer', timer: [{ from: '06:00', to: '08:00', weekdays: [1] }] }],
    ['limits', { ceiling: { price: 150_000, carbon: 120 }, never: [{ from: '16:00', to: '19:00' }], maxStarts: 2 }],
    [
      'a mix',
      {
        mix: [
          { source: 'tariff', weight: 1 },
          { source: 'carbon', weight: 0.5 },
        ],
        blocks: 3,
        priority: 9,
      },
    ],
    ['one forecast', { mix: [{ source: 'carbon', weight: 1 }], powerW: 2300, onCompletion: 'off', name: 'Night' }],
    ['what the editor does not show', { skip: ['2026-01-01'], pausedUntil: '2026-02-01', changes: {} }],
  ];
  it.each(CASES)('%s', (_name, fields) => {
    const schedule = parseSchedule({ device: 1, ...fields });
    expect(readScheduleForm(scheduleTexts(schedule), schedule)).toEqual({ draft: schedule, wrong: [] });
  });
});

describe('fields as people type them', () => {
  it.each([
    ['5', 18_000],
    ['1.5', 5400],
    ['1,5', 5400],
    ['1:30', 5400],
    ['0:05', 300],
    ['', null],
    ['long', null],
  ] as const)('%s hours', (text, seconds) => expect(typedHours(text)).toBe(seconds));

  it.each([
    ['hours', '', 'hours'],
    ['hours', '0', 'hours'],
    ['hours', '9999', 'hours'],
    ['readyBy', '25:00', 'readyBy'],
    ['starts', '1.5', 'starts'],
    ['never1from', '16:00', 'never1to'],
    ['price', 'cheap', 'price'],
    ['priority', '12', 'priority'],
    ['once', '1 May', 'once'],
  ] as const)('%s = "%s" is wrong at %s and changes nothing', (name, text, field) => {
    const { draft, wrong } = read({ [name]: text });
    expect(wrong).toContain(field);
    expect(parseSchedule(draft)).toEqual(draft);
  });

  it('no day at all means once', () => {
    const days = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [`day${day}`, '']));
    expect(read(days).draft).toMatchObject({ repeat: null, once: null });
  });

  it('all months are every month', () => {
    const months = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`month${at + 1}`, 'yes']));
    expect(read(months).draft.repeat).toEqual({ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: 'as-usual' });
  });

  it('asks for a deadline or a length of the window', () => {
    expect(read({ readyBy: '' }).wrong).toEqual(['readyBy']);
    expect(read({ readyBy: '', within: '6' }).wrong).toEqual([]);
  });
});

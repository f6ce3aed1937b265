import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minutesOf, weekdayOf } from '../../lib/time-of-day.ts';
import { dayNumber, wallAt, wallDay } from '../../lib/wall-clock.ts';
import { occurrenceAt } from './occurrence.ts';
import { parseSchedule } from './schedule.ts';

const zone = fc.constantFrom(
  'Europe/London',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
);
const clock = fc
  .tuple(fc.nat(23), fc.nat(59))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });
const months = fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 }), {
  nil: undefined,
});
const now = fc.integer({ min: Date.UTC(2024, 0) / 1000, max: Date.UTC(2032, 0) / 1000 });
const within = fc.option(fc.integer({ min: 900, max: 200_000 }), { nil: null });
const cases = fc.record({
  zone,
  readyBy: clock,
  weekdays,
  months,
  now,
  ahead: fc.constantFrom(86_400, null, 3600),
  within,
});

const RUNS = { numRuns: 300 };

test('deadlines follow each other, never overlap, and lie on the days and at the time that were asked for', () => {
  fc.assert(
    fc.property(cases, ({ zone, readyBy, weekdays, months, now, ahead, within }) => {
      const repeat = { weekdays, ...(months && { months }) };
      const schedule = parseSchedule({
        device: 1,
        readyBy,
        ahead,
        within,
        repeat,
        need: { kind: 'time', seconds: 60 },
      });
      let [time, last] = [now, Number.NEGATIVE_INFINITY];
      for (let count = 0; count < 6; count += 1) {
        const found = occurrenceAt(schedule, time, zone, []);
        if (!found) throw new Error('a pattern that repeats always comes again');
        expect(found.readyBy).toBeGreaterThan(time);
        expect(found.from).toBeLessThan(found.readyBy);
        expect(found.from).toBeGreaterThanOrEqual(last);
        const day = dayNumber(found.day);
        expect(weekdays).toContain(weekdayOf(day));
        if (months) expect(months).toContain(Number(found.day.slice(5, 7)));
        if (within === null) {
          expect(wallDay(found.readyBy, zone)).toBe(day);
          // Later than asked only where the clock jumps over it.
          const late = wallAt(found.readyBy, zone) - (day * 86_400 + minutesOf(readyBy) * 60);
          expect(late).toBeGreaterThanOrEqual(0);
          expect(late).toBeLessThanOrEqual(3600);
        } else expect(found.readyBy - found.from).toBeLessThanOrEqual(within);
        [time, last] = [found.readyBy, found.readyBy];
      }
    }),
    RUNS,
  );
});

test('whenever it is asked before a deadline, the answer is the same', () => {
  fc.assert(
    fc.property(
      cases,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      ({ zone, readyBy, weekdays, now, within }, part) => {
        const schedule = parseSchedule({
          device: 1,
          readyBy,
          within,
          repeat: { weekdays },
          need: { kind: 'time', seconds: 60 },
        });
        const found = occurrenceAt(schedule, now, zone, []);
        const later = now + Math.floor(((found?.readyBy ?? now) - now) * part);
        expect(occurrenceAt(schedule, later, zone, [])).toEqual(found);
      },
    ),
    RUNS,
  );
});

import { describe, expect, test } from 'vitest';
import { cheapestAgain, cheapestOf, deadlineAt, nextMinute } from './cheapest.ts';

const HOUR = 3600;
const NOW = Date.UTC(2026, 0, 15, 20) / 1000;
const at = (hour: number) => NOW + hour * HOUR;
const curve = (profile: readonly (number | null)[]) => ({
  start: NOW,
  interval: HOUR,
  profile,
  optimise: 'min' as const,
});
const PRICES = [30, 30, 5, 30, 6, 7, 30, 4, 30, 30, 30, 30];

describe('the cheapest hours', () => {
  test('in one piece and in pieces, exactly', () => {
    const { block, pieces } = cheapestOf(curve(PRICES), { from: NOW, before: at(12), run: 2 * HOUR });
    expect(block).toMatchObject({ periods: [[at(4), at(6)]], cost: 13 });
    expect(pieces).toMatchObject({
      periods: [
        [at(2), at(3)],
        [at(7), at(8)],
      ],
      cost: 9,
    });
  });

  test.each<[what: string, run: number, before: number, fits: boolean]>([
    ['all the time there is', 12, 12, true],
    ['more than there is', 2, 1, false],
    ['a deadline that is past', 1, -1, false],
  ])('%s', (_what, run, before, fits) => {
    const { block, pieces } = cheapestOf(curve(PRICES), { from: NOW, before: at(before), run: run * HOUR });
    expect([block !== null, pieces !== null]).toEqual([fits, fits]);
  });

  test('time without a price only where it cannot be helped', () => {
    const gap = curve([null, null, 9, 9]);
    expect(cheapestOf(gap, { from: NOW, before: at(4), run: 2 * HOUR }).block).toMatchObject({ unpriced: 0 });
    expect(cheapestOf(gap, { from: NOW, before: at(4), run: 3 * HOUR }).block).toMatchObject({ cost: 27 });
  });
});

describe('what was told, when prices change', () => {
  const told = cheapestOf(curve(PRICES), { from: NOW, before: at(12), run: 2 * HOUR });
  const other = curve([30, 30, 5, 30, 6, 7, 30, 40, 1, 1, 1, 30]);

  test('is looked for anew as long as nothing of it has begun', () => {
    expect(cheapestAgain(told, other, at(1))).toMatchObject({
      block: { periods: [[at(8), at(10)]] },
      pieces: { periods: [[at(8), at(10)]] },
      before: at(12),
    });
  });
  test('counts what is gone', () => {
    const { pieces } = cheapestAgain(told, other, at(3));
    expect(pieces).toMatchObject({
      periods: [
        [at(2), at(3)],
        [at(8), at(9)],
      ],
      cost: 6,
    });
  });
  test('goes on with a block that has begun', () => {
    expect(cheapestAgain(told, other, at(5)).block).toMatchObject({ periods: [[at(4), at(6)]], cost: 13 });
  });
  test('is left alone once all of it is over', () => {
    expect(cheapestAgain(told, other, at(11)).pieces?.periods).toEqual(told.pieces?.periods);
  });
});

describe('the deadline', () => {
  const paris = 'Europe/Paris';
  test.each<[what: string, from: string, hours: number, clock: string, deadline: string]>([
    ['this evening', '2026-01-15T12:00Z', 3, '18:00', '2026-01-15T17:00Z'],
    ['tomorrow, as it is past', '2026-01-15T12:00Z', 3, '08:00', '2026-01-16T07:00Z'],
    ['tomorrow, as there is no room today', '2026-01-15T12:00Z', 6, '18:00', '2026-01-16T17:00Z'],
    ['just room enough', '2026-01-15T12:00Z', 5, '18:00', '2026-01-15T17:00Z'],
    ['over the night that loses an hour', '2026-03-28T22:00Z', 3, '08:00', '2026-03-29T06:00Z'],
    ['over the night that gains one', '2026-10-24T21:00Z', 3, '08:00', '2026-10-25T07:00Z'],
    ['a time that is skipped', '2026-03-28T22:00Z', 1, '02:30', '2026-03-29T01:00Z'],
    ['a time that comes twice: its first', '2026-10-24T21:00Z', 1, '02:30', '2026-10-25T00:30Z'],
  ])('%s', (_what, from, hours, clock, deadline) => {
    const seconds = Date.parse(from) / 1000;
    expect(deadlineAt(clock, paris, { from: seconds, run: hours * HOUR })).toBe(Date.parse(deadline) / 1000);
  });

  test('whole minutes', () => expect([nextMinute(60), nextMinute(61)]).toEqual([60, 120]));
});

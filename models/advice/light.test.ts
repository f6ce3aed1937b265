import { describe, expect, test } from 'vitest';
import { type Colour, lightAt } from './light.ts';

const HOUR = 3600;
const NOW = Date.UTC(2026, 0, 15, 12) / 1000;

/** Hourly figures of which the one at `at` begins now. */
function curve(profile: readonly (number | null)[], at: number, optimise: 'min' | 'max' = 'min') {
  return { start: NOW - at * HOUR, interval: HOUR, profile, optimise };
}
const hours = (count: number, value: number | null): (number | null)[] => new Array(count).fill(value);
const rising = Array.from({ length: 24 }, (_, at) => at);

describe('the light', () => {
  test.each<
    [
      what: string,
      profile: (number | null)[],
      at: number,
      colour: Colour | null,
      until: number | null,
      next: Colour | null,
    ]
  >([
    ['cheap, then about the middle', rising, 3, 'green', 9, 'amber'],
    ['about the middle, then dear', rising, 12, 'amber', 6, 'red'],
    ['dear as far as is known', rising, 20, 'red', 4, null],
    ['flat prices: as good as any', hours(96, 0.25), 48, 'green', null, null],
    ['negative prices are the better the lower', [...hours(12, -0.05), ...hours(12, 0.02)], 6, 'green', 6, 'amber'],
    [
      'the less negative of two is worse',
      [...hours(12, -0.05), ...hours(8, -0.02), ...hours(4, -0.01)],
      20,
      'red',
      4,
      null,
    ],
    ['a night tariff by day', [...hours(7, 0.07), ...hours(17, 0.3)], 10, 'amber', 14, null],
    ['a night tariff at night', [...hours(7, 0.07), ...hours(17, 0.3)], 3, 'green', 4, 'amber'],
    ['cheap for most of the day', [...hours(17, 0.07), ...hours(7, 0.3)], 3, 'green', 14, 'amber'],
    ['the last hour before a gap', [...rising.slice(0, 4), null, ...rising.slice(5)], 3, 'green', 1, null],
    ['now is not known', [...rising.slice(0, 4), null, ...rising.slice(5)], 4, null, 1, 'green'],
    ['nothing is known', hours(96, null), 48, null, null, null],
    ['five hours are too few', [1, 2, 3, 4, 5], 0, null, null, null],
    ['six hours will do', [1, 2, 3, 4, 5, 6], 0, 'green', 3, 'amber'],
    ['all of it is over', rising, 30, null, null, null],
    ['all of it is to come', rising, -2, null, 2, 'green'],
  ])('%s', (_what, profile, at, colour, until, next) => {
    const light = lightAt(curve(profile, at), NOW);
    expect(light).toMatchObject({ colour, next });
    expect(light.until === null ? null : (light.until - NOW) / HOUR).toBe(until);
  });

  test('more is better of sunshine', () => {
    const sun = [...hours(8, 0), 1, 2, 3, 4, 3, 2, 1, ...hours(9, 0)];
    expect(lightAt(curve(sun, 11, 'max'), NOW)).toMatchObject({ colour: 'green', value: 4, median: 0 });
    expect(lightAt(curve(sun, 2, 'max'), NOW)).toMatchObject({ colour: 'amber', green: { start: NOW + 6 * HOUR } });
  });

  test('figures further off than 48 hours do not count', () => {
    const far = [...hours(48, 0.01), ...hours(48, 0.2), 0.2, ...hours(47, 0.3), ...hours(48, 0.01)];
    expect(lightAt(curve(far, 96), NOW)).toMatchObject({ colour: 'green', median: 0.2, quartile: 0.3 });
  });

  test('the next green time, from now on where it is green, with its mean', () => {
    expect(lightAt(curve(rising, 20), NOW).green).toBeNull();
    expect(lightAt(curve([...hours(12, 5), 1, 2, 3, ...hours(9, 6)], 6), NOW).green).toEqual({
      ...{ start: NOW + 6 * HOUR, end: NOW + 9 * HOUR, value: 2 },
    });
    expect(lightAt({ ...curve(rising, 3), start: NOW - 3.5 * HOUR }, NOW).green?.start).toBe(NOW);
  });

  test.each<[what: string, start: number]>([
    ['skips an hour', Date.UTC(2026, 2, 29, 0) / 1000],
    ['comes twice', Date.UTC(2026, 9, 25, 0) / 1000],
  ])('a day on which an hour %s has its own hours, and no others', (_what, midnight) => {
    const profile = Array.from({ length: 100 }, (_, at) => (at < 50 ? 1 : 2));
    const day = { start: midnight - 24 * HOUR, interval: HOUR / 2, profile, optimise: 'min' as const };
    expect(lightAt(day, midnight)).toMatchObject({ colour: 'green', until: midnight + HOUR, next: 'amber' });
  });

  test('limits fall between figures where the shares do', () => {
    expect(lightAt(curve([1, 2, 3, 4, 5, 6, 7, 8], 0), NOW)).toMatchObject({ median: 4.5, quartile: 6.25 });
  });
});

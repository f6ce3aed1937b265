import { describe, expect, test } from 'vitest';
import { shapes } from './shapes.ts';

const DAY = 86_400;
const JANUARY = Date.UTC(2026, 0, 12) / 1000;
const JULY = Date.UTC(2026, 6, 13) / 1000;

function kwh(watts: (time: number) => number, start: number, days: number): number {
  let sum = 0;
  for (let time = start; time < start + days * DAY; time += 300) sum += (watts(time) * 300) / 3_600_000;
  return sum / days;
}

describe('the demo house', () => {
  const house = shapes(7);

  test('is the same house for the same seed, and another for another', () => {
    const at = JANUARY + 12_345;
    expect(shapes(7).house(at)).toBe(house.house(at));
    expect(kwh(shapes(8).house, JANUARY, 7)).not.toBe(kwh(house.house, JANUARY, 7));
  });

  test('uses more in winter, and never less than nothing', () => {
    expect(kwh(house.heatPump, JANUARY, 14)).toBeGreaterThan(3 * kwh(house.heatPump, JULY, 14));
    expect(kwh(house.house, JANUARY, 14)).toBeGreaterThan(kwh(house.house, JULY, 14));
    for (let time = JULY; time < JULY + 2 * DAY; time += 60) expect(house.house(time)).toBeGreaterThan(0);
  });

  test('is a plausible home', () => {
    expect(kwh(house.house, JULY, 28)).toBeGreaterThan(8);
    expect(kwh(house.house, JANUARY, 28)).toBeLessThan(80);
    expect(kwh(house.fridge, JULY, 7)).toBeGreaterThan(0.4);
    expect(kwh(house.fridge, JULY, 7)).toBeLessThan(1.2);
    for (let time = JANUARY; time < JANUARY + 7 * DAY; time += 600) {
      expect(house.attic(time)).toBeGreaterThan(-5);
      expect(house.humidity(time)).toBeLessThan(100);
    }
  });
});

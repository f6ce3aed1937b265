import { expect, it } from 'vitest';
import { zoneClock } from './graph-clock.ts';

const CASES: readonly (readonly [zone: string, at: string, wall: string])[] = [
  ['UTC', '2024-02-29T23:59:59.500Z', '2024-02-29 23:59:59.500'],
  ['Europe/London', '2024-03-31T00:59:59Z', '2024-03-31 00:59:59.000'],
  ['Europe/London', '2024-03-31T01:00:00Z', '2024-03-31 02:00:00.000'],
  ['Europe/London', '2024-10-27T01:30:00Z', '2024-10-27 01:30:00.000'],
  ['Asia/Kathmandu', '2024-12-31T18:14:00Z', '2024-12-31 23:59:00.000'],
  ['America/St_Johns', '2024-01-01T03:29:00Z', '2023-12-31 23:59:00.000'],
  ['Pacific/Kiritimati', '2024-01-01T10:00:00Z', '2024-01-02 00:00:00.000'],
];

it.each(CASES)('%s at %s reads %s', (zone, at, wall) => {
  const clock = zoneClock(zone);
  for (let turn = 0; turn < 2; turn++) {
    const date = clock(Date.parse(at) / 1000);
    const two = (part: number, digits = 2) => String(part).padStart(digits, '0');
    expect(
      `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
        `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`,
    ).toBe(wall);
  }
});

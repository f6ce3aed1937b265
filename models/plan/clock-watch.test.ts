import { expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { ClockWatch } from './clock-watch.ts';

const MINUTE = 60_000;

test.each([
  ['goes evenly', 0, true],
  ['is set by half a minute, as a time server does', 30_000, true],
  ['is put back an hour', -60 * MINUTE, false],
  ['is put forward 90 s', 90_000, false],
])('a clock that %s', (_, ms, steady) => {
  const clock = new ManualClock(Date.UTC(2026, 0, 6));
  const watch = new ClockWatch(clock);
  clock.advance(10 * MINUTE);
  clock.set(clock.now() + ms);
  expect(watch.isSteady()).toBe(steady);
  clock.advance(59 * MINUTE);
  expect(watch.isSteady()).toBe(steady);
  clock.advance(2 * MINUTE);
  expect(watch.isSteady()).toBe(true);
});

import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { ReadingClock } from './reading-clock.ts';

const NOW = Date.UTC(2026, 5, 1) / 1000;
const [HOUR, DAY, YEAR] = [3600, 86_400, 365 * 86_400];

let clock: ManualClock;
let times: ReadingClock;

beforeEach(() => {
  clock = new ManualClock(NOW * 1000);
  times = open(NOW - HOUR);
});

function open(marked: number): ReadingClock {
  return new ReadingClock({ clock, log: createLog('silent'), marked });
}

function step(seconds: number): void {
  clock.set(clock.now() + seconds * 1000);
}

/** The code with which a reading at `ahead` seconds from the hub's own time is refused, or undefined. */
function refusal(ahead: number | null): string | undefined {
  const now = clock.seconds();
  try {
    times.check(ahead === null ? now : now + ahead, now);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('at the start', () => {
  const cases: readonly [name: string, now: number, marked: number, trouble: string | null][] = [
    ['an hour after the hub last wrote', NOW, NOW - HOUR, null],
    ['the first start of all', NOW, 0, null],
    ['after a year off', NOW, NOW - YEAR, null],
    ['1970', 12, NOW, 'unset'],
    ['1970 at the first start of all', 12, 0, 'unset'],
    ['a clock that stood still while the power was away', NOW - 5, NOW, 'behind'],
    ['ten years on', NOW + 10 * YEAR, NOW, 'ahead'],
  ];
  test.each(cases)('%s', (_name, now, marked, trouble) => {
    clock = new ManualClock(now * 1000);
    times = open(marked);
    expect(times.trouble()).toBe(trouble);
    expect(refusal(null)).toBe(trouble ? 'HUB_CLOCK' : undefined);
  });
});

describe('while it runs', () => {
  test('a clock that is set after 1970 is believed at once', () => {
    clock = new ManualClock(0);
    times = open(NOW - HOUR);
    expect(refusal(null)).toBe('HUB_CLOCK');
    clock.set(NOW * 1000);
    expect(refusal(null)).toBeUndefined();
  });

  test('put back by an hour: no second is given out twice, and readings with a time of their own go on', () => {
    expect(refusal(null)).toBeUndefined();
    step(-HOUR);
    for (let second = 0; second < HOUR + 10; second += 10) {
      expect(refusal(null)).toBe('HUB_CLOCK');
      expect(refusal(HOUR - 3)).toBeUndefined();
      expect(refusal(-60)).toBeUndefined();
      clock.advance(10_000);
    }
    expect(refusal(null)).toBeUndefined();
  });

  test('put back by less than the time that passed: the slot before is not written again', () => {
    expect(refusal(null)).toBeUndefined();
    clock.advance(10_000);
    step(-3);
    expect(refusal(null)).toBe('HUB_CLOCK');
    clock.advance(3000);
    expect(refusal(null)).toBeUndefined();
  });

  test('put on by an hour', () => {
    times.trouble();
    step(HOUR);
    expect(refusal(null)).toBeUndefined();
  });

  test('put on by ten years: neither its own time nor a reading from then', () => {
    times.trouble();
    step(10 * YEAR);
    expect(refusal(null)).toBe('HUB_CLOCK');
    expect(refusal(-1)).toBe('HUB_CLOCK');
    expect(refusal(-10 * YEAR)).toBeUndefined();
    step(-10 * YEAR);
    expect(refusal(null)).toBeUndefined();
  });

  test('put back by a year, and nobody sets it right: believed after three hours', () => {
    times.trouble();
    step(-YEAR);
    expect(refusal(null)).toBe('HUB_CLOCK');
    clock.advance(HOUR * 2500);
    step(-300);
    expect(refusal(null)).toBe('HUB_CLOCK');
    clock.advance(HOUR * 2500);
    expect(refusal(null)).toBe('HUB_CLOCK');
    clock.advance(HOUR * 500);
    expect(refusal(null)).toBeUndefined();
  });

  test('asleep for a week', () => {
    times.trouble();
    step(7 * DAY);
    expect(refusal(null)).toBeUndefined();
  });

  test('what is wrong whatever the clock says is said as ever', () => {
    expect(refusal(-NOW)).toBe('HUB_TIME_TOO_OLD');
    expect(refusal(DAY + 1)).toBe('HUB_TIME_AHEAD');
    step(-HOUR);
    expect(refusal(-NOW)).toBe('HUB_TIME_TOO_OLD');
  });
});

import { describe, expect, test } from 'vitest';
import { readStamp, UptimeClock } from './uptime-clock.ts';

describe('what a timestamp is', () => {
  test.each([
    ['seconds since the start', 2696, { kind: 'uptime', seconds: 2696 }],
    ['just started', 0, { kind: 'uptime', seconds: 0 }],
    ['text', '2696', { kind: 'uptime', seconds: 2696 }],
    ['a time', 1_700_000_000, { kind: 'time', time: 1_700_000_000 }],
    ['milliseconds', 1_700_000_000_123, { kind: 'time', time: 1_700_000_000 }],
    ['before any start', -5, { kind: 'none' }],
    ['between seconds and milliseconds', 5e9, { kind: 'none' }],
    ['beyond milliseconds', 1e300, { kind: 'none' }],
    ['no number', Number.NaN, { kind: 'none' }],
    ['a word', 'soon', { kind: 'none' }],
    ['empty text', ' ', { kind: 'none' }],
    ['nothing', undefined, { kind: 'none' }],
    ['a list', [12], { kind: 'none' }],
  ])('%s', (_, said, stamp) => expect(readStamp(said)).toEqual(stamp));
});

const T = 1_800_000_000;

describe('real time from seconds since the start', () => {
  test('the newest of the first packet is now, the others before it', () => {
    expect(new UptimeClock().times([2696, 2706, 2716], T)).toEqual([T - 20, T - 10, T]);
  });

  test('what waited least of an hour says when the sensor started', () => {
    const clock = new UptimeClock();
    clock.times([100], T);
    expect(clock.times([110, 120], T + 60)).toEqual([T + 10, T + 20]);
    // This one came at once: the first had waited for 5 s.
    expect(clock.times([165], T + 60)).toEqual([T + 60]);
    expect(clock.times([175], T + 90)).toEqual([T + 70]);
  });

  test('a crystal that runs slow is forgiven as the hour passes', () => {
    const clock = new UptimeClock();
    clock.times([0], T);
    const times = Array.from({ length: 48 }, (_, step) => {
      const real = (step + 1) * 300;
      const [time = 0] = clock.times([Math.floor(real * 0.999)], T + real);
      return T + real - time;
    });
    expect(Math.max(...times)).toBeLessThanOrEqual(5);
  });

  test('a count that falls is a start', () => {
    const clock = new UptimeClock();
    clock.times([5000], T);
    expect(clock.times([7], T + 30)).toEqual([T + 30]);
    expect(clock.times([17], T + 40)).toEqual([T + 40]);
    expect(clock.reboots).toBe(1);
  });

  test('a start in the middle of a packet', () => {
    const clock = new UptimeClock();
    clock.times([4980], T);
    expect(clock.times([4990, 5000, 3, 13], T + 60)).toEqual([T + 10, T + 20, T + 50, T + 60]);
    expect(clock.reboots).toBe(1);
  });

  test('a sensor that starts again and again', () => {
    const clock = new UptimeClock();
    for (let at = 0; at < 5; at += 1) {
      const start = T + at * 210;
      expect(clock.times([4], start + 4)).toEqual([start + 4]);
      expect(clock.times([200], start + 200)).toEqual([start + 200]);
    }
    expect(clock.reboots).toBe(4);
  });

  test('an old reading that arrives again is no start and keeps its time', () => {
    const clock = new UptimeClock();
    clock.times([9000], T);
    clock.times([9100], T + 100);
    expect(clock.times([9020], T + 110)).toEqual([T + 20]);
    expect(clock.times([7000], T + 110)).toEqual([T - 2000]);
    expect(clock.times([9110], T + 110)).toEqual([T + 110]);
    expect(clock.reboots).toBe(0);
  });

  test('what was held back since before the start lies before it', () => {
    const clock = new UptimeClock();
    clock.times([5000], T);
    clock.times([10], T + 60);
    expect(clock.times([5020], T + 70)).toEqual([T + 20]);
    expect(clock.times([5200], T + 70)).toEqual([T + 50]);
    expect(clock.times([20], T + 70)).toEqual([T + 70]);
  });

  test('none lies ahead', () => {
    const clock = new UptimeClock();
    clock.times([1000], T);
    for (const time of clock.times([1100, 1250], T + 50)) expect(time).toBeLessThanOrEqual(T + 50);
  });
});

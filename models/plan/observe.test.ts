import { expect, test } from 'vitest';
import { observe, type Seen } from './observe.ts';
import { currentRun, newRunState, openRun, type RunState } from './run-state.ts';

const NOW = 1_800_000_000;
const HOUR = 3600;

/** A device with windows of its own that was looked at last two hours ago. */
function state(on: boolean, windows: [number, number][]): RunState {
  const run = { key: '1:a', day: '2027-01-15', from: NOW - 9 * HOUR, readyBy: NOW + HOUR, need: HOUR, powerW: 2000 };
  const opened = openRun(newRunState(1, 1, NOW - 2 * HOUR), { ...run, interruptible: true }, NOW - 2 * HOUR);
  const periods = windows.map(([from, to]): [number, number] => [NOW + from * HOUR, NOW + to * HOUR]);
  return { ...opened, on, window: { periods, keeps: 'windows', until: periods.at(-1)?.[1] ?? null, left: false } };
}

const seen = (on: boolean): Seen => ({
  ...{ now: NOW, elapsed: 2 * HOUR, on, counter: null, drawW: null, powerW: 2000, charge: null },
  prices: { money: null, carbon: null },
});

const CASES: [string, RunState, boolean, hours: number, starts: number][] = [
  ['it ran once by its own times and is off again', state(false, [[-1.5, -1]]), false, 0.5, 1],
  [
    'twice',
    state(false, [
      [-1.5, -1],
      [-0.5, -0.25],
    ]),
    false,
    0.75,
    2,
  ],
  [
    'once, and is on again now',
    state(false, [
      [-1.5, -1],
      [-0.5, 1],
    ]),
    true,
    1,
    2,
  ],
  [
    'what was on before went on, and another run came',
    state(true, [
      [-3, -1.5],
      [-1, -0.5],
    ]),
    false,
    1,
    1,
  ],
  ['its times are still to come', state(false, [[1, 2]]), false, 0, 0],
];

test.each(CASES)('away for two hours: %s', (_, before, on, hours, starts) => {
  const run = currentRun(observe(before, seen(on)));
  expect([(run?.delivered ?? 0) / HOUR, run?.starts]).toEqual([hours, starts]);
});

test('on before and after: it went by its windows in between, unless it was switched out of them', () => {
  const gap = state(true, [
    [-2, -1.5],
    [-0.5, 1],
  ]);
  expect(currentRun(observe(gap, seen(true)))?.delivered).toBe(HOUR);
  const left = gap.window && { ...gap.window, left: true };
  expect(currentRun(observe({ ...gap, window: left }, seen(true)))?.delivered).toBe(2 * HOUR);
});

test('what a run costs is not known once it ran at a power that nobody knows', () => {
  const flat = {
    start: NOW - HOUR,
    interval: 1800,
    profile: [0.2, 0.2, 0.2, 0.2],
    unit: 'price',
    optimise: 'min',
  } as const;
  const look = (powerW: number | null) => ({
    ...seen(true),
    elapsed: 60,
    powerW,
    prices: { money: flat as never, carbon: null },
  });
  const one = { ...state(true, []), window: null, counted: NOW - 60 };
  expect(currentRun(observe(one, look(3000)))?.spent.money).toBeCloseTo(0.01, 9);
  expect(currentRun(observe(observe(one, look(null)), look(3000)))?.spent.money).toBeNull();
});

test('what was charged since the state of charge was told is not in it, also where it was told between two looks', () => {
  const charge = (told: number) => ({ told, full: false });
  const look = (before: RunState, now: number, told: number) =>
    observe(before, { ...seen(true), now, elapsed: 60, charge: charge(told) });
  let one: RunState = { ...state(true, []), window: null, counted: NOW };
  one = look(one, NOW + 60, NOW);
  one = look(one, NOW + 120, NOW);
  expect(currentRun(one)?.charge.since).toBe(120);
  one = look(one, NOW + 180, NOW + 140);
  expect(currentRun(one)?.charge.since).toBe(40);
  expect(currentRun(look(one, NOW + 240, NOW + 500))?.charge.since).toBe(0);
});

import { expect, test } from 'vitest';
import { AGILE, AGILE_START } from '../../test/planner/agile-day.ts';
import { plan } from './plan.ts';
import { isPlan, type Period, type Problem } from './problem.ts';

// control.md §3.5: what EmonCMS's demand shaper answers, what Hearth answers, and the listed defect that parts the two.

const S = [10, 8, 6, 9, 4, 4, 7, 12];
const FLAT = [5, 5, 5, 5, 5, 5, 5, 5];
const LATE = 'EmonCMS takes the latest of equals; Hearth the earliest, which leaves slack';
const CLIPS = 'EmonCMS plans another run than the one asked for; Hearth says what is possible';
const OVERRUN = 'EmonCMS overruns the deadline by 15 minutes';

type Mode = 'block' | 'pieces';
type Minutes = readonly (readonly [number, number])[];
/** The longest run in minutes that is possible. */
type Longest = { readonly longest: number };
interface Example {
  readonly of: string;
  readonly mode: Mode;
  readonly run: number;
  readonly end: number;
  readonly profile?: readonly number[];
  readonly optimise?: 'max';
  readonly emoncms: Minutes;
  readonly ours?: Minutes | Longest;
  readonly because?: string;
}

const TABLE: readonly Example[] = [
  { of: '1', mode: 'block', run: 60, end: 240, emoncms: [[120, 180]] },
  { of: '2', mode: 'block', run: 45, end: 240, emoncms: [[135, 180]], ours: [[120, 165]], because: LATE },
  { of: '3', mode: 'block', run: 75, end: 120, emoncms: [[30, 105]] },
  {
    of: '4',
    mode: 'pieces',
    run: 90,
    end: 240,
    emoncms: [
      [60, 90],
      [120, 180],
    ],
  },
  {
    of: '5',
    mode: 'pieces',
    run: 75,
    end: 240,
    emoncms: [
      [75, 90],
      [120, 180],
    ],
    ours: [
      [60, 75],
      [120, 180],
    ],
    because: LATE,
  },
  { of: '6', mode: 'pieces', run: 60, end: 120, emoncms: [[30, 90]] },
  { of: '7', mode: 'block', run: 120, end: 60, emoncms: [[0, 60]], ours: { longest: 60 }, because: CLIPS },
  { of: '8 block', mode: 'block', run: 60, end: 240, optimise: 'max', emoncms: [[180, 240]] },
  {
    of: '8 pieces',
    mode: 'pieces',
    run: 60,
    end: 240,
    optimise: 'max',
    emoncms: [
      [0, 30],
      [210, 240],
    ],
  },
  {
    of: '9 block',
    mode: 'block',
    profile: FLAT,
    run: 60,
    end: 240,
    emoncms: [[180, 240]],
    ours: [[0, 60]],
    because: LATE,
  },
  {
    of: '9 pieces',
    mode: 'pieces',
    profile: FLAT,
    run: 60,
    end: 240,
    emoncms: [[180, 240]],
    ours: [[0, 60]],
    because: LATE,
  },
  {
    of: '9 by 180',
    mode: 'block',
    profile: FLAT,
    run: 60,
    end: 180,
    emoncms: [[120, 180]],
    ours: [[0, 60]],
    because: LATE,
  },
  { of: '10 short', mode: 'block', run: 30, end: 45, emoncms: [[30, 60]], ours: [[15, 45]], because: OVERRUN },
  {
    of: '10 block',
    mode: 'block',
    run: 60,
    end: 45,
    emoncms: [[15, 60]],
    ours: { longest: 45 },
    because: `${OVERRUN}; ${CLIPS}`,
  },
  {
    of: '10 pieces',
    mode: 'pieces',
    run: 60,
    end: 45,
    emoncms: [[15, 60]],
    ours: { longest: 45 },
    because: `${OVERRUN}; ${CLIPS}`,
  },
];

test.each(TABLE)('example $of of the demand shaper', ({ mode, run, end, profile = S, optimise, ...row }) => {
  const start = 1_750_032_000;
  const outcome = plan({
    ...{ start, interval: 1800, profile, optimise: optimise ?? 'min', now: start, readyBy: start + end * 60 },
    ...{ run: run * 60, interruptible: mode === 'pieces' },
  });
  const expected = row.ours ?? row.emoncms;
  if ('longest' in expected) expect(outcome).toMatchObject({ longest: expected.longest * 60 });
  else expect(minutes(isPlan(outcome) ? outcome.periods : [], start)).toEqual(expected);
  // another answer than EmonCMS's has a reason, and the same answer none
  expect(row.because !== undefined).toBe(row.ours !== undefined);
});

const AGILE_TABLE: readonly [string, Mode, number, string, mean: number, emoncms: string, ours?: string][] = [
  ['11', 'block', 10_800, '08:00', 4.046, '02:30-05:30'],
  ['12', 'pieces', 10_800, '08:00', 3.866, '02:30-03:00 03:30-04:00 04:30-06:00 07:00-07:30'],
  ['13', 'block', 11_400, '19:00', 3.262, '12:30-15:40'],
  [
    ...([
      '14',
      'pieces',
      11_400,
      '19:00',
      3.121,
      '07:00-07:30 10:30-11:00 12:30-13:00 13:30-14:00 14:20-15:30',
    ] as const),
    // the same half-hour is shortened: EmonCMS runs at its end, Hearth at its beginning, where it joins what ran before
    '07:00-07:30 10:30-11:00 12:30-13:00 13:30-14:10 14:30-15:30',
  ],
  ['15 block', 'block', 18_000, '08:00', 4.152, '02:30-07:30'],
  ['15 pieces', 'pieces', 18_000, '08:00', 4.133, '01:30-02:00 02:30-06:30 07:00-07:30'],
];

test.each(AGILE_TABLE)('example %s of the demand shaper', (_name, mode, run, by, mean, emoncms, ours = emoncms) => {
  const midnight = 1_590_361_200;
  const [hour = 0, minute = 0] = by.split(':').map(Number);
  const problem: Problem = {
    ...{ start: AGILE_START, interval: 1800, profile: AGILE, optimise: 'min', now: AGILE_START },
    ...{ readyBy: midnight + hour * 3600 + minute * 60, run, interruptible: mode === 'pieces' },
  };
  const outcome = plan(problem);
  if (!isPlan(outcome)) throw new Error('no plan');
  const told = minutes(outcome.periods, midnight).map((period) => period.map(clock).join('-'));
  expect(told.join(' ')).toBe(ours);
  expect(outcome.cost / (run / 3600)).toBeCloseTo(mean, 3);
});

function minutes(periods: readonly Period[], from: number): number[][] {
  return periods.map((period) => period.map((time) => (time - from) / 60));
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

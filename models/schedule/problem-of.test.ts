import { describe, expect, test } from 'vitest';
import type { Forecast } from '../forecast/forecast.ts';
import { plan } from '../planner/plan.ts';
import { isPlan, type Problem } from '../planner/problem.ts';
import { occurrenceAt } from './occurrence.ts';
import { problemOf, type Situation } from './problem-of.ts';
import { parseSchedule } from './schedule.ts';

const NOW = Date.UTC(2026, 0, 15, 20) / 1000;
const HOUR = 3600;

function forecast(unit: Forecast['unit'], profile: (number | null)[], more: Partial<Forecast> = {}): Forecast {
  const provenance = { source: 'test', fetched: null, stale: false, fault: null };
  return { name: unit, unit, optimise: 'min', start: NOW, interval: HOUR, profile, provenance, ...more };
}

const PRICES = [0.3, 0.3, 0.25, 0.2, 0.1, 0.1, 0.12, 0.15, 0.2, 0.2, 0.3, 0.3];

function problem(fields: object, more: Partial<Situation> = {}) {
  const schedule = parseSchedule({ device: 1, ...fields });
  const occurrence = occurrenceAt(schedule, NOW, 'UTC', []);
  if (!occurrence) throw new Error('no deadline');
  return problemOf({ occurrence, forecast: forecast('price', PRICES), now: NOW, delivered: 0, ...more });
}

test('three hours by eight o’clock', () => {
  const made = problem({}, { spread: 0.25, rested: 60 });
  expect(made).toEqual({
    ...{ start: NOW, interval: HOUR, profile: PRICES, optimise: 'min', now: NOW, readyBy: NOW + 12 * HOUR },
    ...{ run: 3 * HOUR, interruptible: false, spread: 0.25, rested: 60 },
  });
  const outcome = plan({ ...(made as Problem), spread: 0 });
  expect(isPlan(outcome) && outcome.periods).toEqual([[NOW + 4 * HOUR, NOW + 7 * HOUR]]);
});

describe('what is left', () => {
  const wh = { kind: 'energy', wh: 3000 };
  const charge = { kind: 'charge', capacityWh: 40_000, target: 0.8, current: { input: 7 } };
  test.each<[what: string, fields: object, more: Partial<Situation>, expected: object]>([
    ['what has run counts', {}, { delivered: HOUR }, { run: 2 * HOUR }],
    ['all of it has run', {}, { delivered: 3 * HOUR }, { done: true }],
    ['energy by what it draws', { need: wh, powerW: 1000 }, {}, { run: 3 * HOUR }],
    ['energy by what was measured', { need: wh }, { powerW: 500 }, { run: 6 * HOUR }],
    ['the schedule’s own figure comes first', { need: wh, powerW: 1000 }, { powerW: 500 }, { run: 3 * HOUR }],
    ['never measured', { need: wh }, {}, { missing: 'power' }],
    ['no state of charge', { need: charge, powerW: 7000 }, { soc: null }, { missing: 'soc' }],
    ['a full car', { need: charge, powerW: 7000 }, { soc: 0.9, delivered: 3 * HOUR }, { done: true }],
    ['an occurrence that begins later', { ahead: 6 * HOUR }, {}, { now: NOW + 6 * HOUR }],
  ])('%s', (_what, fields, more, expected) => {
    expect(problem(fields, more)).toMatchObject(expected);
  });
});

describe('rules', () => {
  const rules = { interruptible: true, minRun: 600, minRest: 300, maxStarts: 4, blocks: 3 };
  test.each<[what: string, more: Partial<Situation>, expected: object]>([
    ['all of them', {}, { minRun: 600, minRest: 300, maxStarts: 4, blocks: 3 }],
    ['starts that were made are gone', { starts: 2, running: 60 }, { maxStarts: 2, blocks: 1 }],
    ['the last block goes on', { starts: 3, running: 60 }, { maxStarts: 1, blocks: 0 }],
    [
      'one more than was asked for, where the rest needs it',
      { starts: 3, rested: 60 },
      { maxStarts: 1, blocks: 1, rested: 60 },
    ],
  ])('%s', (_what, more, expected) => {
    expect(problem(rules, more)).toMatchObject(expected);
  });

  test('mean nothing where it may not stop', () => {
    expect(problem({ ...rules, interruptible: false })).not.toHaveProperty('minRun');
  });
});

describe('what could be done later', () => {
  test.each<[what: string, fields: object, more: Partial<Situation>]>([
    ['never at any hour', { never: [{ from: '00:00', to: '00:00' }] }, {}],
    [
      'carbon that is not known beyond the deadline',
      { ceiling: { carbon: 50 } },
      { carbon: forecast('carbon', Array(12).fill(100)) },
    ],
  ])('%s: no deadline is named by which it could be ready', (_what, fields, more) => {
    const made = problem(fields, more);
    if (!('run' in made)) throw new Error('no problem');
    expect(plan(made)).toEqual({ longest: 0, earliest: null });
  });
});

describe('ceilings', () => {
  const carbon = forecast('carbon', [100, 100, 300, null, ...Array(8).fill(100)]);
  const forbidden = [[NOW + 2 * HOUR, NOW + 4 * HOUR]];
  test.each<[what: string, fields: object, more: Partial<Situation>, expected: object]>([
    ['price, planned by price', { ceiling: { price: 150_000 } }, {}, { limit: 0.15 }],
    [
      'price, planned by carbon',
      { ceiling: { price: 250_000 }, mix: [{ source: 'grid' }] },
      { forecast: carbon, price: forecast('price', PRICES) },
      {
        never: [
          [NOW, NOW + 2 * HOUR],
          [NOW + 10 * HOUR, NOW + 12 * HOUR],
        ],
      },
    ],
    [
      'price, which nobody knows',
      { ceiling: { price: 250_000 }, mix: [{ source: 'grid' }] },
      { forecast: carbon },
      { missing: 'price' },
    ],
    [
      'price, mixed with something else',
      { ceiling: { price: 150_000 }, mix: [{ source: 'tariff' }, { source: 'grid', weight: 0.1 }] },
      { price: forecast('price', PRICES) },
      { never: expect.anything() },
    ],
    ['carbon; what is not known is above it', { ceiling: { carbon: 200 } }, { carbon }, { never: forbidden }],
    [
      'carbon that is known for a part only',
      { ceiling: { carbon: 200 } },
      { carbon: { ...carbon, profile: [100, 100] } },
      { never: [[NOW + 2 * HOUR, NOW + 12 * HOUR]] },
    ],
    ['carbon, which nobody knows', { ceiling: { carbon: 200 } }, {}, { missing: 'carbon' }],
    [
      'carbon, planned by carbon',
      { ceiling: { carbon: 200 }, mix: [{ source: 'grid' }] },
      { forecast: carbon },
      { limit: 200 },
    ],
    [
      'with times that are forbidden anyway',
      { ceiling: { carbon: 200 }, never: [{ from: '00:00', to: '01:00' }] },
      { carbon },
      { never: [[NOW + 2 * HOUR, NOW + 5 * HOUR]] },
    ],
  ])('%s', (_what, fields, more, expected) => {
    const made = problem(fields, more);
    if ('never' in made && made.never && Array.isArray((expected as { never?: unknown }).never)) {
      const inside = made.never
        .map(([a, b]) => [Math.max(a, NOW), Math.min(b, NOW + 12 * HOUR)])
        .filter(([a = 0, b = 0]) => a < b);
      expect({ never: inside }).toMatchObject(expected);
    } else expect(made).toMatchObject(expected);
  });
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../lib/project-root.ts';
import type { Problem } from '../../../models/planner/problem.ts';
import { loadLocales } from '../../../views/locale.ts';
import { explain } from './lines.ts';

const locales = loadLocales(join(projectRoot, 'views/locales'));
const T0 = 1_750_032_000;
const problem: Problem = {
  ...{ start: T0, interval: 1800, profile: [10, 8, 6, 9, 4, 4, 7, 12], optimise: 'min' },
  ...{ now: T0, readyBy: T0 + 14_400, run: 5400, interruptible: true },
};

test('a plan on a terminal', () => {
  const { lines, planned } = explain(problem, { language: 'en', locale: locales.en, zone: 'Europe/London' });
  expect(planned).toBe(true);
  expect(lines).toEqual([
    'Runs 02:00–02:30, 03:00–04:00 for 7.00, 5.00 less than starting now; the next best start is 03:00, for 7.50; no rule stands in the way of a better time.',
    '  02:00–02:30  30 min  3.0000',
    '  03:00–04:00  1 h  4.0000',
    ...['cost      7.0000', 'costNow   12.0000', 'next      03:00  7.5000', 'binding   price  0.0000'],
    ...['unpriced  0 s', 'gap       0.0000'],
  ]);
});

test.each([
  ['cy', /^Ni all redeg am 5 h erbyn 05:00\./],
  ['de', /^Bis 06:00 kann es nicht 5 h lang laufen\. 4 h ist der längste/],
] as const)('what cannot be, in %s', (language, sentence) => {
  const zone = language === 'de' ? 'Europe/Berlin' : 'Europe/London';
  const { lines, planned } = explain({ ...problem, run: 18_000 }, { language, locale: locales[language], zone });
  expect([planned, lines.length]).toEqual([false, 1]);
  expect(lines[0]).toMatch(sentence);
});

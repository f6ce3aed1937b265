import { expect, test } from 'vitest';
import { usualFigures } from './usual.ts';

const SIX_HOURS = 21_600;
const week = (day: readonly (number | null)[]) => Array.from({ length: 7 }, () => day).flat();
const day = [10, 20, 30, 40];

const CASES: [string, (number | null)[], (number | null)[], ReturnType<typeof usualFigures>][] = [
  ['all is known', week(day), [1, 2, 3, 4], undefined],
  ['nothing was known before', week([null, null, null, null]), [1, null], undefined],
  ['as usual', week(day), [10, 20, null, null], [null, null, 30, 40]],
  ['a day half as dear again as usual', week(day), [15, 30, null, null], [null, null, 45, 60]],
  ['never more than twice as dear', week(day), [100, 200, null, null], [null, null, 60, 80]],
  ['below nothing: as usual', week(day), [-10, -20, null, null], [null, null, 30, 40]],
  ['the day after tomorrow too', week(day), [null, null, null, null, null, 20], [10, 20, 30, 40, 10, null]],
  ['of one day before too little is known', [...day, 5], [null], undefined],
];

test.each(CASES)('what is usual: %s', (_, before, asked, expected) => {
  const padded = [...Array.from({ length: Math.max(0, 28 - before.length) }, () => null), ...before].slice(-28);
  expect(usualFigures([...padded, ...asked], 28, SIX_HOURS)).toEqual(expected);
});

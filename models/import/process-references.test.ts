import { expect, test } from 'vitest';
import { Numbers } from './numbers.ts';
import { rewriteList } from './process-references.ts';

/** Input 1 is 101 here, feed 1 is 201, feed 2 is 202, schedule 1 is 301. */
const references = {
  inputs: pointed([[1, 101]]),
  feeds: pointed([
    [1, 201],
    [2, 202],
  ]),
  schedules: pointed([[1, 301]]),
};

function pointed(pairs: readonly [number, number][]): Numbers {
  const numbers = new Numbers([], []);
  for (const [old, now] of pairs) numbers.point(old, now);
  return numbers;
}

test.each<[string, string, string, string[]]>([
  ['nothing', '', '', []],
  ['feeds', '1:1,4:2', '1:201,4:202', []],
  ['inputs', '11:1', '11:101', []],
  ['schedules', 'schedule__if_schedule_zero:1', 'schedule__if_schedule_zero:301', []],
  ['values, which stay as they are written', '2:0.50,3:-1e3', '2:0.50,3:-1e3', []],
  ['a value before a feed', '71:15:2', '71:15:202', []],
  ['texts', '35:house/1', '35:house/1', []],
  ['a process by its name', 'process__log_to_feed:1', '1:201', []],
  ['steps without an argument', '24:0,25', '24:0,25', []],
  ['a virtual feed’s sources', '53:1,57:2', '53:201,57:202', []],
  ['a list that EmonCMS switched off', 'process__error_found:0,1:1', 'process__error_found:0,1:201', []],
  ['a place in the list', '42:0,1:1,52:1', '42:0,1:201,52:1', []],
  [
    'a feed that did not come over',
    '42:0,1:9,1:1',
    '42:0,1:0,1:201',
    ['process__log_to_feed names feed 9, which did not come over'],
  ],
  ['an input that did not come over', '6:9', '6:0', ['process__times_input names input 9, which did not come over']],
  ['what is no number', '1:x', '1:0', ['process__log_to_feed names feed x, which did not come over']],
  ['no feed at all', '1:0', '1:0', []],
  [
    'an unknown process',
    '999:1:x,1:1',
    '999:1:x,1:201',
    ['its list ends at the process 999, which Hearth does not know'],
  ],
])('a list with %s', (_name, list, rewritten, why) => {
  const { list: now, notes } = rewriteList('input a', list, references);
  expect(now).toBe(rewritten);
  expect(notes).toEqual(why.map((one) => ({ kind: 'changed', what: 'input a', why: one })));
});

test('a number that is taken gives way to one beyond all, and the others stay whatever the order', () => {
  const numbers = new Numbers([2, 50], [1, 2, 3, 60]);
  expect([1, 2, 3, 60].map((old) => numbers.give(old))).toEqual([1, 61, 3, 60]);
  expect([1, 2, 3, 60, 7].map((old) => numbers.of(old))).toEqual([1, 61, 3, 60, undefined]);
});

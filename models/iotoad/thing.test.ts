import { expect, test } from 'vitest';
import { find, thingsOf } from './thing.ts';

test.each([
  ['sp_w.r5.c1', 'sp_w.r5.c1', true],
  ['sp_w.r5.c1', 'w.r5.c1', true],
  ['w.r5.c1', 'w.r5.c1', true],
  ['w.r5.c1', 'sp_w.r5.c1', true],
  ['g3', 'sp_g3', true],
  ['echo-dot_g2', 'echo-dot_g2', true],
  ['smartplug1272', 'smartplug1272', false],
  ['meter', 'meter', false],
])('a node %s that only posts is asked for as %s: %s', (node, wanted, known) => {
  expect(find(thingsOf([], [{ node }]), wanted).found.map((thing) => thing.node)).toEqual(known ? [node] : []);
});

test('its place is read with and without the prefix', () => {
  const things = thingsOf([], [{ node: 'w.r5.c1' }, { node: 'sp_w.r5.c2' }]);
  expect(find(things, 'row/5').found.map(({ id }) => id)).toEqual(['w.r5.c1', 'sp_w.r5.c2']);
});

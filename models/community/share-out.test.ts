import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareOut } from './share-out.ts';

test.each<[string, number, number[], number[], number]>([
  ['enough for all', 10_000, [200, 1000, 4000], [200, 1000, 4000], 4800],
  ['one who is met exactly keeps nothing from the last', 3000, [200, 1000, 4000], [200, 1000, 1800], 0],
  ['too little for anybody', 300, [200, 1000, 4000], [100, 100, 100], 0],
  ['what does not split goes to the first', 301, [200, 1000, 4000], [101, 100, 100], 0],
  ['the first who still want it', 5, [1, 3, 3], [1, 2, 2], 0],
  ['nobody uses', 700, [0, 0], [0, 0], 700],
  ['one is not known, another gives', 700, [Number.NaN, -50, 600], [0, 0, 600], 100],
  ['nobody is there', 700, [], [], 700],
  ['nothing is generated', 0, [5, 6], [0, 0], 0],
])('%s', (_, generation, uses, shares, left) => {
  expect(shareOut(generation, uses)).toEqual({ shares, left });
});

const uses = fc.array(fc.oneof(fc.integer({ min: -10, max: 5_000_000 }), fc.constant(Number.NaN)), { maxLength: 60 });

test('nothing is lost or made, nobody takes more than it uses, and who takes less takes as much as anybody', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), uses, (generation, wanted) => {
      const { shares, left } = shareOut(generation, wanted);
      const sum = shares.reduce((all, share) => all + share, 0);
      const open = shares.filter((share, at) => share < (wanted[at] as number));
      const most = Math.max(0, ...shares);
      return (
        sum + left === generation &&
        left >= 0 &&
        shares.every((share, at) => share >= 0 && share <= Math.max(0, wanted[at] || 0)) &&
        (left === 0 || open.length === 0) &&
        open.every((share) => share >= most - 1)
      );
    }),
    { numRuns: 2000 },
  );
});

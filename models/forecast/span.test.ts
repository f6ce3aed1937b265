import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenInterval, gapsOf, inOrder, merged, packed, resampled, type Span, unpacked } from './span.ts';

const span = (start: number, end: number, value: number): Span => ({ start, end, value });

describe('resampled', () => {
  const known = [span(0, 1800, 10), span(1800, 3600, 20), span(5400, 7200, 40)];
  test.each<[what: string, start: number, interval: number, count: number, profile: (number | null)[]]>([
    ['on its own grid', 0, 1800, 4, [10, 20, null, 40]],
    ['finer', 1500, 300, 3, [10, 20, 20]],
    ['coarser, by time', 0, 3600, 2, [15, null]],
    ['across an edge', 900, 1800, 2, [15, null]],
    ['before anything is known', -1800, 1800, 2, [null, 10]],
    ['after everything', 7200, 1800, 1, [null]],
  ])('%s', (_what, start, interval, count, profile) => {
    expect(resampled(known, { start, interval, count })).toEqual(profile);
  });

  test('one long figure stays the very same in every slot', () => {
    expect(resampled([span(0, 90_000, 0.1)], { start: 0, interval: 300, count: 300 })).toEqual(
      new Array(300).fill(0.1),
    );
  });
});

describe('what is known', () => {
  test.each<[what: string, known: Span[], fresh: Span[], after: Span[]]>([
    ['the first', [], [span(0, 10, 1)], [span(0, 10, 1)]],
    ['more at the end', [span(0, 10, 1)], [span(10, 20, 2)], [span(0, 10, 1), span(10, 20, 2)]],
    ['a revision', [span(0, 10, 1), span(10, 20, 2)], [span(10, 20, 3)], [span(0, 10, 1), span(10, 20, 3)]],
    ['a finer one within', [span(0, 30, 1)], [span(10, 20, 2)], [span(0, 10, 1), span(10, 20, 2), span(20, 30, 1)]],
    [
      'one with a gap leaves what was there',
      [span(0, 30, 1)],
      [span(0, 10, 2), span(20, 30, 3)],
      [span(0, 10, 2), span(10, 20, 1), span(20, 30, 3)],
    ],
    ['nothing new', [span(0, 10, 1)], [], [span(0, 10, 1)]],
  ])('%s', (_what, known, fresh, after) => {
    expect(merged(known, fresh, 0)).toEqual(after);
  });

  test('what is long over is let go', () => {
    expect(merged([span(0, 10, 1), span(10, 20, 2)], [span(20, 30, 3)], 10)).toEqual([
      span(10, 20, 2),
      span(20, 30, 3),
    ]);
  });

  test('figures out of order, twice, over each other, without length or value', () => {
    const wild = [
      span(20, 30, 3),
      span(0, 15, 1),
      span(10, 20, 2),
      span(20, 30, 4),
      span(40, 40, 5),
      span(50, 60, Number.NaN),
    ];
    expect(inOrder(wild)).toEqual([span(0, 10, 1), span(10, 20, 2), span(20, 30, 4)]);
  });

  test('gaps', () => {
    const known = [span(0, 10, 1), span(20, 30, 2)];
    expect(gapsOf(known, 5, 40)).toEqual([
      [10, 20],
      [30, 40],
    ]);
    expect(gapsOf(known, 0, 30)).toEqual([[10, 20]]);
    expect(gapsOf([], 0, 10)).toEqual([[0, 10]]);
  });

  test.each<[spans: Span[], interval: number | null]>([
    [[], null],
    [[span(0, 1800, 1), span(1800, 3600, 2)], 1800],
    [[span(0, 3600, 1), span(3600, 4500, 2)], 900],
    [[span(0, 172_800, 1)], 3600],
    [[span(0, 1753, 1)], 300],
  ])('%j hold whole intervals of %s', (spans, interval) => {
    expect(evenInterval(spans)).toBe(interval);
  });

  test('merging covers what either covered, never twice, and fresh figures win', () => {
    const spans = fc
      .array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 12 }), fc.nat(9)), { maxLength: 12 })
      .map((list) => inOrder(list.map(([start, length, value]) => span(start, start + length, value))));
    fc.assert(
      fc.property(spans, spans, (known, fresh) => {
        const at = (list: readonly Span[], time: number) =>
          list.filter(({ start, end }) => start <= time && time < end);
        const both = merged(known, fresh, -1);
        for (let time = 0; time < 75; time += 1) {
          const expected = at(fresh, time)[0] ?? at(known, time)[0];
          expect(at(both, time).map(({ value }) => value)).toEqual(expected ? [expected.value] : []);
        }
        expect(unpacked(packed(both))).toEqual(both);
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { drawnValues, loneWindows, panned, pinched, zoomed } from './graph-view.ts';

const VIEW = { start: 1000, end: 5000 };

describe('moving through a graph', () => {
  it('zooms around the moment under the pointer', () => {
    expect(zoomed(VIEW, 0.5, 1000)).toEqual({ start: 1000, end: 3000 });
    expect(zoomed(VIEW, 0.5, 3000)).toEqual({ start: 2000, end: 4000 });
    expect(zoomed(zoomed(VIEW, 2, 4000), 0.5, 4000)).toEqual(VIEW);
  });

  it('stops at two minutes and at twenty years', () => {
    const near = zoomed(VIEW, 1e-9, 2000);
    expect(near.end - near.start).toBe(120);
    const far = zoomed(VIEW, 1e9, 2000);
    expect(far.end - far.start).toBe(20 * 366 * 86_400);
  });

  it('pans without changing its length', () => {
    expect(panned(VIEW, -250.4)).toEqual({ start: 750, end: 4750 });
  });

  it('keeps both moments under both fingers', () => {
    const view = pinched(VIEW, 2000, 3000, 0.25, 0.75);
    expect(view).toEqual({ start: 1500, end: 3500 });
    expect(pinched(VIEW, 2000, 3000, 0.5, 0.5)).toBe(VIEW);
  });
});

describe('drawnValues', () => {
  const CASES: readonly [name: string, values: (number | null)[], drawn: (number | null | undefined)[]][] = [
    ['scales and moves', [1000, 3000], [0.5, 2.5]],
    ['keeps gaps', [1000, null, null, null, null, 1000], [0.5, null, null, null, null, 0.5]],
    ['bridges what is no gap', [1000, null, null, null, 1000], [0.5, undefined, undefined, undefined, 0.5]],
    ['leaves the ends alone', [null, 1000, null], [null, 0.5, null]],
  ];
  it.each(CASES)('%s', (_name, values, drawn) => {
    expect(drawnValues(values, 0.001, 0.5)).toEqual(drawn);
  });
});

describe('loneWindows', () => {
  const CASES: readonly [name: string, column: (number | null | undefined)[], found: number[]][] = [
    ['none', [], []],
    ['one', [5], [0]],
    ['between gaps', [null, 1, null, 2, 3, null, 4], [1, 6]],
    ['what is bridged is not alone', [1, undefined, undefined, 2, null], []],
    ['nothing beside a gap is still nothing', [null, undefined, 1, undefined, null], [2]],
  ];
  it.each(CASES)('%s', (_name, column, found) => {
    expect(loneWindows(column)).toEqual(found);
  });
});

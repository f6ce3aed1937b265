import { describe, expect, it } from 'vitest';
import { scaleOf } from './graph-scale.ts';

const CASES: readonly [name: string, low: number, high: number, lines: number[]][] = [
  ['power starts at zero', 0.22, 7.48, [0, 2, 4, 6, 8]],
  ['small power', 0.1, 0.34, [0, 0.1, 0.2, 0.3, 0.4]],
  ['export goes below', -2.6, 3.1, [-4, -2, 0, 2, 4]],
  ['a mains voltage stays near itself', 233.1, 245.7, [230, 235, 240, 245, 250]],
  ['one value', 18, 18, [15, 20]],
  ['only zero', 0, 0, [0, 0.5]],
  ['nothing', Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, [0, 0.5, 1]],
];

describe('scaleOf', () => {
  it.each(CASES)('%s', (_name, low, high, lines) => {
    const scale = scaleOf(low, high);
    expect(scale.lines).toEqual(lines);
    expect([scale.low, scale.high]).toEqual([lines[0], lines.at(-1)]);
  });
});

import { describe, expect, it } from 'vitest';
import { plainSeries } from '../test/plain-series.ts';
import { figuresOf } from './graph-figures.ts';

const START = 1_170_284_400;
const GAP = Number.NaN;
const edges = (...minutes: number[]) => minutes.map((minute) => START + minute * 60);
const look = (values: readonly number[], unit: string, at: number[]) =>
  figuresOf(plainSeries(values, 60, START), { id: 1, unit }, at);

describe('figuresOf', () => {
  it('shows watts as kW and adds up what was measured, gaps adding nothing', async () => {
    const { total, rows } = await look([1200, 600, GAP, GAP, 3000, 3000], 'W', edges(0, 2, 4, 6));
    expect(total).toEqual({ low: 0.6, mean: 1.95, high: 3, energy: 0.13 });
    expect(rows.map((row) => row?.energy ?? null)).toEqual([0.03, null, 0.1]);
  });

  it('counts a counter by its difference, over window edges and through a reset', async () => {
    const { total, rows } = await look([100, 101, 103, 106, 2, 3], 'kWh', edges(0, 2, 4, 6));
    expect(rows.map((row) => row?.energy)).toEqual([1, 5, 1]);
    expect(total?.energy).toBe(7);
  });

  it('keeps other units as they are and tells no energy', async () => {
    const { total } = await look([18, 20, 22], '°C', edges(0, 3));
    expect(total).toEqual({ low: 18, mean: 20, high: 22, energy: null });
  });

  it('finds the peak’s own slot in a long range', async () => {
    const values = Array.from({ length: 50_000 }, (_, i) => (i === 31_337 ? 9000 : i % 500));
    const { peakAt } = await look(values, 'W', edges(0, 50_000));
    expect(peakAt).toBe(START + 31_337 * 60);
  });

  it('has nothing to say of nothing', async () => {
    expect(await look([GAP, GAP], 'W', edges(0, 1, 2))).toEqual({ total: null, rows: [null, null], peakAt: null });
    expect(await look([], 'W', [START])).toEqual({ total: null, rows: [], peakAt: null });
  });
});

import { expect, test } from 'vitest';
import { damageFiles } from '../../scripts/campaign/damage/campaign.ts';

test('damage: some of the cuts and flipped bits of each file open, and tell file and offset', {
  timeout: 60_000,
}, async () => {
  const { cuts, flips, problems, complete } = await damageFiles({
    seed: 1,
    budgetMs: 30_000,
    every: 499,
    journalBytes: 16_384,
  });
  expect(problems).toEqual([]);
  expect(cuts).toBeGreaterThan(20);
  expect(flips).toBeGreaterThan(300);
  expect(complete).toBe(true);
});

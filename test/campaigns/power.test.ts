import { expect, test } from 'vitest';
import { F } from '../../scripts/campaign/engine/scenario.ts';
import { cutPower } from '../../scripts/campaign/power/campaign.ts';

test('power: a thousand disks after power cuts open with everything that was synced', {
  timeout: 60_000,
}, async () => {
  const { states, oldestLoss, problems } = await cutPower({ seed: 1, states: 1000, budgetMs: 20_000 });
  expect(problems).toEqual([]);
  expect(states).toBeGreaterThanOrEqual(300);
  expect(oldestLoss).toBeLessThanOrEqual(F);
});

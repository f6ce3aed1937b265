import { expect, test } from 'vitest';
import { attackPairing } from '../../scripts/campaign/pairing/campaign.ts';

test('pairing: under no schedule of any attack does a login reach whom nobody allowed', {
  timeout: 60_000,
}, async () => {
  const { schedules, scenarios, granted, problems } = await attackPairing({
    seed: 1,
    schedules: 700,
    budgetMs: 12_000,
  });
  expect(problems).toEqual([]);
  expect(scenarios).toBe(14);
  expect(schedules).toBeGreaterThanOrEqual(14);
  expect(granted).toBeGreaterThan(schedules / 20);
});

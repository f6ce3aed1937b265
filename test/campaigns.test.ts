import { expect, test } from 'vitest';
import { killAgainAndAgain } from '../scripts/campaign/kill/campaign.ts';
import { testFolder } from './stores.ts';

// Slices of what `npm run campaign <name>` does at length.

test('kill: kill -9 again and again under load, and no acknowledged reading is missing or changed', {
  timeout: 120_000,
}, async () => {
  const { kills, points, problems } = await killAgainAndAgain({
    storage: testFolder('kill'),
    seed: 12,
    kills: 12,
    budgetMs: 20_000,
  });
  expect(problems).toEqual([]);
  expect(kills).toBeGreaterThan(2);
  expect(points).toBeGreaterThan(0);
});

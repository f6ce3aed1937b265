import { expect, test } from 'vitest';
import { tryPlans } from '../../scripts/campaign/plans/campaign.ts';

// A slice of `npm run campaign plans`.

test('plans: random problems are planned as well as every combination tried allows', { timeout: 60_000 }, () => {
  const { tried, feasible, problems } = tryPlans({ seed: 7, problems: 3000, budgetMs: 12_000 });
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(100);
  expect(feasible).toBeGreaterThan(tried / 4);
});

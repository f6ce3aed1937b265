import { expect, test } from 'vitest';
import { tryBills } from '../../scripts/campaign/bill/campaign.ts';

// A slice of `npm run campaign bill`.

test('bill: devices and rest cost what the meter does, over changes of clocks and tariffs and over gaps', {
  timeout: 60_000,
}, async () => {
  const { tried, rows, problems } = await tryBills({ seed: 5, histories: 200, budgetMs: 8000 });
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(20);
  expect(rows).toBeGreaterThan(tried);
});

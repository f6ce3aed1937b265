import { expect, test } from 'vitest';
import { replay } from '../../scripts/campaign/year/campaign.ts';
import { testFolder } from '../stores.ts';

// A slice of `npm run campaign year`: days around the change to summer time, with more faults than a year has.

test('year: devices run at the best times through restarts, lost connections, wrong clocks and late prices', {
  timeout: 120_000,
}, async () => {
  const { days, problems } = await replay({
    ...{ seed: 3, first: '2027-03-24', length: 14, skip: 0, days: 14, budgetMs: 25_000, storage: testFolder('year') },
    faults: { restart: 2, offline: 2, clock: 5, prices: 5 },
  });
  expect(problems).toEqual([]);
  expect(days).toBeGreaterThan(0);
});

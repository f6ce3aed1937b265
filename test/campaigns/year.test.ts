import { expect, test } from 'vitest';
import { replay } from '../../scripts/campaign/year/campaign.ts';
import { testFolder } from '../stores.ts';

// A slice of `npm run campaign year`: the days around the change to summer time, with more faults than a year has. Always the same
// days, however slow the machine is.

test('year: devices run at the best times through restarts, lost connections, wrong clocks and late prices', {
  timeout: 300_000,
}, async () => {
  const { days, deadlines, problems } = await replay({
    ...{ seed: 3, first: '2027-03-26', length: 3, skip: 0, days: 3, budgetMs: Number.POSITIVE_INFINITY },
    storage: testFolder('year'),
    faults: { restart: 2, offline: 2, clock: 2, prices: 2 },
  });
  expect(problems).toEqual([]);
  expect([days, deadlines.length >= 3]).toEqual([3, true]);
});

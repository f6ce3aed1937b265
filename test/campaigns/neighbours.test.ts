import { expect, test } from 'vitest';
import { troubleNeighbours } from '../../scripts/campaign/neighbours/campaign.ts';
import { testFolder } from '../stores.ts';

test('neighbours: Redis flushed, late or gone, and both absent at the start', { timeout: 90_000 }, async () => {
  const { points, problems } = await troubleNeighbours({
    folder: testFolder('near'),
    troubleMs: 500,
    only: 'redis is',
  });
  expect(problems).toEqual([]);
  expect(points).toBeGreaterThan(0);
});

import { expect, test } from 'vitest';
import { liveThroughClocks } from '../../scripts/campaign/clock/campaign.ts';

test('clock: no slot is written twice and no file padded, whatever the clock does', { timeout: 60_000 }, async () => {
  const { days, zones, refused, problems } = await liveThroughClocks({ seed: 1, days: 10, every: 40 });
  expect(problems).toEqual([]);
  expect(days).toBeGreaterThan(20);
  expect(zones).toBeGreaterThan(5);
  expect(refused).toBeGreaterThan(0);
});

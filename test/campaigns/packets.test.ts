import { expect, test } from 'vitest';
import { sendDamagedPackets } from '../../scripts/campaign/packets/campaign.ts';
import { testFolder } from '../stores.ts';

// A slice of `npm run campaign packets`.

test('packets: damaged ones end neither the hub nor the house’s reports, and all that was acknowledged is kept', {
  timeout: 120_000,
}, async () => {
  const { mutated, points, problems } = await sendDamagedPackets({
    storage: testFolder('packets'),
    seed: 7,
    packets: 20_000,
    budgetMs: 10_000,
  });
  expect(problems).toEqual([]);
  expect(mutated).toBeGreaterThan(100);
  expect(points).toBeGreaterThan(0);
});

import { expect, test } from 'vitest';
import { dieBeforeEachCall } from '../../scripts/campaign/syscalls/campaign.ts';

test('syscalls: death before every twentieth file call leaves exactly what was acknowledged', {
  timeout: 60_000,
}, async () => {
  const { deaths, calls, problems } = await dieBeforeEachCall({ seed: 1, budgetMs: 10_000, appends: 40, every: 20 });
  expect(problems).toEqual([]);
  expect(calls).toMatchObject({
    pwrite64: expect.any(Number),
    fdatasync: expect.any(Number),
    rename: expect.any(Number),
  });
  expect(deaths).toBeGreaterThan(5);
});

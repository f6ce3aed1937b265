import { afterEach, expect, test } from 'vitest';
import { type PlannedHome, type Plug, plannedHome } from '../../test/planned-home.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let home: PlannedHome;

afterEach(() => home?.stop());

/** Cheap from 02:00 to 05:00. */
async function night(start = '2026-01-05T18:00:00Z'): Promise<Plug> {
  home = await plannedHome(stores, { start });
  await home.prices([['02:00', '05:00', 0.1]], 0.3);
  return await home.plug('p1');
}

const HOUR = 3600;
const switched = (plug: Plug) => plug.log.map(([at, on]) => `${on ? '+' : '-'}${Math.round(at / 60)}`);

test('a run by time and tariff happens when it is cheapest, once, and is over then', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  const plan = home.plans.of(plug.id);
  expect(plan?.periods).toHaveLength(1);
  expect(plan?.reason.kind).toBe('wait');
  await home.until('2026-01-06T07:30:00Z');
  expect(plug.log.filter(([, on]) => on)).toHaveLength(1);
  const started = plug.log.find(([, on]) => on)?.[0] ?? 0;
  expect(started).toBeGreaterThanOrEqual(8 * HOUR);
  expect(started).toBeLessThanOrEqual(9 * HOUR + 20);
  expect(plug.on).toBe(false);
  expect(plug.wh).toBeCloseTo(4000, -2);
  expect(home.plans.of(plug.id)?.reason.kind).toBe('done');
  expect(switched(plug).length).toBeLessThanOrEqual(3);
});

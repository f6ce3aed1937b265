import { afterEach, describe, expect, test } from 'vitest';
import { outlookOf } from '../controllers/pages/outlook.ts';
import { ownDevice } from '../models/device.ts';
import { planIn } from '../models/schedule/outlook.ts';
import { parseSchedule } from '../models/schedule/schedule.ts';
import { type PlannedHome, plannedHome } from './planned-home.ts';
import { testStores } from './stores.ts';

/** The editor, the preview of the API and the hub give one answer. */
const stores = await testStores();
let home: PlannedHome;
afterEach(() => home?.stop());

const HOUR = 3600;
const hours = (count: number) => ({ kind: 'time' as const, seconds: count * HOUR });

const cases: [name: string, fields: object][] = [
  ['in one piece', { need: hours(2) }],
  ['in pieces', { need: hours(5), interruptible: true }],
  ['longest pieces', { need: hours(4), interruptible: true, minRun: HOUR, maxStarts: 2 }],
  ['never between', { need: hours(2), never: [{ from: '02:00', to: '04:30' }] }],
  ['energy', { need: { kind: 'energy', wh: 5000 }, powerW: 2500 }],
  ['a battery of a stated level', { need: { kind: 'charge', capacityWh: 8000, target: 0.9, current: { level: 0.4 } } }],
  ['what fits of too much', { need: hours(20), readyBy: '06:00', interruptible: true, ahead: null }],
  ['below a ceiling', { need: hours(2), interruptible: true, ceiling: { price: 150_000 } }],
  ['within some hours', { need: hours(1), readyBy: null, within: 6 * HOUR }],
  ['all times alike', { need: hours(1), readyBy: '01:00' }],
];

describe.each([0, 0.37])('with a spread of %d', (spread) => {
  test.each(cases)('%s', async (_name, fields) => {
    home = await plannedHome(stores, { start: '2026-01-05T18:00:00Z', spread });
    await home.prices([['02:00', '05:00', 0.1]], 0.3);
    const { id } = await home.plug('p1');
    const { account, models, plans } = home;
    const draft = parseSchedule({ device: id, readyBy: '08:00', powerW: 2000, ...fields });
    const outlook = await outlookOf(
      { ...models, plans, clock: home.clock },
      ownDevice(models.devices, account, id),
      [],
    );
    const editor = planIn(outlook, draft)?.periods;
    expect(plans.preview(account, draft).periods).toEqual(editor);
    await models.schedules.create(account, draft);
    await plans.tick();
    expect(plans.of(id)?.periods).toEqual(editor);
    expect(editor?.length).toBeGreaterThan(0);
  });
});

test('a deadline years ahead takes no longer than one tomorrow, and is left alone until then', async () => {
  home = await plannedHome(stores, { start: '2026-01-05T18:00:00Z' });
  await home.prices([['02:00', '05:00', 0.1]], 0.3);
  const plug = await home.plug('p1');
  const { account, models, plans } = home;
  const asked: number[] = [];
  const combined = models.forecasts.combined.bind(models.forecasts);
  models.forecasts.combined = (...args) => {
    asked.push(args[3] - args[2]);
    return combined(...args);
  };
  const base = { device: plug.id, need: hours(2), powerW: 2000, never: [{ from: '09:00', to: '17:00' }] };
  for (const fields of [{ pausedUntil: '2099-05-01' }, { repeat: null, once: '2099-05-01' }])
    for (const ahead of [86_400, null]) {
      const draft = parseSchedule({ ...base, readyBy: '08:00', ...fields, ahead });
      plans.preview(account, draft);
      const kept = await models.schedules.create(account, draft);
      await plans.tick();
      expect(plug.on).toBe(false);
      await models.schedules.remove(kept.id);
    }
  expect(asked.length).toBeGreaterThan(0);
  expect(Math.max(...asked)).toBeLessThan(30 * 86_400);
});

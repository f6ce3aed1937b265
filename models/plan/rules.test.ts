import { afterEach, expect, test } from 'vitest';
import { type PlannedHome, type Plug, plannedHome } from '../../test/planned-home.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let home: PlannedHome;

afterEach(() => home?.stop());

const HOUR = 3600;
const starts = (plug: Plug) => plug.log.filter(([, on]) => on).length;
const hours = (plug: Plug) => plug.wh / plug.watts;
const hm = (time: number | undefined) => new Date((time ?? 0) * 1000).toISOString().slice(11, 16);

/** Cheap from 02:00 to 05:00. */
async function night(start = '2026-01-05T18:00:00Z'): Promise<Plug> {
  home = await plannedHome(stores, { start });
  await home.prices([['02:00', '05:00', 0.1]], 0.3);
  return await home.plug('p1');
}

test.each(['on', 'off'] as const)('after its deadline a schedule becomes %s where it says so', async (mode) => {
  const plug = await night('2026-01-06T04:00:00Z');
  const need = { kind: 'time', seconds: HOUR };
  const { id } = await home.schedule(plug, { readyBy: '06:00', need, onCompletion: mode });
  await home.until('2026-01-06T06:02:00Z');
  expect(home.models.schedules.find(id)?.mode).toBe(mode);
  expect(plug.on).toBe(mode === 'on');
  expect(home.plans.of(plug.id)?.reason).toEqual({ kind: 'always', on: mode === 'on' });
});

test('a hub that was away at the deadline completes the schedule when it is back, and counts the run where it belongs', async () => {
  const plug = await night('2026-01-06T03:00:00Z');
  const need = { kind: 'time', seconds: 2 * HOUR };
  const { id } = await home.schedule(plug, { readyBy: '05:00', need, onCompletion: 'off' });
  await home.pass(600);
  expect(plug.on).toBe(true);
  await home.kill();
  await home.alone(3 * HOUR);
  await home.revive();
  await home.pass(120);
  expect(home.models.schedules.find(id)?.mode).toBe('off');
  const [run] = (await home.plans.saved(home.account, home.at('2026-01-06T00:00Z'), home.at('2026-01-07T00:00Z'))).runs;
  expect(run?.seconds).toBeGreaterThan(1.95 * HOUR);
});

test('a deadline that was passed without the hub leaves the next one whole', async () => {
  const plug = await night('2026-01-06T03:00:00Z');
  await home.schedule(plug, { readyBy: '05:00', need: { kind: 'time', seconds: 2 * HOUR } });
  await home.pass(600);
  await home.kill();
  await home.alone(3 * HOUR);
  await home.revive();
  await home.pass(120);
  expect(home.plans.of(plug.id)).toMatchObject({ occurrence: { day: '2026-01-07' }, delivered: 0, need: 2 * HOUR });
});

test('a need of energy is met by what the device measures, though it draws less than it was said to', async () => {
  const plug = await night();
  plug.watts = 1500;
  await home.schedule(plug, {
    readyBy: '08:00',
    interruptible: true,
    powerW: 2000,
    need: { kind: 'energy', wh: 3000 },
  });
  await home.until('2026-01-06T07:58:00Z');
  expect(plug.wh).toBeGreaterThan(2950);
  expect(plug.wh).toBeLessThan(3080);
  expect(plug.on).toBe(false);
});

test('a state of charge that rises ends the run at its target, and a stale one is not guessed', async () => {
  const plug = await night();
  const level = async (value: number) => {
    const time = home.clock.seconds();
    await home.models.inputs.receive(home.account, [{ node: 'car', time, values: [['soc', value]] }]);
  };
  await level(50);
  const input = home.models.inputs.list(home.account).find(({ name }) => name === 'soc')?.id ?? 0;
  const need = { kind: 'charge', capacityWh: 10_000, target: 0.8, current: { input } };
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, powerW: 2000, need });
  expect(home.plans.of(plug.id)?.need).toBe(1.5 * HOUR);
  while (home.clock.seconds() < home.at('2026-01-06T07:00:00Z')) {
    await home.pass(300);
    await level(50 + plug.wh / 100);
  }
  expect(plug.wh).toBeGreaterThan(2850);
  expect(plug.wh).toBeLessThan(3200);
  await home.pass(25 * HOUR);
  expect(home.plans.of(plug.id)?.reason).toEqual({ kind: 'unknown', missing: 'soc' });
});

test('balancing goes on for its time after the target is reached, over a restart as well', async () => {
  const plug = await night('2026-01-06T01:00:00Z');
  let level = 90;
  const tell = () =>
    home.models.inputs.receive(home.account, [{ node: 'car', time: home.clock.seconds(), values: [['soc', level]] }]);
  await tell();
  const input = home.models.inputs.list(home.account).find(({ name }) => name === 'soc')?.id ?? 0;
  const balance = { balanceFrom: 0.9, balanceSeconds: HOUR };
  const need = { kind: 'charge', capacityWh: 10_000, target: 1, current: { input }, ...balance };
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, powerW: 2000, need });
  expect(home.plans.of(plug.id)?.need).toBe(1.5 * HOUR);
  while (level < 100) {
    await home.pass(60);
    level = Math.min(100, 90 + plug.wh / 100);
    await tell();
  }
  const full = plug.wh;
  await home.pass(1200);
  await home.kill();
  await home.revive();
  for (let minute = 0; minute < 200; minute += 1) {
    await home.pass(60);
    await tell();
  }
  expect((plug.wh - full) / 2000).toBeCloseTo(1, 1);
  expect(plug.on).toBe(false);
});

test('a device’s second schedule begins when the first is served, not when its deadline has passed', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: HOUR } });
  await home.schedule(plug, { readyBy: '08:30', need: { kind: 'time', seconds: 2 * HOUR } });
  await home.until('2026-01-06T08:29:00Z');
  expect(hours(plug)).toBeCloseTo(3, 1);
  expect(plug.log.filter(([at]) => at > 11.1 * HOUR)).toEqual([]);
});

test('where the first made of several schedules is no smart one, it counts alone', async () => {
  const plug = await night();
  const first = await home.schedule(plug, { mode: 'off' });
  await home.schedule(plug, { readyBy: '20:00', need: { kind: 'time', seconds: HOUR } });
  expect(home.plans.of(plug.id)?.reason).toEqual({ kind: 'always', on: false });
  await home.models.schedules.remove(first.id);
  await home.pass(5);
  expect(['wait', 'run']).toContain(home.plans.of(plug.id)?.reason.kind);
});

test('a price ceiling holds in the hub: it runs as long as it may, and new prices open or close time', async () => {
  const plug = await night();
  const need = { kind: 'time', seconds: 4 * HOUR };
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need, ceiling: { price: 200_000 } });
  expect(home.plans.of(plug.id)?.short).toBe(HOUR);
  await home.until('2026-01-06T04:00:00Z');
  await home.prices([['06:00', '08:00', 0.15]], 0.3);
  await home.pass(5);
  expect(plug.on).toBe(false);
  await home.until('2026-01-06T08:00:00Z');
  expect(hours(plug)).toBeCloseTo(4, 1);
});

test('a carbon ceiling, and what the other way would have given off', async () => {
  const plug = await night();
  const start = home.at('2026-01-05T18:00:00Z');
  const values = Array.from({ length: 28 }, (_, half) => (half >= 20 ? 100 : 300));
  await home.models.forecasts.signalled(home.account, 'grid', {
    start,
    interval: 1800,
    values,
    unit: 'carbon',
    optimise: 'min',
  });
  await home.pass(5);
  const need = { kind: 'time', seconds: HOUR };
  await home.schedule(plug, { readyBy: '08:00', powerW: 2000, need, ceiling: { carbon: 200 } });
  expect(hm(home.plans.of(plug.id)?.periods[0]?.[0])).toBe('04:00');
  await home.until('2026-01-06T08:01:00Z');
  const { saved, runs } = await home.plans.saved(home.account, start, start + 86_400);
  expect(runs[0]?.spent).toEqual({ money: expect.closeTo(0.2, 1), carbon: expect.closeTo(200, -1) });
  expect(saved).toEqual({ money: expect.closeTo(0.4, 1), carbon: expect.closeTo(400, -1) });
});

test.each([
  ['an ordinary night', '2026-01-05T20:00:00Z', 3, 'Europe/London'],
  ['the night the clocks go forward', '2026-03-28T20:00:00Z', 2, 'Europe/London'],
  ['the night the clocks go back', '2026-10-24T20:00:00Z', 4, 'Europe/London'],
] as const)('a timer from 23:30 to 02:30 in %s', async (_, start, length, zone) => {
  home = await plannedHome(stores, { start, zone });
  const plug = await home.plug('p1');
  await home.schedule(plug, { mode: 'timer', timer: [{ from: '23:30', to: '02:30' }] });
  await home.pass(9 * HOUR);
  expect(hours(plug)).toBeCloseTo(length, 2);
  expect([starts(plug), plug.on]).toEqual([1, false]);
});

test('a boost outlives a restart and ends when it was to', async () => {
  const plug = await night();
  await home.models.schedules.boost(plug.id, 1800, 'Megan');
  await home.pass(300);
  await home.kill();
  await home.alone(300);
  await home.revive();
  await home.pass(1150);
  expect(home.plans.of(plug.id)?.reason.kind).toBe('boost');
  expect([plug.on, starts(plug)]).toEqual([true, 1]);
  await home.pass(120);
  expect(plug.on).toBe(false);
  expect(hours(plug)).toBeCloseTo(0.5, 2);
});

test('where there is not the time for both under a limit, all of it goes to the one of higher priority', async () => {
  const plug = await night('2026-01-06T04:00:00Z');
  const other = await home.plug('p2');
  await home.settings.setLimit(home.account, 3000);
  const same = { readyBy: '07:00', powerW: 2000, interruptible: true, need: { kind: 'time', seconds: 2 * HOUR } };
  await home.schedule(plug, { ...same, priority: 3 });
  await home.schedule(other, { ...same, priority: 7 });
  await home.pass(5);
  expect(home.plans.of(plug.id)?.short).toBeGreaterThan(0.9 * HOUR);
  expect(home.plans.of(other.id)?.short).toBe(0);
  await home.until('2026-01-06T07:00:00Z');
  expect([hours(plug), hours(other)]).toEqual([expect.closeTo(1, 1), expect.closeTo(2, 1)]);
});

test.each([0.37, 0.9])(
  'a restart in the middle of an interruptible run changes nothing of it, spread %f',
  async (spread) => {
    const runs: [number, boolean][][] = [];
    for (const restarts of [false, true]) {
      home = await plannedHome(stores, { start: '2026-01-05T22:00:00Z', spread });
      await home.prices([['02:00', '05:00', 0.1]], 0.3);
      const plug = await home.plug('p1');
      const rules = { interruptible: true, minRun: 1200, minRest: 600 };
      await home.schedule(plug, { readyBy: '08:00', ...rules, need: { kind: 'time', seconds: 2 * HOUR } });
      for (const at of ['01:00', '02:03', '02:50', '03:30', '04:40']) {
        await home.until(`2026-01-06T${at}:00Z`);
        if (!restarts) continue;
        await home.kill();
        await home.revive();
      }
      await home.until('2026-01-06T07:59:00Z');
      expect(hours(plug)).toBeCloseTo(2, 1);
      runs.push(plug.log.filter(([at]) => at > HOUR));
      if (!restarts) await home.stop();
    }
    const [without = [], withThem = []] = runs;
    expect(withThem.filter(([, on]) => on).length).toBe(without.filter(([, on]) => on).length);
  },
);

test('a device that keeps only the end of a run: the hub begins it, the device ends it alone, and both are counted', async () => {
  const plug = await night();
  plug.endsOnly = true;
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  await home.pass(600);
  await home.kill();
  await home.alone(3 * HOUR);
  expect(plug.on).toBe(false);
  expect(hours(plug)).toBeCloseTo(2, 1);
  await home.revive();
  await home.until('2026-01-06T07:59:00Z');
  expect(hours(plug)).toBeCloseTo(2, 1);
  expect(starts(plug)).toBe(1);
  expect(home.plans.of(plug.id)?.reason.kind).toBe('done');
});

test('a device that keeps only the end is switched by the hub at every edge, and its own end is nobody’s wish', async () => {
  const plug = await night();
  plug.endsOnly = true;
  await home.schedule(plug, {
    mode: 'timer',
    timer: [
      { from: '19:00', to: '20:00' },
      { from: '21:00', to: '22:00' },
    ],
  });
  await home.until('2026-01-05T23:00:00Z');
  expect(plug.log.filter(([at]) => at > 600)).toEqual([
    [HOUR, true],
    [2 * HOUR, false],
    [3 * HOUR, true],
    [4 * HOUR, false],
  ]);
});

test('what the house usually draws beside its planned devices leaves them only the rest of the limit', async () => {
  home = await plannedHome(stores, { start: '2026-01-05T18:00:00Z' });
  await home.prices([['02:00', '04:00', 0.1]], 0.3);
  const plug = await home.plug('p1');
  await home.settings.setLimit(home.account, 3000);
  const { feeds, series, users } = home.models;
  const feed = await feeds.create(home.account, { name: 'grid', tag: 'house', engine: 5, interval: 1800, unit: 'W' });
  await users.setAccount(home.account, { powerFeed: feed });
  const now = home.clock.seconds();
  const watts = (time: number) => (new Date(time * 1000).getUTCHours() < 3 ? 2500 : 200);
  const times = Array.from({ length: 8 * 48 }, (_, at) => now - (8 * 48 - at) * 1800);
  await series.append(times.map((time) => ({ kind: 'point', feed, time, value: watts(time) })));
  await home.kill();
  await home.revive();
  await home.schedule(plug, {
    readyBy: '08:00',
    powerW: 2000,
    interruptible: true,
    need: { kind: 'time', seconds: 2 * HOUR },
  });
  const periods = home.plans.of(plug.id)?.periods ?? [];
  expect(periods.map(([start, end]) => [hm(start), hm(end)])).toContainEqual(['03:00', '04:00']);
  const busy = [home.at('2026-01-06T00:00Z'), home.at('2026-01-06T03:00Z')] as const;
  expect(periods.filter(([start, end]) => start < busy[1] && end > busy[0])).toEqual([]);
});

test('of two schedules of a device the first is done early enough for the second to be ready, too', async () => {
  home = await plannedHome(stores, { start: '2026-01-06T00:00:00Z' });
  await home.prices([['06:00', '09:00', 0.1]], 0.3);
  const plug = await home.plug('p1');
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 2 * HOUR } });
  await home.schedule(plug, { readyBy: '09:00', interruptible: true, need: { kind: 'time', seconds: 3 * HOUR } });
  await home.until('2026-01-06T06:00:00Z');
  expect(hours(plug)).toBeCloseTo(2, 1);
  await home.until('2026-01-06T09:00:00Z');
  expect(hours(plug)).toBeCloseTo(5, 1);
});

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

test('a run in one piece that has begun is never cut, though prices become other ones', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  const began = home.clock.seconds();
  await home.pass(1200);
  await home.prices([['05:00', '07:30', 0.01]], 9);
  await home.until('2026-01-06T07:45:00Z');
  expect(plug.log.filter(([, on]) => on)).toHaveLength(1);
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
  expect(home.plans.of(plug.id)?.spans).toEqual([[expect.closeTo(began, -3), expect.closeTo(began + 2 * HOUR, -3)]]);
});

test('an interruptible run is planned anew for what is left when prices change, and loses nothing', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  await home.pass(1800);
  await home.prices([['06:00', '07:50', 0.01]], 9);
  await home.pass(60);
  expect(plug.on).toBe(false);
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
  expect(plug.log.filter(([, on]) => on).length).toBeLessThanOrEqual(3);
});

test.each([
  ['saves less than the threshold', 0.0999, 'stays'],
  ['saves more', 0.05, 'moves'],
] as const)('a forecast that %s: the plan that waits %s', async (_, price, what) => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 3 * HOUR } });
  const before = home.plans.of(plug.id)?.periods;
  expect(before?.flat()).toEqual([home.at('2026-01-06T02:00:00Z'), home.at('2026-01-06T05:00:00Z')]);
  await home.prices(
    [
      ['02:00', '05:00', 0.1],
      ['05:00', '07:00', price],
    ],
    0.3,
  );
  await home.pass(120);
  const after = home.plans.of(plug.id)?.periods;
  if (what === 'stays') expect(after).toEqual(before);
  else expect(after?.flat().at(-1)).toBe(home.at('2026-01-06T07:00:00Z'));
});

test('a hub that is gone in the middle of a run: the device ends it by itself, and the next hub counts what it did', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  await home.pass(1200);
  await home.kill();
  await home.alone(2 * HOUR);
  expect(plug.on).toBe(false);
  const starts = plug.log.length;
  await home.revive();
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.on).toBe(false);
  expect(plug.log.slice(starts).filter(([, on]) => on)).toEqual([]);
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
  expect(home.plans.of(plug.id)?.delivered).toBeGreaterThan(2 * HOUR - 120);
});

test('a hub that comes back in the middle of a run goes on with it and ends it in time', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  await home.pass(600);
  await home.kill();
  await home.alone(1200);
  await home.revive();
  expect(plug.on).toBe(true);
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.log.filter(([, on]) => on)).toHaveLength(1);
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
});

test.each([
  ['an hour forward', HOUR],
  ['an hour back', -HOUR],
  ['a day forward', 24 * HOUR],
  ['a day back', -24 * HOUR],
] as const)(
  'a clock that jumps %s in the middle of a run, and back, runs it once and as long as it should',
  async (_, jump) => {
    const plug = await night();
    await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
    while (!plug.on) await home.pass(600);
    await home.pass(1200);
    home.clock.set(home.clock.now() + jump * 1000);
    await home.pass(1800);
    expect(plug.on).toBe(true);
    home.clock.set(home.clock.now() - jump * 1000);
    await home.until('2026-01-06T07:55:00Z');
    expect(plug.starts).toBe(1);
    expect(plug.wh / 2000).toBeCloseTo(2, 1);
  },
);

test('a clock that jumps by a day while a run waits, and back, neither loses the run nor runs it twice', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  for (const days of [1, -2, 1]) {
    home.clock.set(home.clock.now() + days * 24 * HOUR * 1000);
    await home.pass(120);
  }
  expect(plug.on).toBe(false);
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.log.filter(([, on]) => on)).toHaveLength(1);
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
});

test.each([
  ['forward', '2026-03-28T20:00:00Z', '2026-03-29T06:30:00Z'],
  ['back', '2026-10-24T20:00:00Z', '2026-10-25T07:30:00Z'],
] as const)('the night the clocks go %s it is ready by 08:00 on the wall, once', async (_, start, end) => {
  const plug = await night(start);
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 3 * HOUR } });
  await home.until(end);
  expect(plug.wh / 2000).toBeCloseTo(3, 1);
  expect(plug.on).toBe(false);
});

test('a device that does not answer is an alarm, which is over when it does', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  const told: unknown[] = [];
  home.models.events.listen(
    home.account,
    ({ name, data }) => name === 'plan' && told.push((data as { alarm: unknown }).alarm),
  );
  const start = home.plans.of(plug.id)?.periods[0]?.[0] ?? 0;
  await home.pass(start - home.clock.seconds() - 300);
  plug.away = true;
  await home.pass(900);
  expect(home.plans.of(plug.id)?.alarm).toBe('unreachable');
  plug.away = false;
  await home.pass(900);
  expect(plug.on).toBe(true);
  expect(home.plans.of(plug.id)?.alarm).toBeNull();
  expect(told).toContain('unreachable');
  expect(told.at(-1)).toBeNull();
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
});

test('a relay that takes the command and does nothing is an alarm', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  plug.stuck = true;
  const start = home.plans.of(plug.id)?.periods[0]?.[0] ?? 0;
  plug.windows = [];
  await home.pass(start - home.clock.seconds() - 60);
  plug.windows = [];
  await home.pass(400);
  expect(home.plans.of(plug.id)?.alarm).toBe('differs');
});

test('a button pressed in the middle of a run holds until the run was to end; what is missing is planned after it', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  await home.pass(1800);
  plug.on = false;
  await home.pass(90);
  expect(home.plans.of(plug.id)?.reason).toMatchObject({ kind: 'person', on: false, by: 'button' });
  const reason = home.plans.of(plug.id)?.reason;
  const until = reason?.kind === 'person' ? reason.until : 0;
  await home.pass(until - home.clock.seconds() - 60);
  expect(plug.on).toBe(false);
  await home.until('2026-01-06T07:58:00Z');
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
});

test('a person who stops a run in one piece has ended it for this deadline', async () => {
  const plug = await night();
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
  while (!plug.on) await home.pass(600);
  await home.pass(600);
  await home.states.want(plug.id, false, 'Megan', 'page');
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.log.filter(([, on]) => on)).toHaveLength(1);
  await home.until('2026-01-07T07:55:00Z');
  expect(plug.log.filter(([, on]) => on)).toHaveLength(2);
});

test('a boost runs for its minutes and then gives way to the plan; without one the device is as before', async () => {
  const plug = await night();
  const other = await home.plug('p2');
  await home.schedule(plug, { readyBy: '08:00', interruptible: true, need: { kind: 'time', seconds: 2 * HOUR } });
  for (const { id } of [plug, other]) await home.models.schedules.boost(id, 1800, 'Megan');
  await home.pass(60);
  expect([plug.on, other.on]).toEqual([true, true]);
  await home.pass(1700);
  expect([plug.on, other.on]).toEqual([true, true]);
  await home.pass(120);
  expect([plug.on, other.on]).toEqual([false, false]);
  await home.until('2026-01-06T07:55:00Z');
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
});

test('what cannot all be done by the deadline is done as far as it can, and said', async () => {
  const plug = await night('2026-01-06T04:00:00Z');
  await home.schedule(plug, { readyBy: '06:00', need: { kind: 'time', seconds: 3 * HOUR } });
  const plan = home.plans.of(plug.id);
  expect(plan?.short).toBeGreaterThan(3500);
  expect(plan?.made?.impossible).toMatchObject({ longest: expect.any(Number) });
  await home.until('2026-01-06T06:05:00Z');
  expect(plug.wh / 2000).toBeCloseTo(2, 1);
});

test('a limit that is set later holds for what is planned already, and says so', async () => {
  home = await plannedHome(stores, { start: '2026-01-05T18:00:00Z' });
  await home.prices([['02:00', '05:00', 0.1]], 0.3);
  const [one, two] = [await home.plug('p1'), await home.plug('p2')];
  const both = { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } };
  await home.schedule(one, both);
  await home.schedule(two, both);
  const [first] = home.plans.of(one.id)?.periods ?? [];
  expect(home.plans.of(two.id)?.periods[0]).toEqual(first);
  await home.settings.setLimit(home.account, 3000);
  await home.pass(120);
  await home.until('2026-01-06T01:59:00Z');
  for (let at = 0; at < 6 * HOUR; at += 300) {
    await home.pass(300);
    expect(one.on && two.on).toBe(false);
  }
  expect([one.wh, two.wh].map((wh) => Math.round(wh / 100))).toEqual([40, 40]);
  const why = await home.plans.why(two.id, home.at('2026-01-06T01:00:00Z'));
  expect(why.made?.why.binding).toBe('household');
});

test('under a limit two devices take turns, the one of higher priority first where time is short', async () => {
  const plug = await night();
  const other = await home.plug('p2');
  await home.settings.setLimit(home.account, 3000);
  const need = { kind: 'time', seconds: 2 * HOUR };
  await home.schedule(plug, { readyBy: '08:00', powerW: 2000, interruptible: true, priority: 3, need });
  await home.schedule(other, { readyBy: '08:00', powerW: 2000, interruptible: true, priority: 7, need });
  let most = 0;
  for (let at = 0; at < 13.9 * 60; at += 1) {
    await home.pass(60);
    most = Math.max(most, Number(plug.on) + Number(other.on));
  }
  expect(most).toBe(1);
  expect([plug.wh / 2000, other.wh / 2000]).toEqual([expect.closeTo(2, 1), expect.closeTo(2, 1)]);
});

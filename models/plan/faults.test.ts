import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { type PlannedHome, type Plug, plannedHome } from '../../test/planned-home.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let home: PlannedHome;

afterEach(() => home?.stop());

const HOUR = 3600;
const YEAR = 365 * 86_400;
const TABLES = ['plan_states', 'plan_decisions', 'plan_runs', 'device_schedules', 'devices', 'settings'];
const starts = (plug: Plug) => plug.starts;
const hours = (plug: Plug) => plug.wh / plug.watts;

/** Cheap from 02:00 to 05:00; a run of two hours, in the middle of it. */
async function running(rules: object = {}): Promise<Plug> {
  home = await plannedHome(stores, { start: '2026-01-06T01:50:00Z' });
  await home.prices([['02:00', '05:00', 0.1]], 0.3);
  const plug = await home.plug('p1');
  await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR }, ...rules });
  await home.until('2026-01-06T02:30:00Z');
  expect(plug.on).toBe(true);
  return plug;
}

/** While `meanwhile` lasts, MySQL has none of these tables. */
async function withoutTables(meanwhile: () => Promise<void>): Promise<void> {
  const rename = async (from: (name: string) => string, to: (name: string) => string) => {
    for (const name of TABLES) await sql`RENAME TABLE ${sql.id(from(name))} TO ${sql.id(to(name))}`.execute(stores.db);
  };
  await rename(
    (name) => name,
    (name) => `${name}_away`,
  );
  await meanwhile().finally(() =>
    rename(
      (name) => `${name}_away`,
      (name) => name,
    ),
  );
}

test('MySQL away from the middle of a run until after its deadline: it ends in time, and is written down and completed later', async () => {
  const plug = await running({ readyBy: '05:00', onCompletion: 'off' });
  await withoutTables(async () => {
    await home.until('2026-01-06T05:05:00Z');
    expect([plug.on, starts(plug)]).toEqual([false, 1]);
    expect(hours(plug)).toBeCloseTo(2, 1);
  });
  await home.pass(120);
  expect(home.models.schedules.list(home.account)[0]?.mode).toBe('off');
  const rows = await stores.db.selectFrom('plan_runs').selectAll().execute();
  expect(rows).toHaveLength(1);
  await home.kill();
  await home.revive();
  await home.pass(90);
  expect([plug.on, starts(plug)]).toEqual([false, 1]);
});

test('without Redis it runs as it should', async () => {
  home = await plannedHome(stores, { start: '2026-01-06T01:50:00Z', redis: false });
  const plug = await home.plug('p1');
  await home.schedule(plug, { readyBy: '04:00', need: { kind: 'time', seconds: HOUR } });
  await home.until('2026-01-06T03:59:30Z');
  expect([plug.on, starts(plug), hours(plug)]).toEqual([false, 1, expect.closeTo(1, 1)]);
});

test('no prices are known at all: it runs in time all the same, and goes on as it was when they are gone in the middle', async () => {
  const plug = await running({ mix: [{ source: 'flat' }], interruptible: true });
  await home.prices([], 0.3);
  await home.until('2026-01-06T07:59:00Z');
  expect(hours(plug)).toBeCloseTo(2, 1);
  expect(plug.on).toBe(false);
});

test('a signal that ends in the middle of the night leaves what comes later unpriced, and the deadline is kept', async () => {
  home = await plannedHome(stores, { start: '2026-01-06T02:30:00Z' });
  const plug = await home.plug('p1');
  const signal = {
    start: home.clock.seconds() - 1800,
    interval: 1800,
    values: [1, 1, 1],
    unit: 'index',
    optimise: 'min',
  };
  await home.models.forecasts.signalled(home.account, 'club', signal);
  const need = { kind: 'time', seconds: 2 * HOUR };
  await home.schedule(plug, { readyBy: '06:00', mix: [{ source: 'shaper-club' }], interruptible: true, need });
  await home.until('2026-01-06T06:00:00Z');
  expect(hours(plug)).toBeCloseTo(2, 1);
});

test('a device removed in the middle of its run is forgotten whole, and its household goes on', async () => {
  const plug = await running();
  const other = await home.plug('p2');
  await home.schedule(other, { readyBy: '08:00', need: { kind: 'time', seconds: HOUR } });
  await home.models.schedules.removeDevice(plug.id);
  await home.models.devices.remove(plug.id);
  await home.pass(120);
  expect(home.plans.of(plug.id)).toBeUndefined();
  expect((await stores.db.selectFrom('plan_states').select('device').execute()).map(({ device }) => device)).toEqual([
    other.id,
  ]);
  await home.until('2026-01-06T07:59:00Z');
  expect(hours(other)).toBeCloseTo(1, 1);
  expect(plug.on).toBe(false);
});

test('a device that was removed while its plans could not be forgotten is forgotten with the next start', async () => {
  const plug = await running();
  await home.kill();
  await stores.db.deleteFrom('devices').where('id', '=', plug.id).execute();
  await home.revive();
  expect(await stores.db.selectFrom('plan_states').select('device').execute()).toEqual([]);
});

test('a schedule removed in the middle of an interruptible run: the device goes off at once, and the log says why', async () => {
  const plug = await running({ interruptible: true });
  const [schedule] = home.models.schedules.list(home.account);
  await home.models.schedules.remove(schedule?.id ?? 0);
  await home.pass(10);
  expect(plug.on).toBe(false);
  const [last] = await home.models.switches.list(plug.id, 1);
  expect(last).toMatchObject({ on: false, who: 'schedule', why: 'no schedule holds any more' });
  await home.until('2026-01-07T07:59:00Z');
  expect(starts(plug)).toBe(1);
});

test('a schedule removed in the middle of a run in one piece: the cycle is not cut, and then the device goes off', async () => {
  const plug = await running();
  const [schedule] = home.models.schedules.list(home.account);
  await home.models.schedules.remove(schedule?.id ?? 0);
  await home.pass(HOUR);
  expect(plug.on).toBe(true);
  await home.pass(HOUR);
  expect([plug.on, starts(plug)]).toEqual([false, 1]);
  expect(hours(plug)).toBeCloseTo(2, 1);
});

test('a driver that goes away in the middle of a run is an alarm; when it is back the device is switched as it should be', async () => {
  const plug = await running();
  const driver = home.models.drivers.get('fake');
  home.models.drivers.delete('fake');
  await home.until('2026-01-06T04:20:00Z');
  plug.on = true;
  plug.windows = [];
  await home.kill();
  await home.revive();
  await home.pass(600);
  expect(home.plans.of(plug.id)).toMatchObject({ alarm: 'unsupported' });
  if (driver) home.models.drivers.set('fake', driver);
  await home.pass(300);
  expect(plug.on).toBe(false);
  expect(home.plans.of(plug.id)?.alarm).toBeNull();
});

test('an alarm outlives a restart while the device is away, and ends when it follows', async () => {
  home = await plannedHome(stores, { start: '2026-01-06T01:50:00Z' });
  const plug = await home.plug('p1');
  await home.schedule(plug, { mode: 'timer', timer: [{ from: '02:00', to: '03:00' }] });
  await home.until('2026-01-06T02:30:00Z');
  plug.away = true;
  plug.windows = [];
  await home.until('2026-01-06T03:10:00Z');
  expect(home.plans.of(plug.id)?.alarm).toBe('unreachable');
  await home.kill();
  await home.revive();
  await home.pass(300);
  expect(home.plans.of(plug.id)?.alarm).toBe('unreachable');
  plug.away = false;
  await home.pass(300);
  expect([plug.on, home.plans.of(plug.id)?.alarm]).toEqual([false, null]);
});

test.each([
  ['in one piece', {}],
  ['in pieces', { interruptible: true }],
])('another time zone in the middle of a run %s: it runs as long as it should, by the new clock', async (_, rules) => {
  const plug = await running(rules);
  await stores.db.updateTable('users').set({ timezone: 'Europe/Berlin' }).where('id', '=', home.account).execute();
  await home.models.users.load();
  await home.until('2026-01-06T06:59:00Z');
  expect(home.plans.of(plug.id)?.occurrence?.readyBy).toBe(home.at('2026-01-06T07:00:00Z'));
  expect(hours(plug)).toBeCloseTo(2, 1);
  expect(starts(plug)).toBeLessThanOrEqual(2);
});

test.each([
  ['back', -YEAR, {}],
  ['forward', YEAR, {}],
  ['back, in pieces', -YEAR, { interruptible: true }],
  ['forward, in pieces', YEAR, { interruptible: true }],
] as const)('a clock set a year %s and, an hour later, right again', async (_, jump, rules) => {
  const plug = await running(rules);
  home.clock.set(home.clock.now() + jump * 1000);
  await home.pass(HOUR);
  home.clock.set(home.clock.now() - jump * 1000);
  await home.until('2026-01-06T07:59:00Z');
  expect(plug.on).toBe(false);
  if (!('interruptible' in rules)) expect([starts(plug), hours(plug)]).toEqual([1, expect.closeTo(2, 1)]);
  expect(hours(plug)).toBeGreaterThan(1.95);
  expect(hours(plug)).toBeLessThan(3.05);
});

test.each([
  ['in one piece', {}],
  ['in pieces', { interruptible: true }],
])(
  'the hub’s clock is hours fast for a while and a run %s begins by it: the device’s own clock does not end it',
  async (_, rules) => {
    home = await plannedHome(stores, { start: '2026-01-06T01:30:00Z' });
    await home.prices([['02:00', '05:00', 0.1]], 0.3);
    const plug = await home.plug('p1');
    await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR }, ...rules });
    await home.until('2026-01-06T01:45:00Z');
    expect(plug.windows).toHaveLength(1);
    home.clock.set(home.clock.now() + 2 * HOUR * 1000);
    await home.pass(1200);
    expect([plug.on, plug.starts]).toEqual([true, 1]);
    home.clock.set(home.clock.now() - 2 * HOUR * 1000);
    await home.until('2026-01-06T05:00:00Z');
    expect([plug.on, plug.starts, hours(plug)]).toEqual([false, 1, expect.closeTo(2, 1)]);
  },
);

test.each([-HOUR, 3 * HOUR])(
  'a device whose clock is %d s fast: it runs by word, all the time it should',
  async (fast) => {
    home = await plannedHome(stores, { start: '2026-01-06T01:50:00Z' });
    await home.prices([['02:00', '04:00', 0.1]], 0.3);
    const plug = await home.plug('p1');
    plug.fast = fast;
    await home.schedule(plug, { readyBy: '08:00', need: { kind: 'time', seconds: 2 * HOUR } });
    await home.until('2026-01-06T04:05:00Z');
    expect([plug.on, plug.starts, hours(plug)]).toEqual([false, 2, expect.closeTo(2, 1)]);
    expect(home.plans.of(plug.id)?.alarm).toBeNull();
  },
);

test('after a clock was set back a year a person is heeded, and a relay that sticks is an alarm', async () => {
  const plug = await running({ interruptible: true });
  home.clock.set(home.clock.now() - YEAR * 1000);
  await home.pass(180);
  const wanted = home.states.desired(plug.id)?.on ?? false;
  await home.states.want(plug.id, !wanted, 'Megan', 'page');
  await home.pass(60);
  expect([plug.on, home.plans.of(plug.id)?.reason.kind]).toEqual([!wanted, 'person']);
  await home.models.schedules.boost(plug.id, HOUR, 'Megan');
  await home.pass(60);
  expect([plug.on, home.plans.of(plug.id)?.reason.kind]).toEqual([true, 'boost']);
  await home.models.schedules.endBoost(plug.id);
  plug.stuck = true;
  const [schedule] = home.models.schedules.list(home.account);
  await home.models.schedules.change(schedule?.id ?? 0, { mode: plug.on ? 'off' : 'on' });
  await home.pass(420);
  expect(home.plans.of(plug.id)?.alarm).toBe('differs');
});

test('a boost from before the clock was set back a year is over', async () => {
  const plug = await running();
  const other = await home.plug('p2');
  await home.models.schedules.boost(other.id, HOUR, 'Megan');
  await home.pass(60);
  home.clock.set(home.clock.now() - YEAR * 1000);
  await home.pass(60);
  expect([other.on, plug.on]).toEqual([false, true]);
});

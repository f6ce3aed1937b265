import { createDeviceModels } from '../app/device-models.ts';
import { createPlanModels, type PlanModels } from '../app/plan-models.ts';
import { PlanRunner } from '../app/services/plan-runner.ts';
import { Poller } from '../app/services/poller.ts';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { type Random, systemRandom } from '../lib/random.ts';
import { DeviceError } from '../models/drivers/device-error.ts';
import type { OnPeriod } from '../models/drivers/driver.ts';
import { parseSchedule } from '../models/schedule/schedule.ts';
import { parseTariff } from '../models/tariff/tariff.ts';
import { Busy, fakeFamily, fakeFound } from './fake-driver.ts';
import { addHousehold, openModels, type TestModels } from './household.ts';
import { type TestStores, testFolder } from './stores.ts';

const log = createLog('silent');
const MICRO = 1_000_000;

/** A plug that does what it is told, draws `watts` while it is on, and keeps its own times where it is given any. */
export interface Plug {
  readonly id: number;
  readonly identity: string;
  on: boolean;
  watts: number;
  wh: number;
  away: boolean;
  /** It takes commands and does nothing. */
  stuck: boolean;
  /** Of its own times it keeps only the end of a run that the hub began. */
  endsOnly: boolean;
  windows: readonly OnPeriod[];
  /** Seconds by which its own clock is fast. The hub's may be set; its own goes on. */
  fast: number;
  /** How often it really came on. */
  starts: number;
  /** Up to when its energy is counted, Unix seconds. */
  counted: number;
  /** Which way and when it was switched, in seconds since the start. */
  readonly log: [at: number, on: boolean][];
  readonly told: (readonly OnPeriod[])[];
}

export type PlannedHome = Awaited<ReturnType<typeof plannedHome>>;

/** A household with simulated plugs, prices by the hour, the poller and the runner of plans; its clock is moved by hand. */
export async function plannedHome(
  stores: TestStores,
  {
    start,
    zone = 'Europe/London',
    spread = 0,
    redis = true,
  }: { start: string; zone?: string; spread?: number; redis?: boolean },
) {
  await stores.clear();
  const began = Date.parse(start);
  const clock = new ManualClock(began);
  const random: Random = { ...systemRandom, fraction: () => spread };
  const models = await openModels({
    stores: redis ? stores : { db: stores.db, redis: null },
    folder: testFolder('plans'),
    clock,
    random,
  });
  const account = await addHousehold(stores.db, { timezone: zone });
  await models.users.load();
  const busy = new Busy();
  const plugs: Plug[] = [];
  models.drivers.set('fake', familyOf(plugs, clock, began).driver);
  let hub = startHub(models, models, clock, busy);

  const home = {
    ...{ clock, models, account, plugs, stores },
    get plans() {
      return hub.plans;
    },
    get states() {
      return hub.states;
    },
    get settings() {
      return hub.planSettings;
    },
    async plug(identity: string, watts = 2000): Promise<Plug> {
      const { id } = await models.devices.adopt(account, fakeFound(identity), { now: clock.seconds() });
      const plug: Plug = {
        ...{
          id,
          identity,
          on: false,
          watts,
          wh: 0,
          away: false,
          stuck: false,
          endsOnly: false,
          windows: [],
          fast: 0,
          starts: 0,
          log: [],
          told: [],
        },
        counted: clock.monotonic() / 1000,
      };
      plugs.push(plug);
      await home.pass(20);
      return plug;
    },
    async schedule(device: Plug, fields: object) {
      const kept = await models.schedules.create(account, parseSchedule({ ahead: null, device: device.id, ...fields }));
      await home.pass(2);
      return kept;
    },
    /** Prices of a kWh by bands of the day; else `otherwise`. */
    async prices(bands: [from: string, to: string, price: number][], otherwise: number) {
      const priced = bands.map(([from, to, price]) => ({ from, to, price: price * MICRO }));
      const price = { kind: 'bands', bands: priced, otherwise: otherwise * MICRO };
      const flat = { kind: 'flat', price: otherwise * MICRO };
      const version = { from: '2020-01-01', import: bands.length > 0 ? price : flat };
      await models.tariffs.set(account, parseTariff({ currency: 'GBP', versions: [version] }));
      await home.pass(2);
    },
    /** So many seconds pass; all that falls due comes at its own time and to its end. */
    async pass(seconds: number) {
      const end = clock.monotonic() + seconds * 1000;
      while (clock.monotonic() < end) {
        clock.advance(Math.min(clock.untilNext() ?? Number.POSITIVE_INFINITY, end - clock.monotonic()));
        for (const plug of plugs) live(plug, clock, began);
        await busy.settle();
      }
    },
    /** Until this wall-clock moment. */
    async until(iso: string) {
      await home.pass(Date.parse(iso) / 1000 - clock.seconds());
    },
    /** The hub is gone. What `meanwhile` does goes on without it. */
    async kill() {
      await hub.stop();
    },
    /** A hub on the same stores. */
    async revive() {
      await models.devices.load();
      await models.schedules.load();
      const deviceModels = createDeviceModels({
        ...{ ...models, db: stores.db, random, clock, log },
      });
      const own = { ...models, ...deviceModels };
      const zone = (one: number) => models.users.account(one)?.timezone ?? 'UTC';
      const plans = await createPlanModels({ ...own, db: stores.db, random, clock, log, zone });
      hub = startHub(own, plans, clock, busy);
      await home.pass(2);
    },
    /** Time passes without any hub. */
    async alone(seconds: number) {
      for (let gone = 0; gone < seconds; gone += 10) {
        clock.advance(10_000);
        for (const plug of plugs) live(plug, clock, began);
      }
    },
    at: (iso: string) => Date.parse(iso) / 1000,
    stop: async () => {
      await hub.stop();
    },
  };
  return home;
}

function startHub(models: TestModels, { plans, planSettings, background }: PlanModels, clock: ManualClock, busy: Busy) {
  const states = busy.watch(models.states);
  const watched = busy.watch(plans);
  const poller = new Poller({
    ...{ ...models, intake: busy.watch(models.intake), states, clock, log },
    ...{ health: models.deviceHealth, feeds: models.deviceFeeds },
  });
  const runner = new PlanRunner({
    ...{ ...models, plans: watched, settings: planSettings, background: busy.watch(background), clock, log },
  });
  poller.start();
  runner.start();
  const stop = async () => {
    const stopped = Promise.all([poller.stop(), runner.stop()]);
    clock.advance(2000);
    await stopped;
  };
  return { plans, planSettings, states: models.states, stop };
}

/** The plug goes on and off by its own times and clock, and counts what it uses, up to now. */
function live(plug: Plug, clock: ManualClock, began: number): void {
  const until = clock.monotonic() / 1000;
  const offset = began / 1000 + plug.fast;
  const edges = plug.windows.flat().map((time) => time - offset);
  const ahead = edges.filter((time) => time > plug.counted && time <= until).sort((a, b) => a - b);
  const count = (time: number) => {
    if (plug.on) plug.wh += (plug.watts * (time - plug.counted)) / 3600;
    plug.counted = time;
  };
  for (const edge of ahead) {
    count(edge);
    const at = Math.round(edge + offset);
    turn(
      plug,
      plug.windows.some(([start, end]) => start <= at && at < end),
    );
  }
  count(until);
}

function turn(plug: Plug, on: boolean): void {
  if (plug.stuck) return;
  if (on && !plug.on) plug.starts += 1;
  plug.on = on;
}

function familyOf(plugs: readonly Plug[], clock: ManualClock, began: number) {
  const fake = fakeFamily('fake', 60);
  const find = (identity: string): Plug => {
    const plug = plugs.find((one) => one.identity === identity);
    if (!plug || plug.away) throw new DeviceError('unreachable', 'Nothing answers at the device’s address.');
    live(plug, clock, began);
    return plug;
  };
  const driver = {
    ...fake.driver,
    capabilities: { read: 'poll', switch: true, schedule: 'window' } as const,
    async read({ identity }: { identity: string }) {
      const plug = find(identity);
      const values = { power_w: plug.on ? plug.watts : 0, energy_wh: plug.wh };
      return { values, on: plug.on, valid: true };
    },
    async switch({ identity }: { identity: string }, on: boolean) {
      const plug = find(identity);
      plug.log.push([clock.seconds() - began / 1000, on]);
      plug.windows = [];
      turn(plug, on);
    },
    async setWindow({ identity }: { identity: string }, periods: readonly OnPeriod[]) {
      const plug = find(identity);
      plug.told.push(periods);
      const now = clock.seconds();
      const own = (began + clock.monotonic()) / 1000 + plug.fast;
      if (plug.endsOnly) {
        const end = periods.find(([start, stop]) => start <= now && now < stop)?.[1];
        plug.windows = end === undefined ? [] : [[own, own + end + 60 - now]];
        if (end !== undefined) turn(plug, true);
        return { keeps: 'end' as const, until: end === undefined ? null : end + 60 };
      }
      plug.windows = periods;
      if (periods.length > 0)
        turn(
          plug,
          periods.some(([start, end]) => start <= own && own < end),
        );
      return { keeps: 'windows' as const, until: periods.at(-1)?.[1] ?? null };
    },
  };
  return { driver };
}

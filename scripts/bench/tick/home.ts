import type { Disposer } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import type { ManualClock } from '../../../lib/manual-clock.ts';
import type { Device } from '../../../models/device.ts';
import type { Driver } from '../../../models/drivers/driver.ts';
import type { Forecast } from '../../../models/forecast/forecast.ts';
import { tariffSpans } from '../../../models/forecast/tariff-spans.ts';
import { Plans, type PlansDeps } from '../../../models/plan/plans.ts';
import type { Forecasts } from '../../../models/plan/rules.ts';
import { type KeptSchedule, parseSchedule } from '../../../models/schedule/schedule.ts';
import { parseTariff, type Tariff } from '../../../models/tariff/tariff.ts';

const ACCOUNT = 1;
const ZONE = 'Europe/London';
const MICRO = 1_000_000;
const STEP_S = 300;

export interface TickHome {
  readonly plans: Plans;
  readonly forecasts: Forecasts & { revise(): void };
  readonly account: number;
  readonly device: number;
}

/** What another household than the usual one has. */
export interface OwnHome {
  readonly schedules: readonly KeptSchedule[];
  readonly forecasts: TickHome['forecasts'];
}

/** A household of devices with a schedule each, on a banded tariff in steps of five minutes; nothing is stored and nothing is sent. */
export function tickHome(clock: ManualClock, count: number, own: Partial<OwnHome> = {}): TickHome {
  const devices = new Map(Array.from({ length: count }, (_, at): [number, Device] => [at + 1, deviceOf(at + 1)]));
  const schedules = own.schedules ?? [...devices.keys()].map(scheduleOf);
  const forecasts = own.forecasts ?? bandedPrices();
  const on = new Map<number, boolean>();
  const none = async () => undefined;
  const deps = {
    ...{
      forecasts,
      clock,
      log: createLog('silent'),
      zone: () => ZONE,
      background: () => [],
      ports: {} as PlansDeps['ports'],
    },
    devices: {
      find: (id: number) => devices.get(id),
      list: () => [...devices.values()],
      all: () => [...devices.values()],
    },
    drivers: new Map([['bench', driver]]),
    states: statesOf(clock, on),
    intake: { latest: () => undefined },
    health: { of: () => ({ state: 'online' }) },
    inputs: { find: () => undefined },
    schedules: {
      ...{
        list: () => schedules,
        boostOf: () => null,
        change: none,
        holidays: () => [],
        listen: () => () => undefined,
      },
    },
    settings: { get: () => ({ spread: 0.4, limitW: null }), load: none, keep: none },
    events: { emit: () => undefined },
    store: { states: async () => [], keep: none, decided: none, finished: none, forget: none },
  } as unknown as PlansDeps;
  return { plans: new Plans(deps), forecasts, account: ACCOUNT, device: 1 };
}

const driver: Driver = {
  ...{ family: 'bench', capabilities: { read: 'poll', switch: true, schedule: 'window' }, safeState: '' },
  switch: async () => undefined,
  setWindow: async (_device, periods) => ({ keeps: 'windows', until: periods.at(-1)?.[1] ?? null }),
};

function statesOf(clock: ManualClock, on: Map<number, boolean>) {
  return {
    desired: (id: number) => ({ on: on.get(id) ?? false, by: 'schedule', why: '', at: 0, reached: 0 }),
    reported: (id: number) => ({ on: on.get(id) ?? false, at: clock.seconds() }),
    keepsTimes: () => undefined,
    followsOwnTimes: () => false,
    want: async (id: number, state: boolean) => {
      on.set(id, state);
      return { done: true };
    },
  };
}

function deviceOf(id: number): Device {
  return {
    id,
    account: ACCOUNT,
    family: 'bench',
    identity: `d${id}`,
    name: `d${id}`,
    enabled: true,
  } as unknown as Device;
}

/** Every third in one piece, some with rules of compressors, deadlines through the morning. */
function scheduleOf(id: number): KeptSchedule {
  const minutes = String((id % 4) * 15).padStart(2, '0');
  const rules = id % 3 === 0 ? {} : { interruptible: true, ...(id % 2 === 0 ? { minRun: 1200, minRest: 600 } : {}) };
  const need = { kind: 'time', seconds: 3600 + (id % 7) * 1800 };
  return {
    ...parseSchedule({ device: id, readyBy: `0${5 + (id % 5)}:${minutes}`, powerW: 2000, need, ...rules }),
    id,
    account: ACCOUNT,
  };
}

function bandedPrices(): TickHome['forecasts'] {
  const listeners = new Set<(account: number, source: string) => void>();
  let tariff = tariffAt(0);
  let round = 0;
  return {
    combined(_account, _mix, from, to): Forecast {
      const start = Math.floor(from / STEP_S) * STEP_S;
      const profile: (number | null)[] = new Array(Math.ceil((to - start) / STEP_S)).fill(null);
      for (const span of tariffSpans({ tariff, zone: ZONE, slotsOf: () => undefined }, start, to))
        for (let at = Math.max(start, span.start); at < Math.min(span.end, to); at += STEP_S)
          profile[Math.floor((at - start) / STEP_S)] = span.value;
      const provenance = { source: 'bench', fetched: null, stale: false, fault: null };
      return { name: 'tariff', unit: 'price', optimise: 'min', start, interval: STEP_S, profile, provenance };
    },
    sources: () => [{ name: 'tariff', unit: 'price' }],
    carbonSource: () => null,
    listen(listener): Disposer {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    revise() {
      round += 1;
      tariff = tariffAt(round % 2);
      for (const listener of listeners) listener(ACCOUNT, 'tariff');
    },
  };
}

/** Another price every hour; every other revision turns the night round. */
function tariffAt(turn: number): Tariff {
  const bands = Array.from({ length: 24 }, (_, hour) => {
    const clock = (at: number) => `${String(at % 24).padStart(2, '0')}:00`;
    return { from: clock(hour), to: clock(hour + 1), price: ((hour * 7 + turn * 5) % 24) * 0.01 * MICRO };
  });
  const price = { kind: 'bands', bands, otherwise: 0.3 * MICRO };
  return parseTariff({ currency: 'GBP', versions: [{ from: '2020-01-01', import: price }] });
}

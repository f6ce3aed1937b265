import type { Device, DeviceModel } from '../device.ts';
import type { DeviceHealth } from '../device-health.ts';
import type { DeviceIntake } from '../device-intake.ts';
import type { DeviceStates } from '../device-states.ts';
import type { Input } from '../input.ts';
import { socOf } from '../schedule/need.ts';
import { type Occurrence, occurrenceAt } from '../schedule/occurrence.ts';
import type { KeptSchedule, Need, Schedule } from '../schedule/schedule.ts';
import { type InForce, inForce, keyOf } from './in-force.ts';
import type { Seen } from './observe.ts';
import type { Prices } from './prices.ts';
import type { Schedules } from './rules.ts';
import type { RunState } from './run-state.ts';

export interface LookDeps {
  readonly devices: Pick<DeviceModel, 'find' | 'list' | 'all'>;
  readonly states: Pick<DeviceStates, 'desired' | 'reported'>;
  readonly intake: Pick<DeviceIntake, 'latest'>;
  readonly health: Pick<DeviceHealth, 'of'>;
  readonly inputs: { find(id: number): Input | undefined };
  readonly schedules: Schedules;
  readonly zone: (account: number) => string;
}

/** Figures that are older than this are not of now. */
const FRESH_S = 600;

/** What may only begin later than that is nobody's business yet: a schedule may be paused for years. */
const SOON_S = 8 * 86_400;

/** Which schedule counts for a device at a moment, and its next deadline. */
export function scheduleNow(
  { schedules, zone }: LookDeps,
  device: Device,
  state: RunState,
  now: number,
): InForce | null {
  const own = schedules.list(device.account).filter((schedule) => schedule.device === device.id);
  const soon = (schedule: KeptSchedule) => {
    const occurrence = nextOf(schedules, zone(device.account), schedule, device.account, now);
    return occurrence && occurrence.from - now <= SOON_S ? occurrence : null;
  };
  return inForce(own, soon, (one) => isServed(state, one));
}

/** Whether nothing is left to run for the deadline. A battery may have lost charge since, so its schedule never is. */
function isServed({ runs }: RunState, { schedule, occurrence }: InForce): boolean {
  const run = occurrence && runs.find(({ key }) => key === keyOf({ schedule, occurrence }));
  if (!run || schedule.need.kind === 'charge') return false;
  return run.given || (run.delivered > 0 && run.need - run.delivered < LEAST_S);
}

/** The next deadline of a schedule of the household. */
export function nextOf(
  schedules: Schedules,
  zone: string,
  schedule: Schedule,
  account: number,
  now: number,
): Occurrence | null {
  return occurrenceAt(schedule, now, zone, schedules.holidays(account));
}

/** What a device draws while it runs: as its schedule says, else what it draws now or drew when it ran last. */
export function powerOf(schedule: Schedule | null, drawW: number | null, learnt: number | null): number | null {
  return schedule?.powerW ?? (drawW !== null && drawW >= LEAST_W ? Math.round(drawW) : learnt);
}

/** What it measures now; null where it says nothing, or long ago. */
export function drawOf({ intake }: Pick<LookDeps, 'intake'>, device: number, now: number): number | null {
  const latest = intake.latest(device);
  return latest && now - latest.time <= FRESH_S ? (latest.values.power_w ?? null) : null;
}

/** State of charge, 0 to 1, where the need has one that is told. */
export function chargeOf({ inputs }: Pick<LookDeps, 'inputs'>, account: number, need: Need, now: number) {
  if (need.kind !== 'charge' || !('input' in need.current)) return null;
  const input = inputs.find(need.current.input);
  const soc = input?.account === account ? socOf(input, now) : null;
  return { soc, told: input?.time ?? null, full: soc !== null && soc >= need.target };
}

export interface Glance {
  readonly now: number;
  readonly elapsed: number | null;
  readonly schedule: Schedule | null;
  readonly powerW: number | null;
  readonly prices: Prices;
  /** Its last switch did not reach it. */
  readonly failed: boolean;
}

/** What is seen of the device; null while it is away, so that it is made up for when it is back. */
export function seenOf(deps: LookDeps, device: Device, glance: Glance): Seen | null {
  const { id, account } = device;
  const { now, elapsed, schedule, powerW, prices } = glance;
  if (deps.health.of(id).state === 'offline') return null;
  const charge = schedule ? chargeOf(deps, account, schedule.need, now) : null;
  const desired = deps.states.desired(id);
  return {
    ...{ now, elapsed, powerW, charge },
    on: deps.states.reported(id)?.on ?? (glance.failed ? null : (desired?.on ?? null)),
    counter: deps.intake.latest(id)?.values.energy_wh ?? null,
    drawW: drawOf(deps, id, now),
    prices,
  };
}

/** Less than that is not worth another start. */
const LEAST_S = 60;
/** A device that draws less is not running. */
const LEAST_W = 5;

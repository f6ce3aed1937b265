import { HubError } from '../../lib/errors.ts';
import type { Device } from '../device.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Input } from '../input.ts';
import { hasSwitch } from '../switchable.ts';
import type { Schedule } from './schedule.ts';

/** What a schedule refers to. */
export interface ScheduleWorld {
  readonly devices: { find(id: number): Device | undefined };
  readonly inputs: { find(id: number): Input | undefined };
  readonly drivers: ReadonlyMap<string, Driver>;
  /** The household's forecasts. */
  readonly sources: (account: number) => readonly { readonly name: string }[];
  /** The household's time zone. */
  readonly zone: (account: number) => string;
}

/**
 * Throws HUB_BAD_REQUEST with a sentence for a schedule that means nothing in this household. What it refers to is only looked at where
 * that is other than `before`: a device or forecast that went away meanwhile keeps nobody from changing the rest.
 */
export function checkSchedule(world: ScheduleWorld, account: number, schedule: Schedule, before?: Schedule): void {
  const problem =
    (schedule.device === before?.device ? null : deviceProblem(world, account, schedule.device)) ??
    needProblem(world, account, schedule, before) ??
    mixProblem(world, account, schedule, before) ??
    timeProblem(schedule);
  if (problem !== null) throw new HubError('HUB_BAD_REQUEST', { sentence: problem });
}

function deviceProblem({ devices, drivers }: ScheduleWorld, account: number, id: number): string | null {
  const device = devices.find(id);
  if (device?.account !== account) return `Device ${id} does not exist.`;
  if (!hasSwitch(drivers, device)) return `${device.name} cannot be switched, so it cannot have a schedule.`;
  return null;
}

function needProblem({ inputs }: ScheduleWorld, account: number, schedule: Schedule, before?: Schedule): string | null {
  const known = before ? inputsOf(before) : [];
  const unknown = inputsOf(schedule).find((id) => !known.includes(id) && inputs.find(id)?.account !== account);
  return unknown === undefined ? null : `Input ${unknown} does not exist, so nothing tells the state of charge.`;
}

/** The inputs that tell a state of charge. */
function inputsOf({ need, changes }: Schedule): number[] {
  const needs = [need, ...Object.values(changes).map((change) => change.need)];
  return needs.flatMap((each) => (each?.kind === 'charge' && 'input' in each.current ? [each.current.input] : []));
}

function mixProblem({ sources }: ScheduleWorld, account: number, { mix }: Schedule, before?: Schedule): string | null {
  const known = [
    ...OWN,
    ...sources(account).map(({ name }) => name),
    ...(before?.mix ?? []).map(({ source }) => source),
  ];
  const unknown = mix.find(({ source }) => !known.includes(source));
  return unknown ? `There is no forecast ${unknown.source}.` : null;
}

/** Forecasts that need not be set up. */
const OWN = ['tariff', 'flat'];

function timeProblem({
  mode,
  readyBy,
  within,
  ahead,
  repeat,
  once,
  timer,
  need,
  interruptible,
  ...rules
}: Schedule): string | null {
  if (mode === 'timer' && timer.length === 0) return 'A timer needs at least one time at which the device is on.';
  if (mode !== 'smart') return null;
  if (readyBy === null && within === null) return 'Say by when it has to be ready, or within how many hours.';
  if (!repeat && once === null) return 'Say on which days it repeats, or the one day on which it is to be done.';
  if (!repeat && within === null && readyBy === null)
    return 'A schedule for one day needs a time by which it is ready.';
  if (need.kind !== 'time') return null;
  const hours = (seconds: number) => `${Math.round(seconds / 36) / 100} h`;
  if (within !== null && need.seconds > within)
    return `It runs for ${hours(need.seconds)}, which is more than the ${hours(within)} within which it is to be done.`;
  if (within === null && ahead !== null && need.seconds > ahead)
    return `It runs for ${hours(need.seconds)}, but may begin only ${hours(ahead)} before its deadline: let it begin earlier.`;
  const { minRun, maxStarts, blocks } = rules;
  if (interruptible && blocks !== null && minRun * blocks > need.seconds)
    return `${blocks} runs of at least ${hours(minRun)} each are more than the ${hours(need.seconds)} it has to run.`;
  if (interruptible && blocks !== null && maxStarts !== null && blocks > maxStarts)
    return `${blocks} runs need ${blocks} starts, and at most ${maxStarts} are allowed.`;
  return null;
}

import { type Draw, exceeds, levelsOf } from '../planner/load.ts';
import type { Period } from '../planner/problem.ts';
import type { Supply } from '../planner/together.ts';
import { drawsOf, planHousehold, type Wish } from './joint.ts';
import { type Cause, causeToReplan, type Kept, remaining } from './replan.ts';
import type { Turn } from './turn.ts';

export interface Household {
  readonly now: number;
  readonly limitW: number | null;
  /** What the house draws beside its planned devices. */
  readonly background: readonly Draw[];
  /** New prices have come. */
  readonly revised: boolean;
}

export interface Made {
  readonly device: number;
  readonly cause: Cause;
  readonly kept: Kept;
}

/** A device whose power nobody knows is taken to draw as much, kW, where the household has a limit. */
const UNKNOWN_KW = 2;

/**
 * The plans that have to be made anew, and only those: without a limit each device for itself; with one all devices that wait
 * as soon as one of them has a cause. Runs in one piece that have begun, and what a person has switched on, stay as they are.
 */
export function settle(turns: readonly Turn[], kept: ReadonlyMap<number, Kept>, house: Household): Made[] {
  const free = turns.filter(({ problem, state }) => problem !== null && state.override === null);
  const causes = new Map(free.map((turn) => [turn.device.id, causeOf(turn, kept, house.revised)]));
  const { limitW, now } = house;
  const supply =
    limitW === null ? null : { limit: limitW / 1000, others: [...house.background, ...fixedDraws(turns, now)] };
  const isDue = [...causes.values()].some((cause) => cause !== null);
  const together = supply !== null && (isDue || isOver(free, kept, supply, now));
  const chosen = free.filter(({ device }) => together || causes.get(device.id) !== null);
  if (chosen.length === 0) return [];
  const settled = planHousehold(chosen.map(wishOf), supply);
  return chosen.flatMap((turn): Made[] => {
    const one = settled.get(turn.device.id);
    if (!one || !turn.problem) return [];
    const cause = causes.get(turn.device.id) ?? 'limit';
    const { problem, unit, powerW, state } = turn;
    const made = { ...one, problem, unit, powerW, run: state.current ?? '', rules: rulesText(turn), madeAt: now };
    const before = kept.get(turn.device.id);
    return before && causes.get(turn.device.id) === null && same(before, made)
      ? []
      : [{ device: turn.device.id, cause, kept: made }];
  });
}

/** Whether what is planned would draw more than the household may: its limit is another one, or the house draws more than it did. */
function isOver(free: readonly Turn[], kept: ReadonlyMap<number, Kept>, supply: Supply, now: number): boolean {
  const planned = free.flatMap(({ device, powerW }) =>
    drawsOf(remaining(kept.get(device.id)?.plan.periods ?? [], now), kWOf(powerW)),
  );
  const over = levelsOf([...(supply.others ?? []), ...planned]).filter(({ kW }) => exceeds(kW, supply.limit));
  return over.some(({ start, end }) => planned.some(([from, to]) => start < to && from < end));
}

function causeOf(turn: Turn, kept: ReadonlyMap<number, Kept>, revised: boolean): Cause | null {
  const { device, state, problem } = turn;
  if (!problem) return null;
  const awaited = state.said?.on === true && state.said.kind === 'run' && state.on !== true;
  return causeToReplan(kept.get(device.id), {
    ...{ run: state.current ?? '', rules: rulesText(turn) },
    problem,
    revised,
    awaited,
  });
}

/** All of a problem that a person decides. */
function rulesText({ problem }: Turn): string {
  if (!problem) return '';
  const { readyBy, interruptible, minRun, minRest, blocks, never, optimise, limit } = problem;
  return JSON.stringify([readyBy, interruptible, minRun, minRest, blocks, never, optimise, limit]);
}

function wishOf({ device, problem, powerW, force }: Turn): Wish {
  if (!problem) throw new Error('a device without a problem has nothing to plan');
  return { device: device.id, problem, kW: kWOf(powerW), priority: force?.schedule.priority ?? 5 };
}

/** What devices draw whatever is planned. */
function fixedDraws(turns: readonly Turn[], now: number): Draw[] {
  return turns.flatMap(({ cycle, left, powerW, boost, state }): Draw[] => {
    const until = cycle
      ? now + left
      : boost && boost.until > now
        ? boost.until
        : state.override?.on
          ? state.override.until
          : now;
    return until > now ? drawsOf([[now, until]], kWOf(powerW)) : [];
  });
}

function kWOf(powerW: number | null): number {
  return powerW === null ? UNKNOWN_KW : powerW / 1000;
}

function same(before: Kept, made: Kept): boolean {
  const ahead = (periods: readonly Period[]) => JSON.stringify(remaining(periods, made.madeAt));
  return ahead(before.plan.periods) === ahead(made.plan.periods);
}

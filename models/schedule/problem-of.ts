import type { Forecast } from '../forecast/forecast.ts';
import type { Period, Problem } from '../planner/problem.ts';
import { isMeasured, type Missing, missingFor, secondsNeeded } from './need.ts';
import { LATER_S, type Occurrence } from './occurrence.ts';
import { joined } from './windows.ts';

export interface Situation {
  readonly occurrence: Occurrence;
  /** What the schedule's mix says from now to the deadline. */
  readonly forecast: Forecast;
  /** The tariff alone, for a price ceiling of a schedule that is planned by something else as well. */
  readonly price?: Forecast;
  /** For a carbon ceiling. */
  readonly carbon?: Forecast;
  /** Unix seconds. */
  readonly now: number;
  /** Seconds it has run for this occurrence; with a state of charge from an input: since that was told. */
  readonly delivered: number;
  /** It is on since so many seconds. */
  readonly running?: number;
  /** It is off since so many seconds. */
  readonly rested?: number;
  /** How often it was started for this occurrence. */
  readonly starts?: number;
  /** In [0, 1), kept by each home. */
  readonly spread?: number;
  /** As measured, where the schedule does not say; null: not known. */
  readonly powerW?: number | null;
  /** State of charge, 0 to 1; null: not known. */
  readonly soc?: number | null;
  /** Seconds it has run for this occurrence since its target was reached; absent: it has not been charged for it. */
  readonly atTarget?: number;
}

/** What cannot be planned for want of knowing something. */
export interface Unknown {
  readonly missing: Missing | 'price' | 'carbon';
}

/** What the planner has to solve for the occurrence; `done` where nothing is left to run. */
export function problemOf(situation: Situation): Problem | { done: true } | Unknown {
  const { occurrence, forecast, now, delivered, running, rested, spread } = situation;
  const { schedule, readyBy, from } = occurrence;
  const known = { ...situation, powerW: schedule.powerW ?? situation.powerW ?? null };
  const needed = secondsNeeded(schedule.need, known);
  if (needed === null) return { missing: missingFor(schedule.need, known) ?? 'power' };
  const run = Math.ceil(needed - (needed > 0 || !isMeasured(schedule.need) ? delivered : 0));
  if (run <= 0) return { done: true };
  const ceilings = ceilingsOf(situation);
  if ('missing' in ceilings) return ceilings;
  const { start, interval, optimise } = forecast;
  const profile = ceilings.limit === undefined ? figuresOf(forecast) : forecast.profile;
  const never = joined([...occurrence.never, ...occurrence.neverAfter, ...ceilings.never]);
  return {
    ...{ start, interval, profile, optimise, readyBy, run },
    now: Math.ceil(Math.max(now, from)),
    interruptible: schedule.interruptible,
    ...rulesOf(situation),
    ...(never.length === 0 ? {} : { never }),
    ...(ceilings.limit === undefined ? {} : { limit: ceilings.limit }),
    ...(running === undefined ? {} : { running }),
    ...(rested === undefined ? {} : { rested }),
    ...(spread === undefined ? {} : { spread }),
  };
}

/** What is known, and where nothing is what is usual: so a car waits for the night before its prices are out. No ceiling goes by it. */
function figuresOf({ profile, expected }: Forecast): readonly (number | null)[] {
  if (!expected) return profile;
  const count = Math.max(profile.length, expected.length);
  return Array.from({ length: count }, (_, at) => profile[at] ?? expected[at] ?? null);
}

function rulesOf({ occurrence, running, starts = 0 }: Situation): Partial<Problem> {
  const { minRun, minRest, maxStarts, blocks, interruptible } = occurrence.schedule;
  if (!interruptible) return {};
  // A run that goes on is no start; what is left after the last block takes one more.
  const fewest = running === undefined ? 1 : 0;
  return {
    ...(minRun === 0 ? {} : { minRun }),
    ...(minRest === 0 ? {} : { minRest }),
    ...(maxStarts === null ? {} : { maxStarts: Math.max(0, maxStarts - starts) }),
    ...(blocks === null ? {} : { blocks: Math.max(fewest, blocks - starts) }),
  };
}

interface Ceilings {
  readonly limit?: number;
  readonly never: readonly Period[];
}

/** A ceiling is never crossed, so time whose price or carbon is not known is not used either. */
function ceilingsOf({ occurrence, forecast, price, carbon }: Situation): Ceilings | Unknown {
  const { ceiling, mix } = occurrence.schedule;
  const dear = ceiling.price === undefined ? undefined : ceiling.price / 1_000_000;
  const isPlain = mix.length === 0 || (mix.length === 1 && mix[0]?.weight === 1);
  const limits = isPlain && forecast.optimise === 'min';
  const byPrice = dear !== undefined && limits && forecast.unit === 'price';
  const byCarbon = ceiling.carbon !== undefined && limits && forecast.unit === 'carbon';
  const never: Period[] = [];
  if (dear !== undefined && !byPrice) {
    if (price?.unit !== 'price') return { missing: 'price' };
    never.push(...above(price, dear, occurrence));
  }
  if (ceiling.carbon !== undefined && !byCarbon) {
    if (carbon?.unit !== 'carbon') return { missing: 'carbon' };
    never.push(...above(carbon, ceiling.carbon, occurrence));
  }
  if (byPrice) return { limit: dear, never };
  return byCarbon && ceiling.carbon !== undefined ? { limit: ceiling.carbon, never } : { never };
}

/** When the figure is above the ceiling or not known, from the occurrence's beginning to the last deadline that is thought of. */
function above({ start, interval, profile }: Forecast, ceiling: number, { from, readyBy }: Occurrence): Period[] {
  const end = start + interval * profile.length;
  const last = readyBy + LATER_S;
  const over = profile.flatMap((value, index): Period[] => {
    const at = start + index * interval;
    return value === null || value > ceiling ? [[at, at + interval]] : [];
  });
  const around: Period[] = [
    [from, Math.min(start, last)],
    [Math.max(end, from), last],
  ];
  return joined([...around, ...over].filter(([a, b]) => a < b));
}

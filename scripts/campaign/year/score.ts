import { DateTime } from 'luxon';
import { plan } from '../../../models/planner/plan.ts';
import { isPlan, type Problem } from '../../../models/planner/problem.ts';
import { occurrenceAt } from '../../../models/schedule/occurrence.ts';
import type { Schedule } from '../../../models/schedule/schedule.ts';
import { CAR, HEATER, type Home, WASHER } from './home.ts';
import { type Prices, SLOT_S, ZONE } from './prices.ts';
import { costOfRunning, type Stretch, type Watch } from './watch.ts';

/** A deadline and what came of it. */
export interface Deadline {
  readonly device: string;
  /** From then on it could run: its occurrence was open, and a car was there. */
  readonly from: number;
  readonly readyBy: number;
  readonly need: number;
  readonly ran: number;
  readonly starts: number;
  /** Pounds: what the device did. */
  readonly cost: number;
  /** The least that was possible for who knew from `from` on what would be published, and for who knew it once it was. */
  readonly least: number;
  readonly leastOut: number;
  readonly feasible: boolean;
  readonly missed: boolean;
}

export interface Score {
  readonly deadlines: readonly Deadline[];
  readonly cuts: readonly string[];
  readonly overCap: readonly string[];
}

/** What a car lacked, in seconds, whenever it came home and at each 08:00. */
export type Lacks = readonly (readonly [at: number, seconds: number, isHome: boolean])[];

/** Less than so many seconds too few is no miss: plugs keep whole minutes, and less than a minute is not worth a start. */
const SLACK_S = 90;
/** What the washing machine's programme really takes of the time it is given. */
const CYCLE_S = WASHER.seconds - 60;

/** Compares what the devices did from `from` to `to` with the best that could have been done. */
export function score(
  home: Home,
  watches: Readonly<Record<'heater' | 'washer' | 'car', Watch>>,
  lacks: Lacks,
  prices: Prices,
  [from, to]: readonly [from: number, to: number],
): Score {
  const { heater, washer, car } = home.schedules;
  const span = [from, to] as const;
  const deadlines = [
    ...occurrences(heater, span).map((one) => deadline('heater', watches.heater, one, HEATER, heater, prices)),
    ...occurrences(washer, span).map((one) => deadline('washer', watches.washer, one, WASHER, washer, prices)),
    ...occurrences(car, span).flatMap((one) => {
      const own = whenHome(one, lacks);
      return own ? [deadline('car', watches.car, own.span, { ...CAR, seconds: own.need }, car, prices)] : [];
    }),
  ];
  const caps = { heater: HEATER.starts, washer: WASHER.starts, car: CAR.starts } as Readonly<Record<string, number>>;
  const overCap = deadlines.filter(({ device, starts }) => starts > (caps[device] ?? 0)).map(told);
  const cuts = watches.washer
    .within(from, to)
    .filter(([start, end]) => end - start < CYCLE_S && end < to && start > from)
    .map(([start, end]) => `washer: ${end - start} s from ${stamp(start)}`);
  return { deadlines, overCap, cuts };
}

type Span = readonly [from: number, readyBy: number];

function occurrences(schedule: Schedule, [from, to]: Span): Span[] {
  const all: Span[] = [];
  for (let at = from; ; ) {
    const one = occurrenceAt(schedule, at, ZONE, []);
    if (!one || one.readyBy > to) return all;
    if (one.from >= from) all.push([one.from, one.readyBy]);
    at = one.readyBy;
  }
}

/** From when it was there for good, and what it lacked then. */
function whenHome([from, readyBy]: Span, lacks: Lacks): { span: Span; need: number } | null {
  const before = lacks.filter(([at]) => at >= from && at < readyBy);
  // Out in between: what counts is when it came home last.
  const home = before.some(([, , isHome]) => !isHome) ? before.filter(([, , isHome]) => isHome).at(-1) : before[0];
  if (!home?.[2]) return null;
  const [at, need] = home;
  return { span: [Math.max(from, at), readyBy], need };
}

function deadline(
  device: string,
  watch: Watch,
  [from, readyBy]: Span,
  { watts, seconds }: { watts: number; seconds: number },
  schedule: Schedule,
  prices: Prices,
): Deadline {
  const ran = watch.ran(from, readyBy);
  const feasible = seconds <= readyBy - from;
  const need = Math.ceil(Math.min(seconds, readyBy - from));
  const best = need > 0 ? plan(problemOf(schedule, prices, { now: from, readyBy, run: need })) : null;
  const runs = best && isPlan(best) ? best.periods : [];
  const pounds = (time: number) => prices.poundsAt(time);
  const kW = watts / 1000;
  return {
    ...{ device, from, readyBy, need, ran, feasible, missed: feasible && ran < need - SLACK_S },
    starts: watch.starts(from, readyBy),
    cost: kW * costOfRunning(watch.within(from, readyBy), pounds),
    least: kW * costOfRunning(runs, pounds),
    leastOut: kW * costOfRunning(onceOut(watch, [from, readyBy], need, schedule, prices), pounds),
  };
}

/** What it did until all of its prices were out, and from then on the best for what was left. */
function onceOut(watch: Watch, [from, readyBy]: Span, need: number, schedule: Schedule, prices: Prices): Stretch[] {
  const now = Math.ceil(prices.outBy(from, readyBy));
  const done = watch.within(from, now);
  const run = Math.ceil(need - watch.ran(from, now));
  if (run <= 0) return done;
  const since = watch.within(from, now + 1).find(([start, end]) => start < now && end > now)?.[0];
  if (since !== undefined && !schedule.interruptible) return [...done, [now, now + run]];
  const last = done.at(-1)?.[1];
  const before = since !== undefined ? { running: now - since } : last !== undefined ? { rested: now - last } : {};
  const starts = watch.starts(from, now);
  const rest = plan({ ...problemOf(schedule, prices, { now, readyBy, run }, starts), ...before });
  return isPlan(rest) ? [...done, ...rest.periods] : watch.within(from, readyBy);
}

function problemOf(
  { interruptible, minRun, maxStarts }: Schedule,
  prices: Prices,
  times: { readonly now: number; readonly readyBy: number; readonly run: number },
  starts = 0,
): Problem {
  return {
    ...{ ...prices.profile(times.now, times.readyBy), interval: SLOT_S, optimise: 'min', ...times },
    ...{ interruptible, ...(interruptible && minRun > 0 ? { minRun } : {}) },
    ...(interruptible && maxStarts !== null ? { maxStarts: Math.max(0, maxStarts - starts) } : {}),
  };
}

/** One deadline in a line. */
export function told({ device, from, readyBy, need, ran, starts, cost, least }: Deadline): string {
  const money = `£${cost.toFixed(3)} instead of £${least.toFixed(3)}`;
  return `${device} ${stamp(from)} to ${stamp(readyBy)}: ran ${ran} of ${need} s with ${starts} starts for ${money}`;
}

export function stamp(time: number): string {
  return DateTime.fromSeconds(time, { zone: ZONE }).toFormat('yyyy-MM-dd HH:mm:ss');
}

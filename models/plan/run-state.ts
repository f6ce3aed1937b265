import { z } from 'zod';
import type { Period } from '../planner/problem.ts';

const period = z.tuple([z.number(), z.number()]);
/** Money in the currency's main unit and grams of CO2; null where nobody knows. */
const worth = z.object({ money: z.number().nullable(), carbon: z.number().nullable() });

const run = z.object({
  key: z.string(),
  day: z.string(),
  from: z.number(),
  readyBy: z.number(),
  /** When the hub first planned it, Unix seconds. */
  opened: z.number(),
  /** Seconds it was on for this deadline. */
  delivered: z.number(),
  /** What it used meanwhile; null where nobody measures it. */
  wh: z.number().nullable(),
  starts: z.number(),
  /** Seconds it has to run in all, as last known. */
  need: z.number(),
  interruptible: z.boolean(),
  /** A run in one piece has started and goes on until it is done. */
  begun: z.boolean(),
  /** Seconds it was planned to run in all when it began. */
  goal: z.number().nullable(),
  /** A person has stopped a run in one piece: it is not begun again. */
  given: z.boolean(),
  /** When its state of charge was told last, the seconds it was on since, and since the target was reached. */
  charge: z.object({ told: z.number().nullable(), since: z.number(), atTarget: z.number().nullable() }),
  /** When it was on. */
  spans: z.array(period),
  /** What running at once when the occurrence opened would have cost, and what it did cost. */
  atOnce: worth,
  /** Seconds that were to run then. */
  asked: z.number(),
  spent: worth,
  powerW: z.number().nullable(),
  /** Its deadline is over, and all that was to be done then is. */
  closed: z.boolean().default(false),
});

const state = z.object({
  device: z.number(),
  account: z.number(),
  /** Key of the occurrence it is about. */
  current: z.string().nullable(),
  runs: z.array(run),
  /** Whether it was on when last looked at, and for how many seconds it had been so. */
  on: z.boolean().nullable(),
  lasted: z.number(),
  /** Unix seconds up to which its running is counted. */
  counted: z.number(),
  /** Its energy counter then. */
  counter: z.number().nullable(),
  /** What a person wants instead, until when. `wished`: when that person said so. */
  override: z
    .object({ on: z.boolean(), by: z.string(), wished: z.number(), from: z.number(), until: z.number() })
    .nullable(),
  /** What the schedule wanted last, and the kind of its reason. */
  said: z.object({ on: z.boolean(), at: z.number(), kind: z.string() }).nullable(),
  /** End of the boost that was heeded last, and how the device was before it. */
  boost: z.number().nullable(),
  before: z.boolean().nullable(),
  /** What it drew when it ran last, W. */
  learntW: z.number().nullable(),
  /** The periods the device itself was given last, and what it keeps of them. */
  window: z
    .object({
      periods: z.array(period),
      keeps: z.enum(['windows', 'end', 'none']),
      until: z.number().nullable(),
      /** It was switched since, so it does not go by them. */
      left: z.boolean().default(false),
    })
    .nullable(),
  alarm: z.object({ since: z.number(), fault: z.string() }).nullable(),
});

/** One occurrence, as far as it has come. */
export type Run = z.infer<typeof run>;
export type Worth = z.infer<typeof worth>;

/** What is kept of a device over a restart of the hub. */
export type RunState = z.infer<typeof state>;

/** Occurrences that are remembered, so that a clock that is set back runs none of them twice. */
const MOST_RUNS = 20;

/** Throws ZodError. */
export function parseRunState(value: unknown): RunState {
  return state.parse(value);
}

/** The state of a device of which nothing is known yet. */
export function newRunState(device: number, account: number, now: number): RunState {
  return {
    ...{ device, account, current: null, runs: [], on: null, lasted: 0, counted: now, counter: null },
    ...{ override: null, said: null, boost: null, before: null, learntW: null, window: null, alarm: null },
  };
}

/** The occurrence the device is about. */
export function currentRun({ current, runs }: RunState): Run | undefined {
  return runs.find(({ key }) => key === current);
}

/** Runs whose deadline has passed and that are to be brought to their end: written down, and completed as their schedule says. */
export function overRuns({ current, runs }: RunState, now: number): Run[] {
  return runs.filter(({ key, readyBy, closed }) => !closed && key !== current && readyBy <= now);
}

/** The state with the current occurrence changed. */
export function withRun(state: RunState, change: Partial<Run>): RunState {
  const runs = state.runs.map((one) => (one.key === state.current ? { ...one, ...change } : one));
  return { ...state, runs };
}

/** Makes an occurrence the current one; what is known of it already stays. */
export function openRun(
  state: RunState,
  fresh: Pick<Run, 'key' | 'day' | 'from' | 'readyBy' | 'need' | 'powerW' | 'interruptible'>,
  now: number,
): RunState {
  const known = state.runs.some(({ key }) => key === fresh.key);
  const none = { money: null, carbon: null };
  const added: Run = {
    ...{ ...fresh, opened: now, delivered: 0, wh: null, starts: 0, begun: false, goal: null, given: false, spans: [] },
    charge: { told: null, since: 0, atTarget: null },
    ...{ atOnce: none, asked: 0, spent: { money: 0, carbon: 0 }, closed: false },
  };
  const open = (one: Run) => (one.key === fresh.key ? { ...one, closed: false } : one);
  const runs = known ? state.runs.map(open) : [...state.runs, added].slice(-MOST_RUNS);
  return { ...state, current: fresh.key, runs };
}

/** The time it was on with another stretch of it. */
export function withSpan(spans: readonly Period[], [from, to]: Period): [number, number][] {
  const last = spans.at(-1);
  const copy = spans.map(([start, end]): [number, number] => [start, end]);
  if (!last || from > last[1] + JOIN_S || to < last[0]) return [...copy, [from, to]];
  copy[copy.length - 1] = [last[0], Math.max(last[1], to)];
  return copy;
}

/** Stretches that are no further apart are one. */
const JOIN_S = 5;

import type { Period } from '../planner/problem.ts';
import { type Prices, worthOf } from './prices.ts';
import { currentRun, type Run, type RunState, withRun, withSpan } from './run-state.ts';

/** What is seen of a device when it is looked at. */
export interface Seen {
  /** Unix seconds. */
  readonly now: number;
  /** Seconds since it was looked at last, by a clock that nobody sets; null after a restart of the hub. */
  readonly elapsed: number | null;
  /** null: nobody knows. */
  readonly on: boolean | null;
  /** Its own energy counter, Wh. */
  readonly counter: number | null;
  /** What it draws now, W. */
  readonly drawW: number | null;
  /** What it draws while it runs, W. */
  readonly powerW: number | null;
  /** Of the time since it was looked at last. */
  readonly prices: Prices;
  /** What its state of charge is, when that was told, and whether it is enough; null: it has none. */
  readonly charge: { readonly told: number | null; readonly full: boolean } | null;
}

/** A gap in watching that is longer than this says nothing any more. */
export const LONGEST_GAP_S = 2 * 86_400;
/** Looked at so often, a device that is on has been on since it was looked at last. */
const CLOSE_S = 150;

/**
 * Counts what a device did since it was looked at last for the current occurrence. Seconds are those of a clock nobody sets, so
 * a wall clock that jumps counts nothing twice. After a gap (the hub was away, or the device) its counter of energy tells how
 * long it ran; else it ran in its own windows where it goes by them, and all the time where it is on before and after.
 */
export function observe(state: RunState, seen: Seen): RunState {
  const { now, on, counter } = seen;
  const gone = Math.max(0, seen.elapsed ?? Math.min(now - state.counted, LONGEST_GAP_S));
  const ran = gone === 0 ? 0 : ranFor(state, seen, gone);
  const used = usedWh(state, seen, ran);
  const started = on === true && state.on !== true;
  const same = on === state.on;
  const base: RunState = {
    ...state,
    on,
    counted: now,
    counter: counter ?? state.counter,
    lasted: same ? state.lasted + gone : on === true ? ran : 0,
  };
  const run = currentRun(base);
  if (!run) return base;
  const charge = charged(run, seen, ran);
  if (ran === 0 && !started) return withRun(base, { charge });
  // At the prices of the time in which it ran, not of the moment at which it is counted.
  const long = Math.max(1, ran);
  const watts = used === null ? (ran === 0 ? 0 : seen.powerW) : (used * 3600) / long;
  const each = worthOf(seen.prices, [[now - long, now]], 1000);
  return withRun(base, {
    charge,
    delivered: run.delivered + ran,
    wh: used === null ? run.wh : (run.wh ?? 0) + used,
    starts: run.starts + startsIn(state, seen, gone, started),
    spans: ran > 0 ? withSpan(run.spans, [now - ran, now]) : run.spans,
    spent: {
      money: sum(run.spent.money, each.money, watts),
      carbon: sum(run.spent.carbon, each.carbon, watts),
    },
  });
}

/** How often it was started since: seen now, or by its own times while nobody looked. */
function startsIn(state: RunState, { now, elapsed }: Seen, gone: number, started: boolean): number {
  const seen = started ? 1 : 0;
  const periods = ownWindows(state);
  if ((elapsed !== null && gone <= CLOSE_S) || periods === null) return seen;
  const from = now - gone;
  // One that had begun before is the run that was seen then.
  const own = periods.filter(([start]) => start > from && start <= now).length;
  const missed = state.on !== true && periods.some(([start, end]) => start <= from && from < end) ? 1 : 0;
  return Math.max(seen, own + missed);
}

/** Seconds of the last `gone` in which it ran. */
function ranFor(state: RunState, { now, elapsed, on, counter, powerW }: Seen, gone: number): number {
  if (elapsed !== null && gone <= CLOSE_S) return state.on === true ? gone : 0;
  const rise = counter !== null && state.counter !== null ? counter - state.counter : null;
  if (rise !== null && rise >= 0 && powerW !== null && powerW > 0)
    return Math.min(gone, Math.round((rise / powerW) * 3600));
  if (state.on === true && on === true && ownWindows(state) === null) return gone;
  return ranByItself(state, now - gone, now);
}

/** What the device does without the hub, as far as it was told. */
function ranByItself(state: RunState, from: number, to: number): number {
  const { window, on } = state;
  if (window?.keeps === 'end') return on && window.until !== null ? Math.max(0, Math.min(to, window.until) - from) : 0;
  const periods = ownWindows(state) ?? [];
  return periods.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
}

/** The windows it went by; null: it keeps none, or was switched out of them. */
function ownWindows({ window }: RunState): readonly Period[] | null {
  return window?.keeps === 'windows' && !window.left ? window.periods : null;
}

/** What it used, Wh; null where nobody measures it. A counter that fell has begun anew. */
function usedWh(state: RunState, { counter, drawW }: Seen, ran: number): number | null {
  if (counter !== null && state.counter !== null) return counter >= state.counter ? counter - state.counter : counter;
  return drawW === null ? null : (drawW * ran) / 3600;
}

/** What was charged after the state of charge was told is not in it yet. */
function charged({ charge, delivered }: Run, seen: Seen, ran: number): Run['charge'] {
  if (!seen.charge) return charge;
  const { told, full } = seen.charge;
  const begun = delivered + ran > 0;
  const anew = told === null ? 0 : Math.min(ran, Math.max(0, seen.now - told));
  return {
    told,
    since: told === charge.told ? charge.since + ran : anew,
    atTarget: full && begun ? (charge.atTarget ?? 0) + (charge.atTarget === null ? 0 : ran) : null,
  };
}

/** `each`: of the same time at 1 kW. Once something is not known, nor is the sum. */
function sum(before: number | null, each: number | null, watts: number | null): number | null {
  if (before === null || watts === null || (each === null && watts > 0)) return null;
  return before + ((each ?? 0) * watts) / 1000;
}

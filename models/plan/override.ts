import type { Period } from '../planner/problem.ts';
import { currentRun, type RunState, withRun } from './run-state.ts';

/** What the household wants of a device, and who said so. */
interface Wish {
  readonly on: boolean;
  readonly by: string;
  readonly at: number;
}

/** When a person's wish ends: at the next start or end of a planned run, else at the deadline. */
export interface Edges {
  readonly periods: readonly Period[];
  readonly deadline: number | null;
}

/** The name under which a schedule switches. */
export const SCHEDULE = 'schedule';
/** A clock that is set back by more than this makes until-times mean nothing. */
const SET_BACK_S = 60;

/**
 * A person's switch, wherever it was made, holds until the next edge of the plan: the next start or end of a run that was planned
 * when the person switched, else the deadline. One that stops a run in one piece ends it for this deadline; one that starts it
 * early makes it run from then.
 */
export function heed(state: RunState, wish: Wish | null, edges: Edges, now: number): RunState {
  const kept = over(state, now) ? { ...state, override: null } : state;
  if (!wish || wish.by === SCHEDULE || !kept.said || wish.on === kept.said.on) return kept;
  if (wish.at < kept.said.at || kept.override?.wished === wish.at) return kept;
  if (state.override?.wished === wish.at) return kept;
  const until = edgeAfter(edges, now);
  const next: RunState = { ...kept, override: { on: wish.on, by: wish.by, wished: wish.at, from: now, until } };
  const run = currentRun(next);
  return run?.begun && !wish.on ? withRun(next, { begun: false, given: true }) : next;
}

function over({ override }: RunState, now: number): boolean {
  return override !== null && (now >= override.until || now < override.from - SET_BACK_S);
}

function edgeAfter({ periods, deadline }: Edges, now: number): number {
  const edge = periods.flat().find((time) => time > now);
  return edge ?? Math.max(deadline ?? 0, now + LEAST_S);
}

/** A wish holds at least an hour where nothing is planned. */
const LEAST_S = 3600;

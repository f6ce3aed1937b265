import { isLate, nextFetch } from './pace.ts';
import type { Configured, Provider } from './provider.ts';
import type { SourceHealth } from './source.ts';
import { evenInterval, gapsOf, type Span } from './span.ts';

/** A source in memory: what it is, what is known from it, and how asking goes. */
export interface SourceState {
  readonly id: number;
  readonly account: number;
  readonly name: string;
  readonly provider: Provider;
  readonly configured: Configured;
  /** In order, without overlap. */
  spans: readonly Span[];
  /** Seconds each figure holds, as far as is known. */
  interval: number;
  fetched: number | null;
  attempted: number | null;
  /** Unix seconds before which the server does not want to be asked. */
  wait: number | null;
  /** Fetches that failed since the last that did not. */
  failures: number;
  fault: string | null;
  /** When it is asked next; null where it is never asked. */
  next: number | null;
}

/** A source of which nothing is known yet. */
export function freshState(is: Pick<SourceState, 'id' | 'account' | 'name' | 'provider' | 'configured'>): SourceState {
  const next = is.provider.kind === 'http' ? 0 : null;
  const { interval } = is.configured;
  return { ...is, spans: [], interval, fetched: null, attempted: null, wait: null, failures: 0, fault: null, next };
}

/** From now on these are what is known. */
export function know(state: SourceState, spans: readonly Span[]): void {
  state.spans = spans;
  state.interval = evenInterval(spans) ?? state.configured.interval;
}

/** Decides when the source is asked next. `chance` in [0, 1) keeps many hubs from asking at once. */
export function reschedule(state: SourceState, now: number, chance: number): void {
  if (state.provider.kind === 'http') state.next = nextFetch({ ...state, until: untilOf(state) }, now, chance);
}

/** How a source does, for people and programs. */
export function healthOf(state: SourceState, now: number): SourceHealth {
  const until = untilOf(state);
  const { fetched, attempted, next, fault, spans } = state;
  const computed = state.provider.kind === 'computed';
  return {
    fetched,
    attempted,
    next,
    stale: !computed && isLate({ ...state, until }, now),
    fault,
    until,
    gaps: until === null ? [] : gapsOf(spans, Math.max(now, spans[0]?.start ?? now), until),
  };
}

function untilOf({ spans }: SourceState): number | null {
  return spans.at(-1)?.end ?? null;
}

import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { askSource, type Fetch } from '../../models/forecast/ask-source.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { SourceState } from '../../models/forecast/source-state.ts';
import type { Service } from './service.ts';

export interface ForecastFetcherDeps {
  readonly forecasts: ForecastModel;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_MS = 5000;
/** Prices that a feed brings are looked at so often. */
const READ_MS = 60_000;
const MOST_AT_ONCE = 3;
const STOP_MS = 1000;

/** Fetches forecasts when they are due, a few at a time, and never while somebody waits: whoever decides reads what is there. */
export class ForecastFetcher implements Service {
  readonly name = 'forecasts';
  readonly #deps: ForecastFetcherDeps;
  readonly #open = new Map<SourceState, Promise<void>>();
  #stops: Disposer[] = [];

  constructor(deps: ForecastFetcherDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { clock, forecasts, log } = this.#deps;
    const read = () => {
      forecasts.readAllPrices().catch((error: unknown) => log.warn({ err: error }, 'prices could not be read'));
    };
    const changed = forecasts.listen(() => this.look());
    this.#stops = [changed, clock.every(LOOK_MS, () => this.look()), clock.every(READ_MS, read)];
    this.look();
  }

  /** What is still being asked is left after a moment: its answer comes too late to be kept. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    const late = new Promise<void>((resolve) => {
      this.#deps.clock.after(STOP_MS, resolve);
    });
    await Promise.race([Promise.all(this.#open.values()), late]);
  }

  /** Begins to ask what is due. */
  look(): void {
    for (const state of this.#deps.forecasts.due()) {
      if (this.#open.size >= MOST_AT_ONCE) return;
      if (this.#open.has(state)) continue;
      this.#open.set(
        state,
        this.#ask(state).finally(() => this.#open.delete(state)),
      );
    }
  }

  /** Resolves when nothing is being asked. */
  async idle(): Promise<void> {
    await Promise.all(this.#open.values());
  }

  /** Never rejects. */
  async #ask(state: SourceState): Promise<void> {
    const { forecasts, fetch, clock, log } = this.#deps;
    forecasts.began(state);
    const context = { now: clock.seconds(), zone: forecasts.zoneOf(state.account) };
    try {
      const spans = await askSource(fetch, state.configured, context).catch((error: unknown) => ({ error }));
      if (Array.isArray(spans)) await forecasts.fetched(state, spans);
      else await forecasts.failed(state, spans.error);
    } catch (error) {
      log.warn({ err: error, source: state.name }, 'what a forecast said could not be kept');
    }
  }
}

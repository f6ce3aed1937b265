import type { Forecast } from '../forecast/forecast.ts';
import type { MixPart } from '../schedule/schedule.ts';
import type { Forecasts } from './rules.ts';

export interface ForesightDeps {
  readonly forecasts: Forecasts;
  readonly zone: (account: number) => string;
}

/** Figures are asked for so much further than is needed, so that the next question finds them. */
const FURTHER_S = 2 * 86_400;
/** What begins further back than that is asked for anew, so that little of what is over is kept. */
const OLDEST_S = 3600;
/** A longer time may be laid on a coarser grid, and is asked for as it is. */
const LONGEST_S = 20 * 86_400;

/**
 * Forecasts for plans, which ask for the same time every minute and for every device: what was mixed once is kept until the
 * household's forecasts, tariff or time zone change.
 */
export class Foresight implements Forecasts {
  readonly #deps: ForesightDeps;
  readonly #kept = new Map<number, { zone: string; byMix: Map<string, Forecast> }>();

  constructor(deps: ForesightDeps) {
    this.#deps = deps;
    deps.forecasts.listen((account) => this.#kept.delete(account));
  }

  combined(account: number, mix: readonly MixPart[], from: number, to: number): Forecast {
    if (to - from > LONGEST_S) return this.#deps.forecasts.combined(account, mix, from, to);
    const kept = this.#of(account);
    const name = mix.map(({ source, weight }) => `${weight} ${source}`).join('\n');
    const known = kept.get(name);
    if (known && holds(known, from, to)) return cut(known, from, to);
    const fresh = this.#deps.forecasts.combined(account, mix, from, to + FURTHER_S);
    kept.set(name, fresh);
    return cut(fresh, from, to);
  }

  sources(account: number): ReturnType<Forecasts['sources']> {
    return this.#deps.forecasts.sources(account);
  }

  carbonSource(account: number): string | null {
    return this.#deps.forecasts.carbonSource(account);
  }

  listen(listener: Parameters<Forecasts['listen']>[0]): () => void {
    return this.#deps.forecasts.listen(listener);
  }

  #of(account: number): Map<string, Forecast> {
    const zone = this.#deps.zone(account);
    const known = this.#kept.get(account);
    if (known?.zone === zone) return known.byMix;
    const fresh = { zone, byMix: new Map<string, Forecast>() };
    this.#kept.set(account, fresh);
    return fresh.byMix;
  }
}

function holds({ start, interval, profile }: Forecast, from: number, to: number): boolean {
  return start <= from && from - start < OLDEST_S && start + interval * profile.length >= to;
}

/** The intervals that touch `from` to `to`, as the forecasts would have answered. */
function cut(forecast: Forecast, from: number, to: number): Forecast {
  const { start, interval, profile } = forecast;
  const first = Math.floor((from - start) / interval);
  const last = Math.max(first, Math.ceil((to - start) / interval));
  const { expected } = forecast;
  const own = { ...forecast, start: start + first * interval, profile: profile.slice(first, last) };
  return expected ? { ...own, expected: expected.slice(first, last) } : own;
}

import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Advice, CheapestAnswer } from '../../models/advice/advice.ts';
import { cheapestTold, lightTold } from '../../models/advice/answer.ts';
import type { Cheapest } from '../../models/advice/cheapest.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { Service } from './service.ts';

export interface AdvisorDeps {
  readonly advice: Pick<Advice, 'light' | 'cheapest' | 'again'>;
  readonly forecasts: Pick<ForecastModel, 'accounts' | 'listen'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  /** Retained; an empty payload takes back what was retained. */
  readonly publish: (account: number, topic: string, payload: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const MINUTE_MS = 60_000;
/** Changes that come together are told together. */
const SOON_MS = 1000;
const HOURS = [1, 2, 3, 4, 5, 6, 7, 8];
/** By when the cheapest hours are over, by the household's clock. */
const BEFORE = '08:00';
const TOPIC = 'emon/advice';

/** Tells the household's own programs over MQTT whether now is a good time and when the best ones are: once, and when it changes. */
export class Advisor implements Service {
  readonly name = 'advisor';
  readonly #deps: AdvisorDeps;
  readonly #told = new Map<string, string>();
  readonly #cheapest = new Map<string, Cheapest>();
  readonly #changed = new Set<number>();
  #stops: Disposer[] = [];
  #soon: Disposer | undefined;

  constructor(deps: AdvisorDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { forecasts, clock } = this.#deps;
    this.#stops = [
      clock.every(MINUTE_MS, () => this.#look()),
      forecasts.listen((account) => {
        this.#changed.add(account);
        this.#soon ??= clock.after(SOON_MS, () => this.#look());
      }),
    ];
    this.#look();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#soon?.();
    this.#soon = undefined;
  }

  #look(): void {
    this.#soon = undefined;
    const changed = new Set(this.#changed);
    this.#changed.clear();
    for (const account of new Set([...this.#deps.forecasts.accounts(), ...changed]))
      this.#lookAt(account, changed.has(account));
  }

  #lookAt(account: number, changed: boolean): void {
    const { advice, tariffs } = this.#deps;
    const currency = tariffs.get(account)?.currency ?? null;
    const now = advice.light(account);
    this.#tell(account, 'light', now && (now.light.colour ?? 'unknown'));
    this.#tell(account, 'now', now && JSON.stringify(lightTold(now, currency)));
    for (const hours of HOURS) {
      const found = this.#find(account, hours * 3600, changed);
      if (found === 'same') continue;
      this.#tell(account, `cheapest/${hours}h`, found && JSON.stringify(cheapestTold(found, currency)));
    }
  }

  /** A plan stays as it was told until it is over or prices change. */
  #find(account: number, run: number, changed: boolean): CheapestAnswer | null | 'same' {
    const { advice, clock } = this.#deps;
    const key = `${account} ${run}`;
    const told = this.#cheapest.get(key);
    const holds = told !== undefined && told.before > clock.seconds();
    if (holds && !changed) return 'same';
    const found = holds ? advice.again(account, told) : advice.cheapest(account, { run, before: BEFORE });
    if (found) this.#cheapest.set(key, found.cheapest);
    else this.#cheapest.delete(key);
    return found;
  }

  /** null: there is nothing to say any more. */
  #tell(account: number, what: string, words: string | null): void {
    const { publish, log } = this.#deps;
    const topic = `${TOPIC}/${what}`;
    const key = `${account} ${topic}`;
    if ((this.#told.get(key) ?? null) === words) return;
    if (words === null) this.#told.delete(key);
    else this.#told.set(key, words);
    publish(account, topic, words ?? '').catch((error: unknown) => {
      this.#told.delete(key);
      this.#changed.add(account);
      log.debug({ err: error, topic }, 'advice could not be published');
    });
  }
}

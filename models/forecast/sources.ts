import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { KeyedMutex } from '../../lib/mutex.ts';
import type { Random } from '../../lib/random.ts';
import type { Household } from '../household.ts';
import { ForecastError } from './forecast-error.ts';
import type { Configured, Provider } from './provider.ts';
import { PROVIDERS } from './providers.ts';
import { type SourceForm, sourceName } from './source.ts';
import { freshState, know, reschedule, type SourceState } from './source-state.ts';
import type { SourceStore } from './source-store.ts';
import { inOrder, merged, type Span } from './span.ts';

export interface SourcesDeps {
  readonly store: SourceStore;
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  readonly log: Log;
  readonly users: { account(id: number): Pick<Household, 'timezone'> | undefined };
  readonly told: (account: number, source: string) => void;
}

/** A household has at most so many sources, and of them so many that came over MQTT by themselves. */
const MOST = 32;
const MOST_SIGNALS = 8;
/** So long what was said stays known after its time, and no source tells of more than so much. */
const KEPT = 35 * 86_400;
const MOST_SPANS = 12_000;
const AHEAD = 40 * 86_400;
const TOO_FAR = 'Figures are kept from 35 days back to 40 days ahead, and all of these lie beyond.';

/** Every household's sources in memory, written through: MySQL first, then memory. */
export class Sources {
  readonly #deps: SourcesDeps;
  readonly #states = new Map<number, SourceState>();
  /** Two signals of a new name at once must not make it twice. */
  readonly #signals = new KeyedMutex<number>();
  /** An answer must not be kept of a source that is being removed or set up otherwise. */
  readonly #writes = new KeyedMutex<number>();

  constructor(deps: SourcesDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    this.#states.clear();
    const now = this.#deps.clock.seconds();
    for (const { id, account, name, provider: of, params, answer } of await this.#deps.store.all()) {
      const provider = PROVIDERS.get(of);
      try {
        if (!provider) throw new HubError('HUB_BAD_REQUEST', { sentence: `${of} is no provider.` });
        const state = freshState({ id, account, name, provider, configured: provider.configure(params) });
        if (answer) {
          Object.assign(state, answer);
          know(state, answer.spans);
        }
        reschedule(state, now, this.#chance());
        this.#states.set(id, state);
      } catch (error) {
        this.#deps.log.warn(
          { err: error, source: name, provider: of },
          'a forecast is set up in a way that is not known',
        );
      }
    }
  }

  /** Households with a forecast. */
  accounts(): number[] {
    return [...new Set([...this.#states.values()].map(({ account }) => account))];
  }

  list(account: number): SourceState[] {
    return [...this.#states.values()].filter((state) => state.account === account);
  }

  find(account: number, name: string): SourceState | undefined {
    return this.list(account).find((state) => state.name === name);
  }

  due(): SourceState[] {
    const now = this.#deps.clock.seconds();
    return [...this.#states.values()].filter(({ next }) => next !== null && next <= now);
  }

  /** It is being asked from now on, whatever comes of it. */
  began(state: SourceState): void {
    state.attempted = this.#deps.clock.seconds();
  }

  async add(account: number, { name, provider: of, params }: SourceForm): Promise<void> {
    const provider = PROVIDERS.get(of);
    if (!provider) throw new HubError('HUB_BAD_REQUEST', { sentence: `${of} is no provider.` });
    const list = this.list(account);
    if (list.length >= MOST)
      throw new HubError('HUB_BAD_REQUEST', { sentence: `More than ${MOST} forecasts are too many.` });
    if (list.some((state) => state.name === name)) throw new HubError('HUB_FORECAST_EXISTS');
    const configured = configuredBy(provider, params);
    const now = this.#deps.clock.seconds();
    const id = await this.#deps.store.add({ account, name }, of, configured.params, now).catch(refuseDouble);
    this.#states.set(id, freshState({ id, account, name, provider, configured }));
    this.#deps.told(account, name);
  }

  async change(account: number, name: string, fields: Partial<Pick<SourceForm, 'name' | 'params'>>): Promise<void> {
    const { id } = this.#get(account, name);
    const called = fields.name ?? name;
    await this.#writes.run(id, () => this.#change(account, name, { params: {}, ...fields, name: called }));
    this.#deps.told(account, called);
  }

  async #change(account: number, name: string, fields: Pick<SourceForm, 'name' | 'params'>): Promise<void> {
    const state = this.#get(account, name);
    const { id, provider } = state;
    if (fields.name !== name && this.find(account, fields.name)) throw new HubError('HUB_FORECAST_EXISTS');
    const configured = configuredBy(provider, { ...state.configured.params, ...fields.params });
    await this.#deps.store.change(id, { name: fields.name, params: configured.params }).catch(refuseDouble);
    if (JSON.stringify(configured.params) === JSON.stringify(state.configured.params)) {
      this.#states.set(id, { ...state, name: fields.name });
      return;
    }
    // What was known came from elsewhere; how often it may be asked still counts from the last time.
    const { attempted } = state;
    const changed = { ...freshState({ id, account, name: fields.name, provider, configured }), attempted };
    reschedule(changed, this.#deps.clock.seconds(), 0);
    this.#states.set(id, changed);
    await this.#deps.store.keep(changed, true);
  }

  async remove(account: number, name: string): Promise<void> {
    const { id } = this.#get(account, name);
    await this.#writes.run(id, async () => {
      await this.#deps.store.remove(id);
      this.#states.delete(id);
    });
    this.#deps.told(account, name);
  }

  /** How many figures were left out, because they lie too far off. Throws HUB_BAD_REQUEST where all do. */
  async upload(account: number, name: string, content: unknown): Promise<number> {
    const state = this.#get(account, name);
    if (state.provider.kind !== 'upload')
      throw new HubError('HUB_BAD_REQUEST', { sentence: `${name} takes no figures from a person.` });
    const spans = this.#parse(state.provider.name, state.configured.params, content, account);
    const { length } = bounded(spans, this.#deps.clock.seconds());
    if (length === 0 && spans.length > 0) throw new HubError('HUB_BAD_REQUEST', { sentence: TOO_FAR });
    await this.fetched(state, spans);
    return spans.length - length;
  }

  signalled(account: number, name: string, signal: unknown): Promise<void> {
    return this.#signals.run(account, () => this.#signalled(account, name, signal));
  }

  async #signalled(account: number, name: string, signal: unknown): Promise<void> {
    const called = sourceName.safeParse(`${SIGNAL}-${name}`);
    if (!called.success) throw new HubError('HUB_BAD_REQUEST', { sentence: `${name} cannot name a signal.` });
    const known = this.find(account, called.data);
    if (known && known.provider.name !== SIGNAL)
      throw new HubError('HUB_BAD_REQUEST', { sentence: `${called.data} is another forecast.` });
    const params = signalParams(signal);
    if (!known) {
      const others = this.list(account).filter(({ provider }) => provider.name === SIGNAL);
      if (others.length >= MOST_SIGNALS)
        throw new HubError('HUB_BAD_REQUEST', { sentence: `More than ${MOST_SIGNALS} signals are too many.` });
      this.#parse(SIGNAL, params, signal, account);
      await this.add(account, { name: called.data, provider: SIGNAL, params });
    } else if (JSON.stringify({ ...known.configured.params, ...params }) !== JSON.stringify(known.configured.params)) {
      this.#parse(SIGNAL, params, signal, account);
      await this.change(account, called.data, { params });
    }
    await this.#given(this.#get(account, called.data), signal);
  }

  async fetched(state: SourceState, spans: readonly Span[]): Promise<void> {
    const current = this.#states.get(state.id);
    if (current !== state) return;
    const now = this.#deps.clock.seconds();
    const before = state.spans;
    const known = merged(before, bounded(inOrder(spans), now), now - KEPT);
    Object.assign(state, { fetched: now, attempted: now, failures: 0, fault: null, wait: null });
    know(state, known.slice(-MOST_SPANS));
    reschedule(state, now, this.#chance());
    await this.#keep(state, !sameFrom(before, state.spans, now - KEPT));
    if (!sameFrom(before, state.spans, now)) this.#deps.told(state.account, state.name);
  }

  async failed(state: SourceState, error: unknown): Promise<void> {
    const current = this.#states.get(state.id);
    if (current !== state) return;
    const now = this.#deps.clock.seconds();
    const known = error instanceof ForecastError ? error : null;
    const fault = known?.sentence ?? 'The answer could not be understood.';
    const wait = known?.wait == null ? null : now + Math.min(known.wait, LONGEST_WAIT);
    Object.assign(state, { attempted: now, failures: state.failures + 1, fault, wait });
    reschedule(state, now, this.#chance());
    const details = { source: state.name, account: state.account, fault };
    if (state.failures === 1) this.#deps.log.warn(details, 'a forecast could not be fetched');
    await this.#keep(state, false);
  }

  #keep(state: SourceState, withSpans: boolean): Promise<void> {
    return this.#writes.run(state.id, async () => {
      if (this.#states.get(state.id) === state) await this.#deps.store.keep(state, withSpans);
    });
  }

  async #given(state: SourceState, content: unknown): Promise<void> {
    const spans = this.#parse(state.provider.name, state.configured.params, content, state.account);
    await this.fetched(state, spans);
  }

  /** Throws HUB_BAD_REQUEST. */
  #parse(of: string, params: object, content: unknown, account: number): readonly Span[] {
    const provider = PROVIDERS.get(of) as Provider;
    const zone = this.#deps.users.account(account)?.timezone ?? 'UTC';
    try {
      const { spans } = configuredBy(provider, params).parse(content, { now: this.#deps.clock.seconds(), zone });
      return spans;
    } catch (error) {
      if (error instanceof HubError) throw error;
      throw new HubError('HUB_BAD_REQUEST', { sentence: sentenceOf(error), cause: error });
    }
  }

  #get(account: number, name: string): SourceState {
    const state = this.find(account, name);
    if (!state) throw new HubError('HUB_FORECAST_NOT_FOUND');
    return state;
  }

  #chance(): number {
    return this.#deps.random.fraction();
  }
}

const SIGNAL = 'shaper';
const LONGEST_WAIT = 86_400;

/** What of a signal says how its figures are meant; the source carries it on. */
function signalParams(signal: unknown): Record<string, unknown> {
  const { unit, optimise, interval } = (typeof signal === 'object' && signal !== null ? signal : {}) as Record<
    string,
    unknown
  >;
  return Object.fromEntries(Object.entries({ unit, optimise, interval }).filter(([, value]) => value !== undefined));
}

function configuredBy(provider: Provider, params: unknown): Configured {
  try {
    return provider.configure(params);
  } catch (error) {
    throw new HubError('HUB_BAD_REQUEST', { sentence: sentenceOf(error), cause: error });
  }
}

/** For the household: which field does not fit, or what the provider found. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ForecastError) return error.sentence;
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    return `${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'not valid'}.`;
  }
  return 'The figures could not be understood.';
}

/** No more than can be kept: figures of the far past and the far future are left out. */
function bounded(spans: readonly Span[], now: number): Span[] {
  return spans.filter(({ start, end }) => end > now - KEPT && start < now + AHEAD).slice(0, MOST_SPANS);
}

function sameFrom(before: readonly Span[], after: readonly Span[], now: number): boolean {
  const ahead = (spans: readonly Span[]) => spans.filter(({ end }) => end > now);
  const [was, is] = [ahead(before), ahead(after)];
  return was.length === is.length && was.every((one, at) => isSame(one, is[at] as Span));
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end && a.value === b.value;
}

function refuseDouble(error: unknown): never {
  if (error instanceof HubError) throw error;
  throw new HubError('HUB_FORECAST_EXISTS', { cause: error });
}

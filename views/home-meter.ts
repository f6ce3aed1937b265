import type { HouseOverview } from '../models/house.ts';
import type { PageData, Words } from './page.ts';

/** The house's power as the dashboard shows it. */
export interface Meter {
  readonly kind: 'feed' | 'input';
  readonly id: number;
  readonly time: number;
  readonly figure: string;
  readonly unit: string;
  readonly lost: boolean;
  /** More is produced than used. */
  readonly giving: boolean;
  /** Classes of the figure and of its tag. */
  readonly look: string;
  readonly tag: string;
  readonly words: string;
  /** Seconds without a reading after which the page asks the server for new words. */
  readonly patience: number;
  readonly state: 'live' | 'stale' | 'offline';
}

/** Something that reports and is not the house's meter. */
export interface Reporter {
  readonly kind: 'feed' | 'input';
  readonly id: number;
  readonly name: string;
  /** Its tag or node. */
  readonly place: string;
  readonly unit: string;
  readonly value: number | null;
  /** Unix seconds of the reading. */
  readonly time: number;
  /** Milliseconds, when it was heard. */
  readonly at: number;
  /** Seconds between its readings, 0 where nobody knows. */
  readonly interval: number;
}

/** Short, because it stands in the top line of a phone; the figure says the rest. */
const PULSE = { live: 'pulse.live', stale: 'pulse.waiting', offline: 'pulse.silent' } as const;

const MISSED = 3;
/** For what has no interval of its own. */
const USUAL_S = 20;
const OFFLINE_S = 1800;

/** The house's meter; null while there is none. */
export function meterOf(overview: HouseOverview, interval: number, words: Words): Meter | null {
  const { powerFeed, power, input } = overview;
  const source = powerFeed === null ? input : power;
  const id = powerFeed ?? input?.id;
  if (!source || id === undefined) return null;
  const patience = MISSED * Math.max(10, interval || USUAL_S);
  const state = powerFeed === null ? stateOf(source.at, patience, words) : freshness(overview.state);
  const lost = state === 'offline';
  const look = lost || source.value === null ? ' is-empty' : ' is-stale';
  return {
    kind: powerFeed === null ? 'input' : 'feed',
    id,
    time: source.time,
    ...words.power(lost ? null : source.value),
    lost,
    giving: !lost && source.value !== null && source.value < 0,
    look: state === 'live' ? '' : look,
    tag: state === 'live' ? ' on' : lost ? ' lost' : ' late',
    words: heardWords(state, source.at, words),
    patience: patience + 2,
    state,
  };
}

/** The state in the top line. */
export function pulseOf(
  meter: Meter | null,
  others: readonly Reporter[],
  words: Words,
): NonNullable<PageData['pulse']> {
  if (meter) return { state: meter.state === 'offline' ? 'off' : meter.state, words: words.t(PULSE[meter.state]) };
  const live = others.some((one) => isFresh(one, words));
  return { state: live ? 'live' : 'stale', words: words.t(live ? 'pulse.live' : 'pulse.waiting') };
}

/** One row of the list of everything else. */
export function reporterOf(one: Reporter, words: Words) {
  const live = isFresh(one, words);
  return {
    ...one,
    ...words.quantity(one.value, one.unit),
    plainUnit: one.unit,
    href: one.kind === 'feed' ? `/graph?feed=${one.id}` : null,
    live,
    words: live ? '' : heardWords('stale', one.at, words),
  };
}

function freshness(state: HouseOverview['state']): Meter['state'] {
  return state === 'live' || state === 'stale' ? state : 'offline';
}

function stateOf(at: number, patience: number, { now }: Words): Meter['state'] {
  const silent = (now - at) / 1000;
  if (silent <= patience) return 'live';
  return silent <= OFFLINE_S ? 'stale' : 'offline';
}

function isFresh({ at, interval }: Reporter, words: Words): boolean {
  return stateOf(at, MISSED * Math.max(10, interval || USUAL_S), words) === 'live';
}

function heardWords(state: Meter['state'], at: number, { t, now, ago, moment }: Words): string {
  if (state === 'live') return t('state.live');
  if (state === 'offline') return t('pulse.lost', { time: moment(at) });
  return t('pulse.heard', { ago: ago((now - at) / 1000) });
}

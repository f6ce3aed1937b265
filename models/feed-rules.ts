import { HubError } from '../lib/errors.ts';

/** EmonCMS's engine numbers: 5 fixed interval, 2 variable interval, 7 virtual (computed from other feeds). */
export type FeedEngine = 5 | 2 | 7;

/** What a new feed shall be. */
export interface FeedWish {
  name: string;
  tag: string | null;
  unit?: string;
  engine: number;
  /** Seconds; what is missing or below 10 becomes 10. Ignored by engines without a fixed interval. */
  interval?: number;
}

/** What may change in a feed. */
export interface FeedFields {
  name?: string;
  tag?: string;
  unit?: string;
  public?: boolean;
  processList?: string;
}

/** The shortest interval a feed may have, seconds. */
const SHORTEST_INTERVAL = 10;
const LONGEST_INTERVAL = 0x7fffffff;
const LONGEST_NAME = 128;
const LONGEST_UNIT = 10;

/** True where a feed's name or tag has only letters, digits, blanks and _ - : in it. */
function isPlainName(name: string): boolean {
  return /^[\p{L}\p{N}_\s:-]*$/u.test(name) && name.length <= LONGEST_NAME;
}

/** The wish with its defaults filled in. Throws a HubError that names what is wrong. */
export function checkWish(wish: FeedWish) {
  if (!isPlainName(wish.name)) throw new HubError('HUB_FEED_NAME');
  if (wish.tag !== null && !isPlainName(wish.tag)) throw new HubError('HUB_FEED_TAG');
  checkUnit(wish.unit ?? '');
  const engine = checkEngine(wish.engine);
  return {
    name: wish.name,
    tag: wish.tag,
    unit: wish.unit ?? '',
    engine,
    interval: fitInterval(engine, wish.interval),
  };
}

/** Throws a HubError that names the field that may not be so. A renamed feed may hold any printable text. */
export function checkFields(fields: FeedFields): void {
  if (fields.name !== undefined && !isPrintable(fields.name)) throw new HubError('HUB_FEED_NAME');
  if (fields.tag !== undefined && !isPlainName(fields.tag)) throw new HubError('HUB_FEED_TAG');
  if (fields.unit !== undefined) checkUnit(fields.unit);
}

function checkEngine(engine: number): FeedEngine {
  if (engine === 5 || engine === 2 || engine === 7) return engine;
  throw new HubError('HUB_FEED_ENGINE');
}

function fitInterval(engine: FeedEngine, interval: number | undefined): number {
  if (engine !== 5) return 0;
  const whole = Math.trunc(interval ?? SHORTEST_INTERVAL);
  return whole >= SHORTEST_INTERVAL ? Math.min(whole, LONGEST_INTERVAL) : SHORTEST_INTERVAL;
}

function checkUnit(unit: string): void {
  if ([...unit].length > LONGEST_UNIT) throw new HubError('HUB_FEED_UNIT_LONG');
  if (!isPrintable(unit) || /[<>&"'\\]/.test(unit)) throw new HubError('HUB_FEED_UNIT');
}

function isPrintable(text: string): boolean {
  return text.length <= LONGEST_NAME && !/\p{Cc}/u.test(text);
}

import { DateTime } from 'luxon';
import type { Configured, Provider, Publication } from './provider.ts';

/** What the next fetch depends on. */
export interface Pace {
  readonly provider: Pick<Provider, 'publication'>;
  readonly configured: Pick<Configured, 'perDay' | 'every'>;
  readonly fetched: number | null;
  readonly attempted: number | null;
  readonly wait: number | null;
  readonly failures: number;
  /** Until when something is known. */
  readonly until: number | null;
}

const DAY = 86_400;
/** No server is asked more often than so many seconds. */
const LEAST = 60;
const FIRST_BACK_OFF = 60;
const LONGEST_BACK_OFF = 3600;
/** While the next day's figures may come at any moment, and how long they are waited for so eagerly. */
const EAGER = 600;
const EAGER_FOR = 6 * 3600;
const LESS_EAGER = 1800;
/** At the hour of publication so many seconds are shared out among all hubs. */
const SPREAD = 300;

/** Unix seconds at which a source is asked next. `chance` in [0, 1) keeps many hubs from asking at once. */
export function nextFetch(pace: Pace, now: number, chance: number): number {
  const { configured, wait } = pace;
  if (pace.attempted === null) return now;
  // A clock that was ahead once must not silence a source for years.
  const attempted = Math.min(pace.attempted, now);
  const floor = attempted + Math.max(LEAST, Math.ceil(DAY / configured.perDay));
  return Math.ceil(Math.max(floor, Math.min(wait ?? 0, now + DAY), attempted + pauseOf(pace, now, chance)));
}

/** Whether nothing newer came when it should have. */
export function isLate({ provider, configured, fetched, until }: Pace, now: number): boolean {
  if (fetched === null || until === null || until <= now) return true;
  const { every, perDay } = configured;
  const { publication } = provider;
  if (publication && missedSince(publication, until, now) > EAGER_FOR) return true;
  return now - fetched > Math.max(3 * every, (2 * DAY) / perDay, 7200);
}

function pauseOf({ provider, configured, failures, until }: Pace, now: number, chance: number): number {
  const { publication } = provider;
  if (failures > 0) {
    const pause = Math.min(FIRST_BACK_OFF * 2 ** Math.min(failures - 1, 16), LONGEST_BACK_OFF);
    return pause * (1 + chance / 4);
  }
  const usual = configured.every * (1 + chance / 10);
  if (!publication) return usual;
  const missed = missedSince(publication, until, now);
  if (missed >= 0) return Math.min(usual, (missed < EAGER_FOR ? EAGER : LESS_EAGER) * (1 + chance / 10));
  return Math.min(usual, -missed + chance * SPREAD);
}

/** Seconds for which the next day's figures have been out and are not here; negative: until they come out. */
function missedSince({ zone, from: [hour, minute], reach }: Publication, until: number | null, now: number): number {
  const today = DateTime.fromSeconds(now, { zone }).startOf('day');
  const published = (days: number) => today.plus({ days }).set({ hour, minute }).toSeconds();
  const known = (days: number) => (until ?? 0) >= today.plus({ days }).plus({ hours: reach }).toSeconds();
  if (!known(0)) return now - published(-1);
  if (now < published(0)) return now - published(0);
  return known(1) ? now - published(1) : now - published(0);
}

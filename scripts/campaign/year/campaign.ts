import { DateTime } from 'luxon';
import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { seeded } from '../chance.ts';
import { type FaultRate, type Happening, happenings } from './happenings.ts';
import { House } from './house.ts';
import { type PriceCounts, Prices, ZONE } from './prices.ts';
import { type Deadline, type Score, score, stamp, told } from './score.ts';

export interface YearOptions {
  readonly seed: number;
  /** First local day of the year, such as 2027-01-04, and how many days of prices, trips and faults it has. */
  readonly first: string;
  readonly length: number;
  /** Days of it that are left out at its beginning, and how many are lived through. */
  readonly skip: number;
  readonly days: number;
  /** No further hour begins after this. */
  readonly budgetMs: number;
  readonly faults: FaultRate;
  /** An empty folder. */
  readonly storage: string;
  readonly progress?: (line: string) => void;
}

export interface YearResult extends Score {
  readonly days: number;
  readonly prices: PriceCounts;
  /** How often what happened. */
  readonly happened: Readonly<Record<string, number>>;
  /** Pounds. */
  readonly cost: number;
  readonly least: number;
  readonly leastOut: number;
  readonly starts: number;
  readonly missed: readonly Deadline[];
  readonly infeasible: number;
  readonly problems: readonly string[];
}

const DAY_S = 86_400;
const HOUR_S = 3600;
const MINUTE_MS = 60_000;
const TELL_S = 300;
/** What it may cost more than with perfect foresight of the prices that are out. */
const BOUND = 1.02;
/** And more than with foresight of those that are not out either, which nobody has. */
const BOUND_OF_ALL = 1.03;
/** Over fewer deadlines a day that nobody could foresee weighs too much. */
const ENOUGH = 100;

/**
 * Replays days of prices through a hub, its broker and stores, two simulated plugs, a charger and a car: one process, one clock that
 * stands still while anything is under way. The first day is for settling in and is not counted.
 */
export async function replay(options: YearOptions): Promise<YearResult> {
  const { seed, length, skip, days, faults, budgetMs, storage, progress = () => undefined } = options;
  const first = DateTime.fromISO(options.first, { zone: ZONE });
  const from = first.plus({ days: skip }).toSeconds();
  const prices = new Prices(first.toSeconds(), length, seeded(seed));
  const ahead = happenings(first.toSeconds(), length, faults, seeded(seed + 1)).filter(({ at }) => at >= from);
  const house = await House.open({ from, storage, prices, chance: seeded(seed + 2), log: createLog('silent') });
  const began = systemClock.monotonic();
  const happened: Record<string, number> = {};
  let now = from;
  try {
    const end = from + days * DAY_S;
    while (now < end && systemClock.monotonic() - began < budgetMs) {
      const until = Math.min(now + HOUR_S, end);
      await live(house, until, ahead, happened);
      now = house.now;
      if ((now - from) % (7 * DAY_S) < HOUR_S)
        progress(`${stamp(now)}, after ${Math.round((systemClock.monotonic() - began) / 1000)} s`);
    }
  } finally {
    await house.close();
  }
  const lived = score(house.home, house.watches, house.lacks, prices, [from + DAY_S, now]);
  return {
    ...lived,
    days: Math.round(((now - from) / DAY_S) * 10) / 10,
    prices: prices.counts,
    happened,
    ...judged(lived),
  };
}

async function live(house: House, until: number, ahead: Happening[], happened: Record<string, number>): Promise<void> {
  while (house.now < until) {
    const next = Math.min(ahead[0]?.at ?? until, until) * 1000 - house.clock.now();
    await house.step(Math.min(Math.max(0, next), MINUTE_MS - (house.clock.now() % MINUTE_MS)));
    while (ahead[0] && ahead[0].at <= house.now) {
      const one = ahead.shift() as Happening;
      happened[one.kind] = (happened[one.kind] ?? 0) + 1;
      await house.happen(one);
    }
    if (house.clock.now() % (TELL_S * 1000) === 0) await house.tell();
  }
}

function judged({ deadlines, cuts, overCap }: Score) {
  const sum = (of: (one: Deadline) => number) => deadlines.reduce((total, one) => total + of(one), 0);
  const [cost, starts] = [sum((one) => one.cost), sum((one) => one.starts)];
  const [least, leastOut] = [sum((one) => one.least), sum((one) => one.leastOut)];
  const missed = deadlines.filter((one) => one.missed);
  const most =
    deadlines.length < ENOUGH
      ? []
      : [
          { bound: BOUND, best: leastOut },
          { bound: BOUND_OF_ALL, best: least },
        ];
  const infeasible = deadlines.filter(({ feasible }) => !feasible).length;
  const problems = [
    ...missed.map((one) => `missed: ${told(one)}`),
    ...cuts.map((one) => `cut: ${one}`),
    ...overCap.map((one) => `too many starts: ${one}`),
    ...most.flatMap(({ bound, best }) =>
      cost > bound * best ? [`cost: £${cost.toFixed(2)} is more than ${bound} × £${best.toFixed(2)}`] : [],
    ),
  ];
  return { cost, least, leastOut, starts, missed, infeasible, problems };
}

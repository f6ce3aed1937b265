import type { Clock } from '../../lib/clock.ts';
import type { BillRow } from '../../models/cost/bill.ts';
import type { CostModel } from '../../models/cost/cost-model.ts';
import type { HouseOverview } from '../../models/house.ts';
import type { Plans } from '../../models/plan/plans.ts';
import { rounded } from '../../models/tariff/money.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import { isPresent } from '../../views/home-curve.ts';
import type { DayCost, DayEnd } from '../../views/home-page.ts';

export interface HomeDayDeps {
  readonly costs: Pick<CostModel, 'costs' | 'today' | 'energyToday' | 'localW'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  readonly plans: Pick<Plans, 'today'>;
  readonly clock: Clock;
}

export interface HomeDay {
  readonly cost: DayCost | null;
  readonly midnight: DayEnd | null;
  readonly localW: number | null;
}

interface KeptEnd {
  /** Everything the guess stands on beside time; another one makes it void. */
  readonly stands: string;
  readonly tariff: unknown;
  /** Unix seconds. */
  readonly at: number;
  readonly end: DayEnd;
}

/**
 * What the dashboard's day costs, how it will end where it is today, and what local generation gives now. The guess at the end
 * goes through a week of readings, so it is made anew only every few minutes, and when tariff or plans change.
 */
export function homeDays(deps: HomeDayDeps) {
  const { costs, clock, tariffs, plans } = deps;
  const kept = new Map<number, KeptEnd>();

  async function endOf(account: number, { day, powerFeed, curve, energyKwh }: HouseOverview): Promise<DayEnd | null> {
    if (powerFeed === null || energyKwh === null || curve.windows.length * curve.step < ENOUGH_S) return null;
    const now = clock.seconds();
    const runs = plans
      .today(account)
      .map(({ device, start, end, state }) => [device, state === 'planned' ? start : 0, end]);
    const stands = JSON.stringify([powerFeed, day.start, runs]);
    const tariff = tariffs.get(account);
    const known = kept.get(account);
    const isNew = known && known.at <= now && now - known.at < KEPT_S;
    if (isNew && known.stands === stands && known.tariff === tariff) return known.end;
    const today = (await costs.today(account, now)) ?? null;
    const told = today ?? (await costs.energyToday(account, now));
    if (!told) return null;
    const more = (told.toMidnight.house.joules - told.soFar.house.joules) / JOULES_A_KWH;
    const end = { kWh: energyKwh + more, micro: today && paid(told.toMidnight).micro };
    kept.set(account, { stands, tariff, at: now, end });
    return end;
  }

  return async (account: number, overview: HouseOverview): Promise<HomeDay> => {
    const { anchor, day } = overview;
    const now = clock.seconds();
    const found = await costs.costs(account, { from: day.start, to: Math.min(day.end, now), by: 'all' });
    const cost = found?.metered ? { ...paid(found.total), currency: found.tariff.currency } : null;
    if (!isPresent(anchor, { now: now * 1000 })) return { cost, midnight: null, localW: null };
    return { cost, midnight: await endOf(account, overview), localW: await costs.localW(account, now) };
  };
}

function paid({ house, standing }: BillRow) {
  return { micro: rounded(house.cost + standing), standing: standing !== 0n };
}

const JOULES_A_KWH = 3_600_000;
/** A house that was watched for less of the last day is too new to say how a day goes. */
const ENOUGH_S = 6 * 3600;
const KEPT_S = 300;

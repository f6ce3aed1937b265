import type { Clock } from '../../lib/clock.ts';
import type { BillRow } from '../../models/cost/bill.ts';
import type { CostModel } from '../../models/cost/cost-model.ts';
import type { HouseOverview } from '../../models/house.ts';
import { rounded } from '../../models/tariff/money.ts';
import type { DayCost, DayEnd } from '../../views/home-page.ts';

export interface HomeDayDeps {
  readonly costs: Pick<CostModel, 'costs' | 'today' | 'energyToday' | 'localW'>;
  readonly clock: Clock;
}

export interface HomeDay {
  readonly cost: DayCost | null;
  readonly midnight: DayEnd | null;
  readonly localW: number | null;
}

/** What the dashboard's day costs, how it will end where it is today, and what local generation gives now. */
export async function homeDay(deps: HomeDayDeps, account: number, overview: HouseOverview): Promise<HomeDay> {
  const { costs } = deps;
  const { anchor, day, powerFeed, curve } = overview;
  const now = deps.clock.seconds();
  if (anchor < now) return { ...NOTHING, cost: await costOf(deps, account, { ...day, end: Math.min(day.end, now) }) };
  const today = await costs.today(account, now);
  const isEnough = powerFeed !== null && curve.windows.length * curve.step >= ENOUGH_S;
  const told = today ?? (isEnough ? await costs.energyToday(account, now) : null);
  if (!told) return NOTHING;
  const currency = today?.tariff.currency ?? null;
  return {
    cost: today?.metered && currency !== null ? { ...paid(told.soFar), currency } : null,
    midnight: isEnough
      ? {
          moreKwh: (told.toMidnight.house.joules - told.soFar.house.joules) / JOULES_A_KWH,
          micro: currency === null ? null : paid(told.toMidnight).micro,
        }
      : null,
    localW: await costs.localW(account, now),
  };
}

async function costOf(
  { costs }: HomeDayDeps,
  account: number,
  { start, end }: Pick<HouseOverview['day'], 'start' | 'end'>,
) {
  const found = await costs.costs(account, { from: start, to: end, by: 'all' });
  return found?.metered ? { ...paid(found.total), currency: found.tariff.currency } : null;
}

function paid({ house, standing }: BillRow) {
  return { micro: rounded(house.cost + standing), standing: standing !== 0n };
}

const NOTHING: HomeDay = { cost: null, midnight: null, localW: null };
const JOULES_A_KWH = 3_600_000;
/** A house that was watched for less of the last day is too new to say how a day goes. */
const ENOUGH_S = 6 * 3600;

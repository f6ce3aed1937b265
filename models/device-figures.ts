import type { LocalDay } from '../lib/local-day.ts';
import type { Device } from './device.ts';
import type { Feed } from './feed.ts';
import { energyBetween } from './house-energy.ts';
import type { Input } from './input.ts';
import { readMeterName } from './meter-names.ts';
import { decodeProcessList } from './process/process-list.ts';
import type { Series } from './timeseries/series.ts';

/** Where a device's figures come from. */
export interface DeviceMeters {
  /** Everything its node says. */
  readonly inputs: readonly Input[];
  /** What looks like its power. */
  readonly power: Input | undefined;
  readonly powerFeed: number | null;
  /** Its total in kWh, which never falls. */
  readonly energyFeed: number | null;
}

export interface MetersDeps {
  readonly inputs: { list(account: number, node?: string): readonly Input[] };
  readonly feeds: { find(id: number): Feed | undefined };
}

/** Finds a device's power and energy by the names its node uses and by what is recorded of them. */
export function metersOf(
  { inputs, feeds }: MetersDeps,
  { account, node }: Pick<Device, 'account' | 'node'>,
): DeviceMeters {
  const own = inputs.list(account, node);
  const rank = (input: Input) => readMeterName(input.name).rank;
  const power = own.filter((input) => rank(input) > 0).sort((a, b) => rank(b) - rank(a))[0];
  const total =
    own.find(({ name }) => name === 'energy_kwh') ?? own.find(({ name }) => readMeterName(name).unit === 'kWh');
  const fed = (input: Input | undefined, process: string): number | null => {
    const step = decodeProcessList(input?.processList ?? '').find(({ key }) => key === process);
    const feed = feeds.find(Number(step?.args[0]));
    return feed?.account === account && feed.engine !== 7 ? feed.id : null;
  };
  return {
    inputs: own,
    power,
    powerFeed: fed(power, 'process__log_to_feed'),
    energyFeed: fed(total, 'process__log_to_feed') ?? fed(power, 'process__power_to_kwh'),
  };
}

/**
 * Energy of each of the days in kWh, null where nothing is known of one. A total counts from where it stood before the day; where
 * there is only power, it is added up.
 */
export async function energyByDay(
  series: Pick<Series, 'meta' | 'scan' | 'windows'>,
  { energyFeed, powerFeed }: Pick<DeviceMeters, 'energyFeed' | 'powerFeed'>,
  days: readonly LocalDay[],
): Promise<(number | null)[]> {
  const [first] = days;
  if (!first) return [];
  if (energyFeed !== null && series.meta(energyFeed)) return await rises(series, energyFeed, first.start, days);
  if (powerFeed === null || !series.meta(powerFeed)) return days.map(() => null);
  return await Promise.all(days.map(({ start, end }) => energyBetween(series, powerFeed, start, end)));
}

async function rises(
  series: Pick<Series, 'windows'>,
  feed: number,
  start: number,
  days: readonly LocalDay[],
): Promise<(number | null)[]> {
  const [before, ...windows] = await series.windows(feed, [start - LOOK_BACK_S, start, ...days.map(({ end }) => end)]);
  let stood = before && before.count > 0 ? before.max : null;
  return windows.map(({ count, min, max }) => {
    if (count === 0) return null;
    const used = Math.max(0, max - (stood ?? min));
    stood = max;
    return used;
  });
}

/** A total that has not moved for longer than this is taken to begin with its next value. */
const LOOK_BACK_S = 7 * 86_400;

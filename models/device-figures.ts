import type { LocalDay } from '../lib/local-day.ts';
import { energiesOf } from './cost/energy.ts';
import type { Device } from './device.ts';
import type { Feed } from './feed.ts';
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
 * Energy of each of the days in kWh up to `now` (Unix s), as the costs count it; null where nothing is known of one. The days follow
 * one another. A total counts from where it stood before the day; where there is only power, it is added up.
 */
export async function energyByDay(
  series: Pick<Series, 'meta' | 'scan' | 'windows'>,
  { energyFeed, powerFeed }: Pick<DeviceMeters, 'energyFeed' | 'powerFeed'>,
  days: readonly LocalDay[],
  now: number,
): Promise<(number | null)[]> {
  const total = energyFeed !== null && series.meta(energyFeed) ? energyFeed : null;
  const feed = total ?? powerFeed;
  if (feed === null) return days.map(() => null);
  // A power would count on into what has not happened yet; a total only tells of what has.
  const power = () => days.filter(({ start }) => start < now).map((day) => ({ ...day, end: Math.min(day.end, now) }));
  const source = { kind: total === null ? 'power' : 'total', feed } as const;
  const { joules, covered } = await energiesOf(series, source, total === null ? power() : days);
  return days.map((_, at) => (covered[at] ? (joules[at] as number) / JOULES_A_KWH : null));
}

const JOULES_A_KWH = 3_600_000;
